/** The content of the side panel, as the part of the address after `#` names it. */
export type Route =
  | { readonly kind: 'none' }
  | { readonly kind: 'dossier' | 'document'; readonly id: string }
  | OpenedRoute
  | {
      readonly kind: 'evidence';
      readonly objective: string;
      readonly query: Readonly<Record<string, string>>;
    }
  /** A route that the page does not have. */
  | { readonly kind: 'unknown'; readonly address: string };

/** What the side panel shows by a bundle that is loaded when it is opened, and that asks for its own answer. */
export interface OpenedRoute {
  readonly kind: (typeof OPENED_KINDS)[number];
  readonly id: string;
}
const OPENED_KINDS = ['inspection', 'risk', 'opportunity', 'person'] as const;

/** @param hash with its `#` */
export function routeFrom(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#/, '').split('?', 2);
  const [, kind, name] = path.split('/');
  if (!kind) return { kind: 'none' };
  const unknown: Route = { kind: 'unknown', address: hash };
  const id = decoded(name);
  if (id === undefined) return unknown;
  if (kind === 'dossier' || kind === 'document') return { kind, id };
  const opened = OPENED_KINDS.find((one) => one === kind);
  if (opened) return { kind: opened, id };
  if (kind === 'evidence') {
    return { kind, objective: id, query: Object.fromEntries(new URLSearchParams(search)) };
  }
  return unknown;
}

export const dossierLink = (id: string): string => `#/dossier/${encodeURIComponent(id)}`;
export const documentLink = (id: string): string => `#/document/${encodeURIComponent(id)}`;
export const opportunityLink = (id: string): string => `#/opportunity/${encodeURIComponent(id)}`;
export const inspectionLink = (id: string): string => `#/inspection/${encodeURIComponent(id)}`;
export const personLink = (ref: string): string => `#/person/${encodeURIComponent(ref)}`;
export const riskLink = (id: string): string => `#/risk/${encodeURIComponent(id)}`;
export const evidenceLink = (objective: string, query: Readonly<Record<string, string>>): string =>
  `#/evidence/${encodeURIComponent(objective)}?${new URLSearchParams(query)}`;

function decoded(text: string | undefined): string | undefined {
  if (!text) return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
