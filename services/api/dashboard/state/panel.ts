import { computed, signal } from '@preact/signals';
import {
  bodyOf,
  type Client,
  type DocumentDetail,
  type DossierDetail,
  type Evidence,
  type EvidenceQuery,
} from '../client/api.ts';
import { cursorOf, FIRST, type Paging } from './paging.ts';
import { figureQuery, type Question } from './question.ts';
import { Resource } from './resource.ts';
import { evidenceLink, type OpenedRoute, type Route, routeFrom } from './route.ts';

const PAGE_SIZE = 25;

export type PanelContent =
  | { readonly kind: 'dossier'; readonly dossier: DossierDetail }
  | { readonly kind: 'document'; readonly document: DocumentDetail }
  | { readonly kind: 'evidence'; readonly evidence: Evidence }
  | OpenedRoute
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown'; readonly address: string };

/** The side panel: the evidence of a figure, one dossier, one document. The address names it, so back and links work. */
export class Panel {
  readonly #client: Client;
  readonly #question: () => Question;
  readonly route = signal<Route>({ kind: 'none' });
  readonly paging = signal<Paging>(FIRST);
  /** How many addresses were opened since the panel was closed: only then is there something to go back to. */
  readonly #depth = signal(0);
  readonly hasBack = computed(() => this.#depth.value > 1);
  /** Counts the addresses opened, each of which moves the focus to the title. */
  readonly opened = signal(0);
  readonly content = new Resource<PanelContent>(() => this.#load());

  constructor(client: Client, question: () => Question) {
    this.#client = client;
    this.#question = question;
  }

  async open(hash: string): Promise<void> {
    const route = routeFrom(hash);
    this.route.value = route;
    this.paging.value = FIRST;
    this.content.forget();
    if (route.kind === 'none') {
      this.#depth.value = 0;
      return;
    }
    this.#depth.value += 1;
    this.opened.value += 1;
    await this.content.refresh();
  }

  close(): void {
    history.pushState(null, '', `${location.pathname}${location.search}`);
    void this.open('');
  }

  async refresh(): Promise<void> {
    if (this.route.value.kind !== 'none') await this.content.refresh();
  }

  turn(turn: (paging: Paging) => Paging): void {
    this.paging.value = turn(this.paging.value);
    void this.content.refresh();
  }

  /** Shows another part of the same evidence, in place of this one. */
  showPart(part: string): void {
    const route = this.route.value;
    if (route.kind !== 'evidence') return;
    history.replaceState(null, '', evidenceLink(route.objective, { ...route.query, part }));
    this.#depth.value -= 1;
    void this.open(location.hash);
  }

  async #load(): Promise<PanelContent> {
    const route = this.route.value;
    const { asOf } = this.#question();
    const cursor = cursorOf(this.paging.value);
    const query = { ...(asOf !== '' && { asOf }), ...(cursor !== undefined && { cursor }) };
    switch (route.kind) {
      case 'none':
        return { kind: 'none' };
      case 'unknown':
      case 'inspection':
      case 'risk':
      case 'opportunity':
      case 'person':
        return route;
      case 'dossier': {
        const params = { path: { id: route.id }, query };
        return {
          kind: 'dossier',
          dossier: await bodyOf(this.#client.GET('/v1/dossiers/{id}', { params })),
        };
      }
      case 'document': {
        const params = { path: { id: route.id }, query };
        return {
          kind: 'document',
          document: await bodyOf(this.#client.GET('/v1/documents/{id}', { params })),
        };
      }
      case 'evidence': {
        const params = { path: { id: route.objective }, query: this.#evidenceQuery(route.query) };
        return {
          kind: 'evidence',
          evidence: await bodyOf(this.#client.GET('/v1/objectives/{id}/evidence', { params })),
        };
      }
    }
  }

  /** A link is more specific: its parameters go before those of the page, and the server judges them. */
  #evidenceQuery(linked: Readonly<Record<string, string>>): EvidenceQuery {
    const cursor = cursorOf(this.paging.value);
    const { window, ...question } = figureQuery(this.#question());
    return {
      ...question,
      ...(window !== undefined && linked.from === undefined && { window }),
      ...linked,
      limit: PAGE_SIZE,
      ...(cursor !== undefined && { cursor }),
    };
  }
}
