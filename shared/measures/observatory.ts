import type { BalanceQuery } from '../bookkeeping/balance.ts';
import { monthsOf } from '../calendar/windows.ts';
import { addDays, type LocalDay, type Zone } from '../calendar/zone.ts';
import type { UnitId } from '../contracts/ids.ts';
import type { LostEvents } from '../contracts/lost-events.ts';
import type { Moment } from '../kernel/clock.ts';
import type { LedgerReader, LedgerSnapshot, ReadOptions } from '../ledger/port.ts';
import { type JudgedLoss, lossesTogether } from '../office/accepted-losses.ts';
import { BalancesByUnit } from './balances-by-unit.ts';
import type { FigureChange } from './changes.ts';
import type { ObjectiveDefinition } from './definition.ts';
import { UNIT } from './dimensions.ts';
import {
  type BreakdownRow,
  breakdown,
  type EvaluationContext,
  evaluate,
  type Measurement,
  worst,
} from './evaluate.ts';
import { type ContextRules, EvaluationContexts, type Missing } from './evaluation-contexts.ts';
import { explain, isExplained, type SeenFigure } from './explanation.ts';
import {
  type FigureFrame,
  type FigureOutcome,
  type FigureRequest,
  frameOf,
  withUnit,
} from './figure-frame.ts';
import { type FileObjectives, type KnownObjectives, objectiveReader } from './known-objectives.ts';
import { type ListedPart, listedParts } from './listed-parts.ts';
import type { Measure } from './measure.ts';
import { type KnownOffice, type OfficeRules, OfficeSource } from './office-source.ts';
import { type CountedFrame, inItsYear, type People, PeopleSource, type ReadFrame } from './people.ts';
import { type Reads, SliceSource } from './slices.ts';
import { hiddenMeasurement, OTHER } from './small-groups.ts';
import { type AskedMoment, type Pin, type Standpoint, standpointOf } from './standpoint.ts';
import type { Slice } from './tally.ts';
import type { OpenLetters } from './trust.ts';

export interface ObservatoryOptions extends OfficeRules, ContextRules {
  readonly ledger: LedgerReader;
  /** Reads what can take long: lists, and figures of the past. The same as `ledger` when it is left out. */
  readonly slow?: LedgerReader;
  /** The formulas that definitions name. */
  readonly measures: readonly Measure[];
  /** What holds of an objective of which nothing was stated. */
  readonly file: FileObjectives;
  /** The open dead letters. Asked with every figure, so it should be quick to answer. */
  readonly deadLetters: () => Promise<readonly OpenLetters[]>;
  /** What the comparison of the events with their chain found to be lost; left out where the store loses nothing. */
  readonly lostByChain?: () => readonly LostEvents[];
  /** Called between two objectives: gives other work its turn. */
  readonly pause?: () => Promise<void> | undefined;
}

/** What stands behind a figure. */
export interface Behind extends Pick<KnownOffice, 'calendar' | 'calendarParts' | 'procedures'> {
  readonly frame: FigureFrame;
  readonly context: EvaluationContext;
  readonly parts: readonly ListedPart[];
  /** What the parts are counted from. */
  readonly slices: readonly Slice[];
  /** Of a measure that counts people. */
  readonly people: People | undefined;
}

/** A row with the name of its unit, field or procedure on the last day of the figure; null where none is known. */
export interface NamedRow extends BreakdownRow {
  readonly name: string | null;
}

/** An objective and its figure. */
export interface MeasuredFigure extends FigureFrame {
  readonly measurement: Measurement;
}

/** How an objective stands. */
export interface ObjectiveFigure extends MeasuredFigure {
  readonly worstUnit: NamedRow | undefined;
  readonly worstField: NamedRow | undefined;
}

/** How all objectives stand. */
export interface Objectives<Figure> {
  readonly figures: readonly Figure[];
  /** The ids of those that were closed before that moment. */
  readonly closed: readonly string[];
  readonly from: Seen;
}

/** Which two figures of one window are compared. */
export type Between =
  /** As known at two moments, with time standing at them; `to` is the present when it is left out. */
  | { readonly kind: 'knowledge'; readonly from: Moment; readonly to?: Moment }
  /** By what is known now, up to the ends of two days. */
  | { readonly kind: 'days'; readonly from: LocalDay; readonly to: LocalDay };

/** Why a figure moved. */
export interface ExplainedFigure extends Pick<KnownOffice, 'nameOf' | 'calendar'> {
  readonly before: MeasuredFigure;
  readonly after: MeasuredFigure;
  /** Null where the measure counts a list or people, or is a value. */
  readonly change: FigureChange | null;
  /** Where the answer stands, for more of the same. */
  readonly pin: Pin;
}

/** Answers more about two figures of one snapshot. */
export type ReadMore<More> = (ledger: LedgerSnapshot, before: SeenFigure, after: SeenFigure) => Promise<More>;

/** How an objective stands, in rows by one dimension. */
export interface ObjectiveBreakdown extends MeasuredFigure {
  readonly rows: readonly NamedRow[];
}

/** With a smaller denominator a row is no candidate for the worst: one late of two says little. */
const WORST_MINIMUM_VOLUME = 20;

/** The dimensions of which a figure names the worst value. */
const WORST_BY = ['unit', 'field'];
/** Enough to read the amounts of all units at once; by field too there are ten times as many. */
const EACH_UNIT = ['unit'];

/** From where, and by which reference data, a question is answered. */
export type Seen = Standpoint & KnownOffice & { readonly objectives: KnownObjectives };

/** What the figures of one answer are read from. */
interface Round {
  readonly ledger: LedgerSnapshot;
  readonly from: Seen;
  readonly missing: Missing;
  readonly contexts: EvaluationContexts;
  readonly people: PeopleSource;
  readonly request: FigureRequest;
  readonly reads: Reads;
}

/** All that a figure is computed from. */
interface Sight extends CountedFrame {
  readonly asked: FigureFrame;
  readonly office: KnownOffice;
  /** Of a measure that counts people. */
  readonly people: People | undefined;
  readonly zone: Zone;
  /** The same by another frame. */
  sightOf(frame: FigureFrame): Promise<Sight>;
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

  /** The units of today, for acts that are limited to some of them or name one. */
  unitsToday() {
    return this.from({}, async (_ledger, { pin, treeOn, agencies, nameOf }) => {
      const today = this.#options.zone.dayOf(pin.now);
      return {
        tree: treeOn(today),
        agencies,
        /** Whether any statement, of today or another day, declares the unit, by any of its identifiers. */
        isDeclared: (unit: UnitId) => nameOf(UNIT.name, agencies.unitOf(unit), today) !== null,
      };
    });
  }

  /** Whether an objective counts people, by any of its versions. */
  concernsPeople(id: string, at: AskedMoment = {}): Promise<boolean> {
    const ofPeople = new Set(this.measures.filter((one) => one.ofPeople).map(({ name }) => name));
    return this.from(at, async (_ledger, { objectives }) =>
      (objectives.get(id)?.versions ?? []).some(({ definition }) => ofPeople.has(definition.formula.name)),
    );
  }

  async measure(
    id: string,
    request: FigureRequest = {},
    options?: ReadOptions,
  ): Promise<FigureOutcome<ObjectiveFigure>> {
    return this.#round(
      this.#readerFor(request),
      request,
      (round) => this.#see(round, id, WORST_BY, figureWithWorst),
      options,
    );
  }

  /** Every objective at one checkpoint; those not yet in force are left out. */
  async measureAll(request: FigureRequest = {}, options?: ReadOptions): Promise<Objectives<MeasuredFigure>> {
    return this.measureAllWith(request, async (_, all) => all, options);
  }

  /** Every objective, and what `read` answers of the ledger at the same checkpoint. */
  async measureAllWith<Answer>(
    request: FigureRequest,
    read: (ledger: LedgerSnapshot, all: Objectives<MeasuredFigure>) => Promise<Answer>,
    options?: ReadOptions,
  ): Promise<Answer> {
    return this.#round(
      this.#readerFor(request),
      request,
      async (round) => read(round.ledger, await this.#all(round, EACH_UNIT, measuredFigure)),
      options,
    );
  }

  /** The same with the worst unit and field of each. */
  async measureAllWithWorst(
    request: FigureRequest = {},
    options?: ReadOptions,
  ): Promise<Objectives<ObjectiveFigure>> {
    return this.#round(
      this.#readerFor(request),
      request,
      (round) => this.#all(round, WORST_BY, figureWithWorst),
      options,
    );
  }

  /**
   * How an objective would have stood at some moments, by what is known now; the definition holds at all of them.
   * @param pin where an earlier answer stood, for more of the same
   */
  async rehearse(
    definition: ObjectiveDefinition,
    moments: readonly Moment[],
    pin: Pin | undefined,
    options?: ReadOptions,
  ): Promise<{ readonly figures: readonly MeasuredFigure[]; readonly pin: Pin }> {
    const { measures } = this.#options;
    const always = { ...definition, validFrom: Math.min(0, definition.validFrom) as LocalDay };
    const objectives = objectiveReader({ definitions: [always], from: 'file' }, measures)(new Map());
    const asked = pin ? { pinned: pin } : {};
    return this.#round(
      this.#slow,
      asked,
      async (round) => {
        const figures: MeasuredFigure[] = [];
        const { knownAt, upTo } = round.from.pin;
        for (const now of moments) {
          const from = { ...round.from, objectives, pin: { now, knownAt, upTo }, known: { knownAt, upTo } };
          const then = this.#roundFrom(round.ledger, from, {}, round.missing);
          const outcome = await this.#see(then, definition.id, [], measuredFigure);
          if (outcome.kind === 'figure') figures.push(outcome.figure);
        }
        return { figures, pin: round.from.pin };
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
    return this.#round(
      this.#readerFor(request),
      request,
      (round) =>
        this.#see(round, id, [by], async (sight) => ({
          ...measuredFigure(sight),
          rows:
            by === 'day' && sight.frame.measure.onLastDay ? await monthEnds(sight) : namedRowsBy(by, sight),
        })),
      options,
    );
  }

  /**
   * Why a figure moved between two views of one window, which is that of the later one.
   * @param request names no moment @param read answers more about the two figures @throws LedgerBusy where too much has moved
   */
  async changes<More>(
    id: string,
    { pinned, ...request }: Omit<FigureRequest, 'asOf'>,
    between: Between,
    read: ReadMore<More>,
    options?: ReadOptions,
  ): Promise<FigureOutcome<ExplainedFigure & { readonly more: More | null }>> {
    const isAsOf = between.kind === 'knowledge' && between.to !== undefined;
    const asked = pinned ? { pinned } : isAsOf ? { asOf: between.to } : {};
    const compare = async ({ ledger, from: present, missing }: Round) => {
      const see = (from: Seen, one: FigureRequest) => {
        const round = this.#roundFrom(ledger, from, one, missing);
        return this.#see(round, id, [], (sight) => ({ ...sight, balances: round.reads.balances }));
      };
      const later = await see(this.#standBy(between, 'to', present), request);
      if (later.kind !== 'figure') return later;
      const { from, to } = later.figure.frame.window;
      const earlierFrom =
        between.kind === 'days'
          ? this.#standBy(between, 'from', present)
          : await this.#standAt(ledger, { asOf: between.from });
      const earlier = await see(earlierFrom, { ...request, window: { from, to } });
      if (earlier.kind !== 'figure') return earlier;
      const [before, after] = [earlier.figure, later.figure];
      const isKnown = isExplained(before.frame) && isExplained(after.frame);
      const { nameOf, calendar } = after.office;
      return {
        kind: 'figure',
        figure: {
          ...{
            before: measuredFigure(before),
            after: measuredFigure(after),
            nameOf,
            calendar,
            pin: present.pin,
          },
          change: isKnown ? await explain(ledger, before, after) : null,
          more: isKnown ? await read(ledger, before, after) : null,
        },
      } as const;
    };
    return this.#round(this.#slow, asked, compare, options);
  }

  /** By the knowledge of a standpoint, with time standing at the end of a day. */
  #standBy(between: Between, end: 'from' | 'to', present: Seen): Seen {
    if (between.kind === 'knowledge') return present;
    const { knownAt, upTo, now } = present.pin;
    const over = this.#options.zone.momentAt(addDays(between[end], 1), 0) - 1;
    return { ...present, pin: { now: Math.min(over, now), knownAt, upTo }, known: { knownAt, upTo } };
  }

  /** Runs `read` with the parts of a figure, for lists of the subjects behind it. */
  async behind<Answer>(
    id: string,
    request: FigureRequest,
    read: (ledger: LedgerSnapshot, behind: Behind) => Promise<Answer>,
    options?: ReadOptions,
  ): Promise<FigureOutcome<Answer>> {
    return this.#round(
      this.#slow,
      request,
      (round) =>
        this.#see(round, id, [], ({ frame, office, slices, context, people }) => {
          const parts = listedParts(frame, slices, context);
          const { calendar, calendarParts, procedures } = office;
          const behind = { frame, context, parts, slices, calendar, calendarParts, procedures, people };
          return read(round.ledger, behind);
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

  /** What the event store has lost, and what of it people have accepted. */
  async losses(options?: ReadOptions): Promise<readonly JudgedLoss[]> {
    return this.#slow.snapshot(async (ledger) => {
      const { acceptedLosses } = await this.#office.at(ledger);
      return (await this.#lost(ledger)).map((loss) => acceptedLosses.judge(loss));
    }, options);
  }

  async #lost(ledger: LedgerSnapshot): Promise<readonly LostEvents[]> {
    return lossesTogether(await ledger.lost(), this.#options.lostByChain?.() ?? []);
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
  async #round<Answer>(
    reader: LedgerReader,
    request: FigureRequest,
    read: (round: Round) => Promise<Answer>,
    options: ReadOptions | undefined,
  ): Promise<Answer> {
    const letters = await this.#options.deadLetters();
    return reader.snapshot(async (ledger) => {
      const missing = { letters, setAside: await ledger.setAside(), lost: await this.#lost(ledger) };
      return read(this.#roundFrom(ledger, await this.#standAt(ledger, request), request, missing));
    }, options);
  }

  #roundFrom(ledger: LedgerSnapshot, from: Seen, request: FigureRequest, missing: Missing): Round {
    const contexts = new EvaluationContexts(ledger, from, missing, this.#options);
    const reads = { balances: this.#slices.balancesOf(ledger, from.known) };
    const people = new PeopleSource({ zone: this.#options.zone, treeOn: from.treeOn });
    return { ledger, from, missing, contexts, people, request, reads };
  }

  async #all<Figure>(
    round: Round,
    group: BalanceQuery['by'],
    read: (sight: Sight) => Figure,
  ): Promise<Objectives<Figure>> {
    const figures: Figure[] = [];
    const closed: string[] = [];
    const byUnit = new BalancesByUnit(round.reads.balances);
    const reads = { balances: (query: BalanceQuery) => byUnit.get(query), answer: byUnit };
    const sharing: Round = { ...round, reads };
    const { from } = round;
    for (const id of from.objectives.ids) {
      await this.#options.pause?.();
      const outcome = await this.#see(sharing, id, group, read);
      if (outcome.kind === 'figure') figures.push(outcome.figure);
      else if (outcome.kind === 'closed') closed.push(id);
    }
    return { figures, closed, from };
  }

  async #see<Answer>(
    { ledger, from, contexts, people, request, reads }: Round,
    id: string,
    group: BalanceQuery['by'],
    read: (sight: Sight) => Answer | Promise<Answer>,
  ): Promise<FigureOutcome<Answer>> {
    const { zone, measures } = this.#options;
    const { objectives, treeOn, agencies } = from;
    const framed = frameOf(id, withUnit(request, agencies), from, { objectives, measures, zone, treeOn });
    if (framed.kind !== 'figure') return framed;
    const readFrame: ReadFrame = async (asked, by) => {
      const frame = inItsYear(asked);
      const slices = await this.#slices.read(ledger, frame, from, by, reads);
      return { frame, slices, context: await contexts.of(frame, request) };
    };
    const sightOf = async (frame: FigureFrame): Promise<Sight> => {
      const shown = frame.measure.ofPeople && (await people.behind(frame, readFrame));
      const counted = await readFrame(shown?.frame ?? frame, group);
      return { ...counted, asked: frame, office: from, people: shown, zone, sightOf };
    };
    return { kind: 'figure', figure: await read(await sightOf(framed.figure)) };
  }
}

/** Of a small group only the size is shown. */
function measuredFigure({ frame, slices, context, people }: Sight): MeasuredFigure {
  const measurement = evaluate(frame, slices, context);
  const isShown = people?.groups.isShown(frame.filter) ?? true;
  return { ...frame, measurement: isShown ? measurement : hiddenMeasurement(measurement) };
}

const figureWithWorst = (sight: Sight): ObjectiveFigure => ({
  ...measuredFigure(sight),
  worstUnit: worstBy('unit', sight),
  worstField: worstBy('field', sight),
});

/** A figure of stocks over time: as it stood on the last day of each month. */
async function monthEnds({ asked, frame, zone, sightOf }: Sight): Promise<readonly NamedRow[]> {
  const rows: NamedRow[] = [];
  const { window: months } = frame.shownFor ? frame : asked;
  for (const window of monthsOf(months, zone)) {
    const { measurement } = measuredFigure(await sightOf({ ...frame, window }));
    if (measurement.status !== 'not-computable')
      rows.push({ key: window.cutTo, figure: measurement, name: null });
  }
  return rows;
}

/** Undefined also where the measure cannot be broken down by it, and of values, which have no volume. */
function worstBy(dimension: string, sight: Sight): NamedRow | undefined {
  const { measure, definition } = sight.frame;
  const has = measure.dimensions.some(({ name }) => name === dimension);
  if (!has || measure.scale.kind === 'value') return undefined;
  const rows = rowsBy(dimension, sight).filter(({ key }) => key !== OTHER);
  const row = worst(rows, WORST_MINIMUM_VOLUME, definition.comparator);
  return row && named(row, dimension, sight);
}

/** People are in rows of enough of them; none where not even their sum is shown. */
function rowsBy(dimension: string, { frame, slices, context, people }: Sight): readonly BreakdownRow[] {
  if (!people) return breakdown(frame, slices, dimension, context);
  const { groups, countedUnder } = people;
  if (!groups.isShown(frame.filter)) return [];
  const rowOf = groups.rowsOf(dimension, frame.filter);
  return breakdown(frame, slices, dimension, context, (key) => rowOf(countedUnder(dimension, key)));
}

const namedRowsBy = (dimension: string, sight: Sight): readonly NamedRow[] =>
  rowsBy(dimension, sight).map((row) => named(row, dimension, sight));

const named = (row: BreakdownRow, dimension: string, { frame, office }: Sight): NamedRow => ({
  ...row,
  name: typeof row.key === 'string' ? office.nameOf(dimension, row.key, frame.window.cutTo) : null,
});
