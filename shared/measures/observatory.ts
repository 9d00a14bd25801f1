import type { Balance, BalanceQuery, Filter, Knowledge } from '../bookkeeping/balance.ts';
import type { Holiday } from '../calendar/holidays.ts';
import { explicitWindow, type NamedWindow, namedWindow, type Window } from '../calendar/windows.ts';
import { type OfficeHours, type WorkingCalendar, workingCalendar } from '../calendar/working-calendar.ts';
import { HOUR, type LocalDay, type Zone } from '../calendar/zone.ts';
import type { EventKinds } from '../contracts/event-kind.ts';
import type { FeedName, UnitId } from '../contracts/ids.ts';
import type { Position } from '../contracts/stored-event.ts';
import type { ConfiguredFeed } from '../feeds/configured-feeds.ts';
import type { Clock, Moment } from '../kernel/clock.ts';
import type { Checkpoint, FeedRecord, LedgerReader, LedgerSnapshot } from '../ledger/port.ts';
import { OfficeBook } from '../office/office-book.ts';
import { treesOf, type UnitTree } from '../office/unit-tree.ts';
import { BalanceCache } from './balance-cache.ts';
import { type DefinitionInForce, definitionOn, type ObjectiveDefinition } from './definition.ts';
import {
  type BreakdownRow,
  breakdown,
  type EvaluationContext,
  evaluate,
  type Measurement,
  worst,
} from './evaluate.ts';
import { type ListedPart, listedParts } from './listed-parts.ts';
import { type AppliedMeasure, type Basis, type Measure, measureOf } from './measure.ts';
import { balanceQueries, type Slice } from './tally.ts';
import { type FeedState, type OpenLetters, trustOf } from './trust.ts';

export interface ObservatoryOptions {
  readonly ledger: LedgerReader;
  /** The formulas that definitions name. */
  readonly measures: readonly Measure[];
  /** The types of events that feeds may send. */
  readonly kinds: EventKinds;
  /** The definitions as they were known at a moment; at the present when it is left out. */
  readonly definitions: (knownAt?: Moment) => readonly ObjectiveDefinition[];
  readonly clock: Clock;
  readonly zone: Zone;
  readonly holidays: readonly Holiday[];
  readonly hours: OfficeHours;
  /** The feeds that are configured; those that only the ledger has seen are added to them. */
  readonly feeds: readonly ConfiguredFeed[];
  /** The open dead letters. Asked with every figure, so it should be quick to answer. */
  readonly deadLetters: () => Promise<readonly OpenLetters[]>;
}

export interface FigureRequest {
  /** The definition's own window when omitted. */
  readonly window?: NamedWindow | { readonly from: LocalDay; readonly to: LocalDay };
  /** With its descendants, as the tree stood at the window's end. */
  readonly unit?: UnitId;
  /** Without its descendants. */
  readonly unitAlone?: boolean;
  /** A value for each dimension besides the unit. */
  readonly where?: Filter['where'];
  readonly basis?: Basis;
  /** As known then and with time standing at it; the present when omitted. */
  readonly asOf?: Moment;
  /** Where an earlier answer stood, so that more of it can be told; goes before `asOf`. */
  readonly pinned?: Pin;
}

/** Where an answer stands in time and in the ledger: what is asked again from here is answered the same. */
export interface Pin {
  /** The moment of the answer: the present, or its `asOf`. */
  readonly now: Moment;
  readonly knownAt: Moment;
  readonly upTo: Position;
}

/** From where the ledger is looked at. */
export interface Standpoint {
  readonly pin: Pin;
  /** What to ask the ledger with; nothing in the present. */
  readonly known: Knowledge;
  readonly calendar: WorkingCalendar;
  /** The units as they stood on the local day. */
  readonly treeOn: (day: LocalDay) => UnitTree;
}

/** What one figure was computed from and for. */
export interface FigureFrame {
  readonly definition: ObjectiveDefinition;
  readonly measure: AppliedMeasure;
  readonly carriedOver: boolean;
  readonly window: Window;
  readonly filter: Filter;
  readonly asOf: Moment;
  readonly pin: Pin;
  readonly known: Knowledge;
}

/** What stands behind a figure. */
export interface Behind {
  readonly frame: FigureFrame;
  readonly context: EvaluationContext;
  readonly parts: readonly ListedPart[];
  readonly calendar: WorkingCalendar;
}

/** How an objective stands. */
export interface ObjectiveFigure extends FigureFrame {
  readonly measurement: Measurement;
  readonly worstUnit: BreakdownRow | undefined;
  readonly worstField: BreakdownRow | undefined;
}

export type FigureOutcome<Answer> =
  | { readonly kind: 'figure'; readonly figure: Answer }
  | { readonly kind: 'unknown-objective' }
  | { readonly kind: 'not-yet-in-force'; readonly from: LocalDay }
  | { readonly kind: 'window-ends-before-it-begins' };

/** Below so many settled a part is no candidate for the worst: one late of two says little. */
const WORST_MINIMUM_VOLUME = 20;

/**
 * Where figures come from: reads the ledger and evaluates objectives on it. Used by the api to answer and by the alerter to
 * decide, so that both always say the same.
 */
export class Observatory {
  readonly #options: ObservatoryOptions;
  readonly #cache = new BalanceCache();
  #known: Office | undefined;

  constructor(options: ObservatoryOptions) {
    this.#options = options;
  }

  /** The formulas that definitions can name. */
  get measures(): readonly Measure[] {
    return this.#options.measures;
  }

  /** The ids of all objectives, in the order of their definitions. */
  objectiveIds(): readonly string[] {
    return [...new Set(this.#options.definitions().map(({ id }) => id))];
  }

  async measure(id: string, request: FigureRequest = {}): Promise<FigureOutcome<ObjectiveFigure>> {
    return this.#snapshot((ledger, deadLetters) => this.#measure(ledger, id, request, deadLetters));
  }

  /** Every objective at one checkpoint; those not yet in force are left out. */
  async measureAll(request: FigureRequest = {}): Promise<readonly ObjectiveFigure[]> {
    return this.#snapshot(async (ledger, deadLetters) => {
      const figures: ObjectiveFigure[] = [];
      for (const id of this.objectiveIds()) {
        const outcome = await this.#measure(ledger, id, request, deadLetters);
        if (outcome.kind === 'figure') figures.push(outcome.figure);
      }
      return figures;
    });
  }

  /** The figure, and by a dimension or by local day; the rows add up to it. */
  async breakdown(
    id: string,
    by: string,
    request: FigureRequest = {},
  ): Promise<
    FigureOutcome<FigureFrame & { readonly measurement: Measurement; readonly rows: readonly BreakdownRow[] }>
  > {
    return this.#snapshot(async (ledger, deadLetters) => {
      const framed = await this.#frame(ledger, id, request);
      if (framed.kind !== 'figure') return framed;
      const { frame, office } = framed.figure;
      const slices = await this.#slices(ledger, frame, [by]);
      const context = await this.#context(ledger, frame, office, request, deadLetters);
      const measurement = evaluate(frame, slices, context);
      const rows = breakdown(frame, slices, by, context);
      return { kind: 'figure', figure: { ...frame, measurement, rows } };
    });
  }

  /** Runs `read` with the parts of a figure, for lists of what stands behind it. */
  async behind<Answer>(
    id: string,
    request: FigureRequest,
    read: (ledger: LedgerSnapshot, behind: Behind) => Promise<Answer>,
  ): Promise<FigureOutcome<Answer>> {
    return this.#snapshot(async (ledger, deadLetters) => {
      const framed = await this.#frame(ledger, id, request);
      if (framed.kind !== 'figure') return framed;
      const { frame, office } = framed.figure;
      const context = await this.#context(ledger, frame, office, request, deadLetters);
      const parts = listedParts(frame, await this.#slices(ledger, frame, []), context);
      return {
        kind: 'figure',
        figure: await read(ledger, { frame, context, parts, calendar: office.calendar }),
      };
    });
  }

  /** Runs `read` with the standpoint of a request, for lists that no objective is behind. */
  async from<Answer>(
    at: Pick<FigureRequest, 'asOf' | 'pinned'>,
    read: (ledger: LedgerSnapshot, standpoint: Standpoint) => Promise<Answer>,
  ): Promise<Answer> {
    return this.#options.ledger.snapshot(async (ledger) => {
      const { pin, known } = this.#pin(ledger, at);
      const { calendar, treeOn } = await this.#officeAt(ledger, known.knownAt);
      return read(ledger, { pin, known, calendar, treeOn });
    });
  }

  /** Counts the dead letters first: a snapshot may hold a connection, and must not wait for another one meanwhile. */
  async #snapshot<Answer>(
    read: (ledger: LedgerSnapshot, deadLetters: readonly OpenLetters[]) => Promise<Answer>,
  ): Promise<Answer> {
    const deadLetters = await this.#options.deadLetters();
    return this.#options.ledger.snapshot((ledger) => read(ledger, deadLetters));
  }

  async #measure(
    ledger: LedgerSnapshot,
    id: string,
    request: FigureRequest,
    deadLetters: readonly OpenLetters[],
  ): Promise<FigureOutcome<ObjectiveFigure>> {
    const framed = await this.#frame(ledger, id, request);
    if (framed.kind !== 'figure') return framed;
    const { frame, office } = framed.figure;
    const slices = await this.#slices(ledger, frame, ['unit', 'field']);
    const context = await this.#context(ledger, frame, office, request, deadLetters);
    const worstBy = (by: string) =>
      frame.measure.dimensions.some(({ name }) => name === by)
        ? worst(breakdown(frame, slices, by, context), WORST_MINIMUM_VOLUME)
        : undefined;
    return {
      kind: 'figure',
      figure: {
        ...frame,
        measurement: evaluate(frame, slices, context),
        worstUnit: worstBy('unit'),
        worstField: worstBy('field'),
      },
    };
  }

  async #frame(
    ledger: LedgerSnapshot,
    id: string,
    request: FigureRequest,
  ): Promise<FigureOutcome<{ readonly frame: FigureFrame; readonly office: Office }>> {
    const { zone, measures } = this.#options;
    const { pin, known } = this.#pin(ledger, request);
    const definitions = this.#options.definitions(known.knownAt);
    const asOf = pin.now;
    const inForce = definitionOn(definitions, id, zone.dayOf(asOf));
    if (!inForce) {
      const begins = definitions.filter((one) => one.id === id).map(({ validFrom }) => validFrom);
      const [from] = begins.sort((left, right) => left - right);
      return from === undefined ? { kind: 'unknown-objective' } : { kind: 'not-yet-in-force', from };
    }
    const window = windowOf(request, inForce, asOf, zone);
    if (!window) return { kind: 'window-ends-before-it-begins' };
    const measure = measureOf(measures, inForce.definition.formula);
    const office = await this.#officeAt(ledger, known.knownAt);
    const filter = filterOf(
      await withUnit(ledger, known, request),
      inForce.definition,
      office.treeOn(window.cutTo),
    );
    return {
      kind: 'figure',
      figure: { office, frame: { ...inForce, measure, window, filter, asOf, pin, known } },
    };
  }

  async #slices(
    ledger: LedgerSnapshot,
    { measure, window, filter, known }: FigureFrame,
    group: BalanceQuery['by'],
  ): Promise<readonly Slice[]> {
    const slices: Slice[] = [];
    for (const query of balanceQueries(measure, window, filter, group)) {
      const rows: readonly Balance[] =
        known.knownAt === undefined
          ? await this.#cache.get(query, ledger)
          : await ledger.balances({ ...query, ...known });
      slices.push({ book: query.book, by: query.by, rows });
    }
    return slices;
  }

  #pin(
    { checkpoint }: LedgerSnapshot,
    { asOf, pinned }: Pick<FigureRequest, 'asOf' | 'pinned'>,
  ): Pick<Standpoint, 'pin' | 'known'> {
    if (pinned) return { pin: pinned, known: { knownAt: pinned.knownAt, upTo: pinned.upTo } };
    const { position: upTo, knownAt } = checkpoint;
    return asOf === undefined
      ? { pin: { now: this.#options.clock(), knownAt, upTo }, known: {} }
      : { pin: { now: asOf, knownAt: asOf, upTo }, known: { knownAt: asOf } };
  }

  async #context(
    ledger: LedgerSnapshot,
    { definition, measure, window, asOf }: FigureFrame,
    { calendar, feeds }: Office,
    request: FigureRequest,
    deadLetters: readonly OpenLetters[],
  ): Promise<EvaluationContext> {
    const since: Moment[] = [];
    for (const { book } of measure.populations) {
      const moment = await ledger.knownSince(book);
      if (moment !== null) since.push(moment);
    }
    const seen = feeds.filter((one) => one.firstRecordedAt !== null && one.firstRecordedAt <= asOf);
    return {
      now: asOf,
      window,
      basis: request.basis ?? 'adjusted',
      dueSoonUntil: calendar.reach(asOf, definition.dueSoonWorkingHours * HOUR),
      knownSince: since.length === 0 ? null : Math.min(...since),
      seen: new Set(seen.flatMap(({ types }) => types)),
      trust: trustOf(definition, measure, {
        feeds,
        deadLetters,
        kinds: this.#options.kinds,
        calendar,
        now: asOf,
        from: window.from,
      }),
    };
  }

  /** What the ledger has heard of each feed, and the configured ones it never heard. */
  #feeds(heard: readonly FeedRecord[]): readonly FeedState[] {
    const { feeds: configured } = this.#options;
    const coverageFrom = (feed: FeedName) =>
      configured.find((one) => one.feed === feed)?.coverageFrom ?? null;
    const unheard = configured.filter(({ feed }) => !heard.some((one) => one.feed === feed));
    return [
      ...heard.map((one) => ({ ...one, coverageFrom: coverageFrom(one.feed) })),
      ...unheard.map((one) => ({ ...one, firstRecordedAt: null, lastRecordedAt: null })),
    ];
  }

  async #officeAt(ledger: LedgerSnapshot, asOf?: Moment): Promise<Office> {
    const { checkpoint } = ledger;
    if (asOf !== undefined) {
      const book = new OfficeBook(await ledger.declared({ knownAt: asOf }));
      return this.#officeOf(checkpoint, book, await ledger.feeds());
    }
    const known = this.#known;
    const isOlder =
      known?.checkpoint.generation === checkpoint.generation &&
      known.checkpoint.position <= checkpoint.position;
    const office = isOlder
      ? await this.#broughtUp(known, ledger)
      : this.#officeOf(checkpoint, new OfficeBook(await ledger.declared()), await ledger.feeds());
    this.#known = office;
    return office;
  }

  /** Reads only what has changed since: a commit tells of its feeds, and hardly ever of anything else. */
  async #broughtUp(known: Office, ledger: LedgerSnapshot): Promise<Office> {
    const { checkpoint } = ledger;
    const { position, office } = known.checkpoint;
    if (position === checkpoint.position) return known;
    const heard = new Map(known.heard.map((one) => [one.feed, one]));
    for (const one of await ledger.feeds(position)) heard.set(one.feed, one);
    if (office === checkpoint.office)
      return { ...known, checkpoint, heard: [...heard.values()], feeds: this.#feeds([...heard.values()]) };
    const declared = await ledger.declared({ since: office });
    return this.#officeOf(checkpoint, new OfficeBook(declared, known.book), [...heard.values()]);
  }

  #officeOf(checkpoint: Checkpoint, book: OfficeBook, heard: readonly FeedRecord[]): Office {
    const { zone, holidays, hours } = this.#options;
    return {
      checkpoint,
      book,
      heard,
      feeds: this.#feeds(heard),
      calendar: workingCalendar({ zone, holidays, declared: book.calendarDays, hours }),
      treeOn: treesOf(book.units),
    };
  }
}

/** What is the same for every objective at one checkpoint: master data, and the feeds. */
interface Office {
  readonly checkpoint: Checkpoint;
  readonly book: OfficeBook;
  /** What the ledger has heard of each feed. */
  readonly heard: readonly FeedRecord[];
  /** The same with the configured ones that it never heard. */
  readonly feeds: readonly FeedState[];
  readonly calendar: WorkingCalendar;
  readonly treeOn: (day: LocalDay) => UnitTree;
}

function windowOf(
  { window }: FigureRequest,
  { definition }: DefinitionInForce,
  asOf: Moment,
  zone: Zone,
): Window | undefined {
  if (typeof window === 'object') {
    const outcome = explicitWindow(window.from, window.to, asOf, zone);
    return outcome.kind === 'window' ? outcome.window : undefined;
  }
  return namedWindow(window ?? definition.window, asOf, zone);
}

/** The same with the unit for which an identifier stands by the table of agency identifiers. */
export async function withUnit<Asked extends { readonly unit?: UnitId }>(
  ledger: LedgerSnapshot,
  known: Knowledge,
  asked: Asked,
): Promise<Asked> {
  return asked.unit === undefined
    ? asked
    : { ...asked, unit: (await ledger.agencies(known)).unitOf(asked.unit) };
}

function filterOf(request: FigureRequest, definition: ObjectiveDefinition, tree: UnitTree): Filter {
  const { unit, unitAlone, where } = request;
  const own = definition.unit === null ? undefined : tree.withDescendants(definition.unit);
  const asked = unit === undefined ? undefined : unitAlone ? [unit] : tree.withDescendants(unit);
  const units = own && asked ? asked.filter((one) => own.includes(one)) : (asked ?? own);
  return {
    ...(units && { units }),
    ...(where && { where }),
  };
}
