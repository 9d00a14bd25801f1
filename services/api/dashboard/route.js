/**
 * What the part of the address after `#` opens in the side panel.
 * @typedef {{ kind: 'none' }
 *   | { kind: 'dossier', id: string }
 *   | { kind: 'document', id: string }
 *   | { kind: 'evidence', objective: string, query: Record<string, string> }} Route
 */

/**
 * @param {string} hash with its `#`
 * @returns {Route}
 */
export function routeFrom(hash) {
  const [path = '', search = ''] = hash.replace(/^#/, '').split('?', 2);
  const [, kind, name] = path.split('/');
  const id = decoded(name);
  if (id === undefined) return { kind: 'none' };
  if (kind === 'dossier' || kind === 'document') return { kind, id };
  if (kind === 'evidence') {
    return { kind, objective: id, query: Object.fromEntries(new URLSearchParams(search)) };
  }
  return { kind: 'none' };
}

/** @param {string} id */
export const dossierLink = (id) => `#/dossier/${encodeURIComponent(id)}`;
/** @param {string} id */
export const documentLink = (id) => `#/document/${encodeURIComponent(id)}`;
/** @param {string} objective @param {Record<string, string>} query */
export const evidenceLink = (objective, query) =>
  `#/evidence/${encodeURIComponent(objective)}?${new URLSearchParams(query)}`;

/** @param {string | undefined} text */
function decoded(text) {
  if (!text) return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
