import { get } from './api.js';
import { isDocuments } from './cards.js';
import { byId, h } from './dom.js';
import { dossierTable, exchangeTable, pager } from './lists.js';
import { cursorOf, FIRST } from './pages.js';
import { evidenceLink, routeFrom } from './route.js';
import { section } from './section.js';
import { documentView, dossierView } from './subject.js';

/** @typedef {import('./api.js').Objective} Objective */

const PAGE_SIZE = '25';
const DOSSIER_PARTS = [
  'late',
  'on-time',
  'settled',
  'open',
  'overdue',
  'due-soon',
  'paused',
  'open-no-due-date',
  'no-due-date',
  'no-finish-date',
  'withdrawn',
  'refused-at-intake',
];
const DOCUMENT_PARTS = [
  'not-electronic',
  'electronic',
  'exchanged',
  'awaiting',
  'exempt-classified',
  'exempt-regulated',
  'recalled',
  'to-itself',
];

/** The side panel: what stands behind a figure, one dossier, one document. The address says which, so back and links work. */
export class Panel {
  #dialog = /** @type {HTMLDialogElement} */ (byId('panel'));
  #route = routeFrom('');
  #pages = FIRST;
  /** How many addresses were opened since the panel was closed: only then is there something to go back to. */
  #depth = 0;

  /**
   * @param {object} view
   * @param {() => import('./words.js').Words} view.words
   * @param {() => Record<string, string>} view.filters
   * @param {(unit: string | null) => string} view.unitName
   * @param {() => number} view.now
   * @param {() => readonly Objective[]} view.objectives
   */
  constructor(view) {
    this.view = view;
    this.content = section(
      byId('panel-body'),
      () => this.#load(),
      (load) => load?.(),
      view.words,
    );
    this.#dialog.addEventListener('cancel', (event) => {
      event.preventDefault();
      this.close();
    });
    // A click beside the panel lands on the dialog itself.
    this.#dialog.addEventListener('click', ({ target }) => target === this.#dialog && this.close());
    this.#dialog.addEventListener('change', ({ target }) => {
      if (!(target instanceof HTMLSelectElement) || this.#route.kind !== 'evidence') return;
      const { objective, query } = this.#route;
      history.replaceState(null, '', evidenceLink(objective, { ...query, part: target.value }));
      this.#depth -= 1;
      void this.open(location.hash);
    });
  }

  /** @param {string} hash */
  async open(hash) {
    this.#route = routeFrom(hash);
    this.#pages = FIRST;
    this.content.forget();
    if (this.#route.kind === 'none') {
      this.#depth = 0;
      if (this.#dialog.open) this.#dialog.close();
      return;
    }
    this.#depth += 1;
    this.#showTitle();
    if (!this.#dialog.open) this.#dialog.showModal();
    byId('panel-title').focus();
    this.#dialog.scrollTop = 0;
    await this.content.refresh();
  }

  close() {
    history.pushState(null, '', `${location.pathname}${location.search}`);
    void this.open('');
  }

  async refresh() {
    if (this.#route.kind !== 'none') await this.content.refresh();
  }

  draw() {
    if (this.#route.kind === 'none') return;
    this.#showTitle();
    this.content.draw();
  }

  /** @param {(pages: import('./pages.js').Pages) => import('./pages.js').Pages} turn */
  turn(turn) {
    this.#pages = turn(this.#pages);
    void this.content.refresh();
  }

  #showTitle() {
    const { t } = this.view.words();
    const route = this.#route;
    byId('panel-title').textContent =
      route.kind === 'evidence' ? t('evidence') : route.kind === 'none' ? '' : `${t(route.kind)} ${route.id}`;
    byId('panel-back').hidden = this.#depth < 2;
  }

  /** @returns {Promise<(() => import('./dom.js').Child) | undefined>} draws what was loaded, in the language of the moment */
  async #load() {
    const route = this.#route;
    const { words, unitName, now } = this.view;
    const asOf = { asOf: this.view.filters().asOf ?? '' };
    switch (route.kind) {
      case 'dossier': {
        const dossier = await get(`/v1/dossiers/${encodeURIComponent(route.id)}`, asOf);
        return () => dossierView(dossier, { now: now(), unitName }, words());
      }
      case 'document': {
        const document = await get(`/v1/documents/${encodeURIComponent(route.id)}`, asOf);
        return () => documentView(document, { unitName }, words());
      }
      case 'evidence': {
        const query = {
          ...this.view.filters(),
          ...route.query,
          limit: PAGE_SIZE,
          cursor: cursorOf(this.#pages),
        };
        const evidence = await get(`/v1/objectives/${encodeURIComponent(route.objective)}/evidence`, query);
        return () => this.#evidence(evidence, route.query);
      }
      case 'none':
        return undefined;
    }
  }

  /** @param {import('./api.js').Evidence} evidence @param {Record<string, string>} query */
  #evidence(evidence, query) {
    const { unitName, now, objectives } = this.view;
    const words = this.view.words();
    const { t, code } = words;
    const objective = objectives().find(({ id }) => id === evidence.id);
    const parts = objective && isDocuments(objective) ? DOCUMENT_PARTS : DOSSIER_PARTS;
    const { dossiers, documents, part, total, window } = evidence;
    const unit = query.unit ?? this.view.filters().unit;
    const only = [
      unit && (query.below === 'false' ? unitName(unit) : `${unitName(unit)} (${t('evidence.below')})`),
      query.field,
      query.procedure,
      query.channel && code('channel', query.channel),
      t('window.span', { from: words.day(window.from), to: words.day(window.cutTo) }),
    ];
    return [
      h('p', null, h('b', null, words.of(evidence.title))),
      h('p', null, only.filter(Boolean).join(' · ')),
      h(
        'label',
        null,
        h('span', null, t('part')),
        h(
          'select',
          null,
          ...parts.map((one) => h('option', { value: one, selected: one === part }, code('part', one))),
        ),
      ),
      h('p.note', null, t('evidence.total', { n: words.number(total) })),
      (dossiers ?? documents ?? []).length === 0
        ? h('p.empty', null, t('evidence.empty'))
        : dossiers
          ? dossierTable(dossiers, { now: now(), unitName }, words)
          : exchangeTable(documents ?? [], { unitName }, words),
      pager('evidence', this.#pages, evidence.next, words),
    ];
  }
}
