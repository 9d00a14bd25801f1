import type { BalanceQuery } from '../bookkeeping/balance.ts';
import { HOUR } from '../calendar/zone.ts';
import type { EventKinds } from '../contracts/event-kind.ts';
import type { Clock, Moment } from '../kernel/clock.ts';
import type { LedgerReader, LedgerSnapshot, ReadOptions } from '../ledger/port.ts';
import {
  type BreakdownRow,
  breakdown,
  type EvaluationContext,
  evaluate,
  type Measurement,
  worst,
} from './evaluate.ts';
import {
  type FigureFrame,
  type FigureOutcome,
  type FigureRequest,
  frameOf,
  withUnit,
} from './figure-frame.ts';
import { type FileObjectives, type KnownObjectives, objectiveReader } from './known-objectives.ts';
import { type ListedPart, listedParts } from './listed-parts.ts';
import { booksOf, type Measure } from './measure.ts';
import { type KnownOffice, type OfficeRules, OfficeSource } from './office-source.ts';
import { SliceSource } from './slices.ts';
import { type AskedMoment, type Standpoint, standpointOf } from './standpoint.ts';
import type { Slice } from './tally.ts';
import { type GeneralDoubt, type OpenLetters, type TrustInputs, trustOf } from './trust.ts';

export interface ObservatoryOptions extends OfficeRules {
  readonly ledger: LedgerReader;
  /** Reads what can take long: lists, and figures of the past. The same as `ledger` when it is left out. */
  readonly slow?: LedgerReader;
  /** The formulas that definitions name. */
  readonly measures: readonly Measure[];
  /** What holds of an objective of which nothing was stated. */
  readonly file: FileObjectives;
  /** The types of events that feeds may send. */
  readonly kinds: EventKinds;
  readonly clock: Clock;
  /** The open dead letters. Asked with every figure, so it should be quick to answer. */
  readonly deadLetters: () => Promise<readonly OpenLetters[]>;
  /** The doubts that apply to every figure now. Asked with every figure. */
  readonly doubts: () => readonly GeneralDoubt[];
}

/** What the figures of one snapshot lack, read once for all of them. */
interface Missing extends Pick<TrustInputs, 'setAside' | 'lost'> {
  readonly letters: readonly OpenLetters[];
}

/** What stands behind a figure. */
export interface Behind extends Pick<KnownOffice, 'calendar'> {
  readonly frame: FigureFrame;
  readonly context: EvaluationContext;
  readonly parts: readonly ListedPart[];
}

/** A row with the name of its unit, field or procedure on the last day of the figure; null where none is known. */
export interface NamedRow extends BreakdownRow {
  readonly name: string | null;
}

/** How an objective stands. */
export interface ObjectiveFigure extends FigureFrame {
  readonly measurement: Measurement;
  readonly worstUnit: NamedRow | undefined;
  readonly worstField: NamedRow | undefined;
}

/** How all objectives stand. */
export interface ObjectiveFigures {
  readonly figures: readonly ObjectiveFigure[];
  /** The ids of those that were closed before that moment. */
  readonly closed: readonly string[];
  /** The ids of those that the file states otherwise. */
  readonly differing: readonly string[];
}

/** How an objective stands, in rows by one dimension. */
export interface ObjectiveBreakdown extends FigureFrame {
  readonly measurement: Measurement;
  readonly rows: readonly NamedRow[];
}

/** With a smaller denominator a row is no candidate for the worst: one late of two says little. */
const WORST_MINIMUM_VOLUME = 20;

/** From where, and by which reference data, a question is answered. */
type Seen = Standpoint & KnownOffice & { readonly objectives: KnownObjectives };

/** All that a figure is computed from. */
interface Sight {
  readonly frame: FigureFrame;
  readonly office: KnownOffice;
  readonly slices: readonly Slice[];
  readonly context: EvaluationContext;
}

/**
 * The source of figures: reads the ledger and evaluates objectives on it. The api answers by it and the alerter decides by it,
 * so that both always agree.
 */
export class Observatory {
  readonly #options: ObservatoryOptions;
  readonly #slices = new SliceSource();
  readonly #office: OfficeSource;
  readonly #objectivesOf: ReturnType<typeof objectiveReader>;

  constructor(options: ObservatoryOptions) {
    this.#options = options;
    this.#office = new OfficeSource(options);
    this.#objectivesOf = objectiveReader(options.file, options.measures);
  }

  /** The formulas that definitions can name. */
  get measures(): readonly Measure[] {
    return this.#options.measures;
  }

  /** The ids of all objectives known at present, in the order of the file; those that it does not name follow. */
  objectiveIds(): Promise<readonly string[]> {
    return this.from({}, async (_ledger, { objectives }) => objectives.ids);
  }

  /** The units of today, for acts that are limited to some of them. */
  unitsToday() {
    return this.from({}, async (_ledger, { pin, treeOn, agencies }) => ({
      tree: treeOn(this.#options.zone.dayOf(pin.now)),
      agencies,
    }));
  }

  async measure(
    id: string,
    request: FigureRequest = {},
    options?: ReadOptions,
  ): Promise<FigureOutcome<ObjectiveFigure>> {
    return this.#snapshot(
      this.#readerFor(request),
      (ledger, missing) => this.#measure(ledger, id, request, missing),
      options,
    );
  }

  /** Every objective at one checkpoint; those not yet in force are left out. */
  async measureAll(request: FigureRequest = {}, options?: ReadOptions): Promise<ObjectiveFigures> {
    return this.#snapshot(
      this.#readerFor(request),
      async (ledger, missing) => {
        const figures: ObjectiveFigure[] = [];
        const closed: string[] = [];
        const from = await this.#standAt(ledger, request);
        for (const id of from.objectives.ids) {
          const outcome = await this.#measure(ledger, id, request, missing, from);
          if (outcome.kind === 'figure') figures.push(outcome.figure);
          else if (outcome.kind === 'closed') closed.push(id);
        }
        return { figures, closed, differing: from.objectives.differing };
      },
      options,
    );
  }

  /** The figure, and by a dimension or by local day; the rows add up to it. */
  async breakdown(
    id: string,
    by: string,
    request: FigureRequest = {},
    options?: ReadOptions,
  ): Promise<FigureOutcome<ObjectiveBreakdown>> {
    return this.#snapshot(
      this.#readerFor(request),
      (ledger, missing) =>
        this.#see(ledger, id, { request, group: [by], missing }, async (sight) => ({
          ...sight.frame,
          measurement: evaluate(sight.frame, sight.slices, sight.context),
          rows: rowsBy(by, sight),
        })),
      options,
    );
  }

  /** Runs `read` with the parts of a figure, for lists of the subjects behind it. */
  async behind<Answer>(
    id: string,
    request: FigureRequest,
    read: (ledger: LedgerSnapshot, behind: Behind) => Promise<Answer>,
    options?: ReadOptions,
  ): Promise<FigureOutcome<Answer>> {
    return this.#snapshot(
      this.#slow,
      (ledger, missing) =>
        this.#see(ledger, id, { request, group: [], missing }, ({ frame, office, slices, context }) => {
          const parts = listedParts(frame, slices, context);
          return read(ledger, { frame, context, parts, calendar: office.calendar });
        }),
      options,
    );
  }

  /** Runs `read` with the standpoint of a request, for one subject or the reference data. */
  async from<Answer>(
    at: AskedMoment,
    read: (ledger: LedgerSnapshot, from: Seen) => Promise<Answer>,
    options?: ReadOptions,
  ): Promise<Answer> {
    return this.#options.ledger.snapshot((ledger) => this.#from(ledger, at, read), options);
  }

  /** The same for lists that no objective is behind. */
  async list<Answer>(
    at: AskedMoment,
    read: (ledger: LedgerSnapshot, from: Seen) => Promise<Answer>,
    options?: ReadOptions,
  ): Promise<Answer> {
    return this.#slow.snapshot((ledger) => this.#from(ledger, at, read), options);
  }

  get #slow(): LedgerReader {
    return this.#options.slow ?? this.#options.ledger;
  }

  /**
   * The present is a sum of stored sums, kept up by the entries since, whatever the ledger holds: it may be read where the
   * caller's other work waits. Every other figure can touch much of the journal.
   */
  #readerFor({ asOf, pinned, window }: FigureRequest): LedgerReader {
    const { ledger, clock, zone } = this.#options;
    const isOver = typeof window === 'object' && window.to < zone.dayOf(clock());
    return asOf === undefined && pinned === undefined && !isOver ? ledger : this.#slow;
  }

  async #from<Answer>(
    ledger: LedgerSnapshot,
    at: AskedMoment,
    read: (ledger: LedgerSnapshot, from: Seen) => Promise<Answer>,
  ): Promise<Answer> {
    return read(ledger, await this.#standAt(ledger, at));
  }

  async #standAt(ledger: LedgerSnapshot, at: AskedMoment): Promise<Seen> {
    const standpoint = standpointOf(ledger.checkpoint, at, this.#options.clock);
    const office = await this.#office.at(ledger, standpoint.known.knownAt);
    return { ...standpoint, ...office, objectives: this.#objectivesOf(office.stated) };
  }

  /** Counts the dead letters first: a snapshot may hold a connection, and must not wait for another one meanwhile. */
  async #snapshot<Answer>(
    reader: LedgerReader,
    read: (ledger: LedgerSnapshot, missing: Missing) => Promise<Answer>,
    options: ReadOptions | undefined,
  ): Promise<Answer> {
    const letters = await this.#options.deadLetters();
    return reader.snapshot(
      async (ledger) =>
        read(ledger, { letters, setAside: await ledger.setAside(), lost: await ledger.lost() }),
      options,
    );
  }

  #measure(
    ledger: LedgerSnapshot,
    id: string,
    request: FigureRequest,
    missing: Missing,
    from?: Seen,
  ): Promise<FigureOutcome<ObjectiveFigure>> {
    return this.#see(ledger, id, { request, group: ['unit', 'field'], missing, from }, async (sight) => {
      const { frame, slices, context } = sight;
      return {
        ...frame,
        measurement: evaluate(frame, slices, context),
        worstUnit: worstBy('unit', sight),
        worstField: worstBy('field', sight),
      };
    });
  }

  async #see<Answer>(
    ledger: LedgerSnapshot,
    id: string,
    asked: {
      readonly request: FigureRequest;
      readonly group: BalanceQuery['by'];
      readonly missing: Missing;
      /** Where it is known already. */
      readonly from?: Seen | undefined;
    },
    read: (sight: Sight) => Promise<Answer>,
  ): Promise<FigureOutcome<Answer>> {
    const { zone, measures } = this.#options;
    const { request, group, missing } = asked;
    const office = asked.from ?? (await this.#standAt(ledger, request));
    const { objectives, treeOn } = office;
    const options = { objectives, measures, zone, treeOn };
    const framed = frameOf(id, withUnit(request, office.agencies), office, options);
    if (framed.kind !== 'figure') return framed;
    const frame = framed.figure;
    const slices = await this.#slices.read(ledger, frame, office, group);
    const context = await this.#context(ledger, frame, office, request, missing);
    return { kind: 'figure', figure: await read({ frame, office, slices, context }) };
  }

  async #context(
    ledger: LedgerSnapshot,
    { definition, measure, window, asOf }: FigureFrame,
    { calendar, feeds }: KnownOffice,
    { basis = 'adjusted' }: FigureRequest,
    missing: Missing,
  ): Promise<EvaluationContext> {
    const since: Moment[] = [];
    for (const book of booksOf(measure)) {
      const moment = await ledger.knownSince(book);
      if (moment !== null) since.push(moment);
    }
    const seen = feeds.filter((one) => one.firstRecordedAt !== null && one.firstRecordedAt <= asOf);
    const { kinds, doubts, clock } = this.#options;
    // A ledger that is behind still knows all of a moment before the last event that it has.
    const isPast = asOf < ledger.checkpoint.knownAt;
    return {
      now: asOf,
      window,
      basis,
      dueSoonUntil: calendar.reach(asOf, definition.dueSoonWorkingHours * HOUR),
      knownSince: since.length === 0 ? null : Math.min(...since),
      seen: new Set(seen.flatMap(({ types }) => types)),
      trust: trustOf(definition, measure, {
        feeds,
        deadLetters: missing.letters,
        setAside: missing.setAside,
        lost: missing.lost,
        general: doubts().filter((doubt) => !(isPast && doubt === 'behind')),
        kinds,
        calendar,
        now: asOf,
        present: clock(),
        from: window.from,
      }),
    };
  }
}

/** Undefined also where the measure cannot be broken down by it. */
function worstBy(dimension: string, sight: Sight): NamedRow | undefined {
  const { frame, slices, context } = sight;
  const has = frame.measure.dimensions.some(({ name }) => name === dimension);
  const row = has ? worst(breakdown(frame, slices, dimension, context), WORST_MINIMUM_VOLUME) : undefined;
  return row && named(row, dimension, sight);
}

const rowsBy = (dimension: string, sight: Sight): readonly NamedRow[] =>
  breakdown(sight.frame, sight.slices, dimension, sight.context).map((row) => named(row, dimension, sight));

const named = (row: BreakdownRow, dimension: string, { frame, office }: Sight): NamedRow => ({
  ...row,
  name: typeof row.key === 'string' ? office.nameOf(dimension, row.key, frame.window.cutTo) : null,
});
