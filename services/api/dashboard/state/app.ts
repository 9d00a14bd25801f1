import { batch, computed, effect, signal, untracked } from '@preact/signals';
import {
  bodyOf,
  type Client,
  clientOf,
  type Objective,
  type Readiness,
  type Row,
  type Unit,
} from '../client/api.ts';
import { KeyRing } from '../client/key-ring.ts';
import type { ServerEvent } from '../client/sse.ts';
import { follow } from '../client/stream.ts';
import { firstLanguage, type Language } from '../text/i18n.ts';
import { type Words, wordsIn } from '../text/words.ts';
import { Access } from './access.ts';
import { Connection } from './connection.ts';
import { Details } from './details.ts';
import { Figures } from './figures.ts';
import { FIRST } from './paging.ts';
import { Panel } from './panel.ts';
import { figureQuery, type Question, questionFrom, searchOf } from './question.ts';
import { Shown } from './shown.ts';
import { throttled } from './throttled.ts';
import { namesOf } from './units.ts';
import { nothingKnown, nothingYet, verdictOf } from './verdict.ts';
import { firstEvent } from './welcome.ts';

/** Time moves figures, too: a case that is not due now is overdue later. So the page asks anew even when no event comes. */
const POLL_MS = 30_000;
const TICK_MS = 5_000;
/** After so long the alerter's answers contain its last record. */
const SETTLED_MS = 1_000;
const LANGUAGE = 'nhip.language';
const NAME = 'nhip.name';

/** A row of a breakdown, or of the worst. */
type NamedKey = Pick<Row, 'key' | 'name'> & { readonly together?: boolean | undefined };

/** The state of the page. Components read it and call it; it knows none of them. */
export class App {
  readonly client: Client;
  readonly #openedAt = new Date();
  readonly keys = new KeyRing(sessionStorage);
  readonly connection = new Connection();
  readonly access: Access;
  readonly figures: Figures;
  readonly details: Details;
  readonly panel: Panel;
  /** What the page that is open shows besides the figures. */
  readonly shown = new Shown();

  readonly #language = signal<Language>(firstLanguage(localStorage.getItem(LANGUAGE), navigator.languages));
  readonly words = computed<Words>(() => wordsIn(this.#language.value));
  readonly question = signal<Question>(questionFrom(location.search));
  readonly units = signal<readonly Unit[]>([]);
  readonly readiness = signal<Readiness>({ ready: true, checks: [] });
  /** The last change, for a user who does not see it. */
  readonly announcement = signal('');
  /** The alert that the user is about to acknowledge, and the problem with it. */
  readonly acknowledging = signal<string | null>(null);
  readonly acknowledgeProblem = signal<unknown>(undefined);

  readonly unitName = computed(() => namesOf(this.units.value, this.words.value));
  /** The title of an objective; its id where no figure has it. */
  readonly objectiveName = computed(() => (id: string) => {
    const known = this.figures.all.value.find((one) => one.id === id);
    return known ? this.words.value.of(known.title) : id;
  });
  /** The name of the unit, the field or the procedure of a row; its code where it has none. */
  readonly rowName = computed(() => (dimension: string, { key, name, together }: NamedKey) => {
    const { t, code } = this.words.value;
    if (together) return t('smallGroups');
    if (key === null) return t('unstated');
    return dimension === 'unit' ? this.unitName.value(key, name) : (name ?? code(dimension, key));
  });
  readonly selected = computed<Objective | undefined>(() => {
    const { all } = this.figures;
    return all.value.find(({ id }) => id === this.question.value.objective) ?? all.value[0];
  });
  readonly isPast = computed(() => this.question.value.asOf !== '');
  /** At such a moment the server has figures that say so, but no lists. */
  readonly isBeforeHistory = computed(() => this.isPast.value && nothingKnown(this.figures.all.value));
  readonly isFresh = computed(
    () => this.figures.resource.value.value !== undefined && nothingYet(this.figures.all.value),
  );

  readonly #figuresMoved = throttled(() => void this.figures.resource.refresh(), 2_000);
  readonly #detailsMoved = throttled(() => void this.#refreshDetails(), 5_000, performance.now());
  readonly #alertsMoved = throttled(() => void this.details.alerts.refresh(), 500);

  constructor() {
    const question = () => this.question.value;
    this.client = clientOf(location.origin, this.keys);
    this.access = new Access(this.client);
    this.figures = new Figures(this.client, this.connection, question);
    this.details = new Details(this.client, this.access, this.figures, question, () => this.selected.value);
    this.panel = new Panel(this.client, question);
  }

  async start(): Promise<void> {
    this.#announceChanges();
    effect(() => {
      // Again for each key that is given.
      void this.keys.given.value;
      untracked(() => void this.access.renew());
    });
    addEventListener('hashchange', () => void this.panel.open(location.hash));
    addEventListener('popstate', () => this.#moved());
    document.addEventListener('click', (event) => this.#clicked(event));
    setInterval(() => void this.refresh(), POLL_MS);
    setInterval(() => this.connection.tick(), TICK_MS);
    // Alerts are asked for once the stream is open, so that none falls between.
    const others = Promise.all([this.#refreshUnits(), this.#refreshReadiness()]);
    await this.figures.resource.refresh();
    void this.panel.open(location.hash);
    void this.#follow();
    await Promise.all([others, this.shown.refresh()]);
  }

  /** Asks for everything that the page shows. */
  async refresh(): Promise<void> {
    const others = [
      ...[this.#refreshUnits(), this.details.alerts.refresh(), this.#refreshReadiness()],
      this.access.complete(),
    ];
    await this.figures.resource.refresh();
    await Promise.all([...others, this.#refreshDetails()]);
  }

  /** Changes the question of the page. */
  ask(change: Partial<Question>): void {
    history.replaceState(null, '', this.linkTo(change) + location.hash);
    this.#moved();
  }

  /** Shows another objective, or another dimension of the breakdown: the figures are the same. */
  look(change: Pick<Partial<Question>, 'objective' | 'by'>): void {
    const { details, question } = this;
    history.replaceState(null, '', this.linkTo(change) + location.hash);
    question.value = { ...question.value, ...change };
    const moved = change.by === undefined ? [details.series, details.breakdown] : [details.breakdown];
    for (const one of moved) {
      one.supersede();
      void one.refresh();
    }
  }

  /** The address of another page, or of another question. */
  linkTo(change: Partial<Question>): string {
    return `${location.pathname}${searchOf({ ...this.question.value, ...change })}`;
  }

  /** The address has changed: the page follows. */
  #moved(): void {
    const [before, now] = [this.question.value, questionFrom(location.search)];
    if (searchOf(before) === searchOf(now)) return;
    this.question.value = now;
    this.details.workPaging.value = FIRST;
    this.shown.supersede();
    if (JSON.stringify(figureQuery(before)) !== JSON.stringify(figureQuery(now))) {
      this.figures.resource.supersede();
      void this.refresh();
    } else if (before.page === now.page) {
      void this.shown.refresh();
    }
  }

  /** A link within the page opens without loading the document again. */
  #clicked(event: MouseEvent): void {
    const isPlain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (!isPlain || !link || link.origin !== location.origin || link.pathname !== location.pathname) return;
    // The browser itself follows a link that differs only behind the `#`.
    if (link.search === location.search) return;
    event.preventDefault();
    history.pushState(null, '', link.href);
    void this.panel.open(location.hash);
    this.#moved();
    scrollTo(0, 0);
    document.querySelector('main')?.focus();
  }

  /** The user has stated something: every list that is open shows it. */
  async wrote({ position }: { readonly position: string }): Promise<void> {
    this.figures.wrote(position);
    await this.shown.refresh();
  }

  switchLanguage(): void {
    this.#language.value = this.#language.value === 'vi' ? 'en' : 'vi';
    localStorage.setItem(LANGUAGE, this.#language.value);
  }

  giveKey(): void {
    void this.keys.give().then((isGiven) => (isGiven ? this.refresh() : undefined));
  }

  firstEvent(): string {
    return firstEvent(location.origin, this.#openedAt, this.keys.key !== null);
  }

  /** The name under which the user acknowledged the last alert; undefined with a key, whose name the server takes. */
  get dutyName(): string | undefined {
    return this.keys.key === null ? (localStorage.getItem(NAME) ?? '') : undefined;
  }

  async acknowledge(id: string, by: string | undefined, comment: string): Promise<void> {
    if (by !== undefined) localStorage.setItem(NAME, by);
    this.acknowledgeProblem.value = undefined;
    try {
      const params = { path: { id } };
      const body = { comment, ...(by !== undefined && { by }) };
      await bodyOf(this.client.POST('/v1/alerts/{id}/acknowledge', { params, body }));
    } catch (problem) {
      this.acknowledgeProblem.value = problem;
    }
    await this.details.alerts.refresh();
  }

  #follow(): Promise<never> {
    return follow(`${location.origin}/v1/stream`, this.keys, {
      up: () => {
        this.connection.up();
        // Alerts come from now on; figures come as they stand.
        this.#alertsMoved();
      },
      down: () => {
        this.connection.down();
        // Either only the stream has ended, or nothing answers any more.
        this.#figuresMoved();
        this.#alertsMoved();
      },
      event: (event) => this.#heard(event),
    });
  }

  #heard({ event, data, id }: ServerEvent): void {
    const [position = ''] = id.split('-', 1);
    if (event === 'objective-closed') {
      const { id: closed }: { id: string } = JSON.parse(data);
      this.figures.closed(closed, position);
      return;
    }
    if (event === 'objective') {
      const objective: Objective = JSON.parse(data);
      const outcome = this.figures.heard(objective, position);
      if (outcome === 'ask') this.#figuresMoved();
      if (outcome !== 'nothing') this.#detailsMoved();
      return;
    }
    // The fact is sent as soon as it is stored, which may be a moment before `/v1/alerts` shows it.
    setTimeout(this.#alertsMoved, SETTLED_MS);
    this.#alertsMoved();
  }

  async #refreshDetails(): Promise<void> {
    await Promise.all([this.shown.refresh(), this.panel.refresh()]);
  }

  async #refreshUnits(): Promise<void> {
    try {
      const { asOf } = this.question.value;
      const query = asOf === '' ? {} : { asOf };
      const { items } = await bodyOf(this.client.GET('/v1/units', { params: { query } }));
      this.units.value = items;
    } catch {
      // The figures report the problem; without names the units show by their ids.
    }
  }

  async #refreshReadiness(): Promise<void> {
    try {
      const { data, error } = await this.client.GET('/readyz');
      const answer = data ?? error;
      if (answer) this.readiness.value = answer;
    } catch {
      // Then nothing else answers either, and the page reports that.
    }
  }

  #announceChanges(): void {
    let before = new Map<string, string>();
    effect(() => {
      const isCurrent = this.connection.isCurrent.value;
      const objectives = this.figures.all.value;
      const words = untracked(() => this.words.value);
      const now = new Map(objectives.map((one) => [one.id, verdictOf(one, isCurrent)]));
      const changes = objectives.flatMap(({ id, title }) => {
        const [was, is] = [before.get(id), now.get(id)];
        if (was === undefined || is === undefined || was === is) return [];
        return [words.t('changed', { title: words.of(title), verdict: words.code('verdict', is) })];
      });
      before = now;
      if (changes.length > 0) batch(() => (this.announcement.value = changes.join('. ')));
    });
  }
}
