import type { Filter } from '../bookkeeping/balance.ts';
import { dayIn, yearOf } from '../calendar/year.ts';
import { addDays, type LocalDay, type Zone } from '../calendar/zone.ts';
import { type UnitId, unitId } from '../contracts/ids.ts';
import { type UnitTree, unitInCharge } from '../office/unit-tree.ts';
import { UNIT } from './dimensions.ts';
import { type BreakdownRow, breakdown, type EvaluationContext, groups } from './evaluate.ts';
import type { FigureFrame } from './figure-frame.ts';
import { type AlikePeople, PeopleGroups, sizeOf } from './small-groups.ts';
import { stageOf } from './stages.ts';
import { type Slice, tally } from './tally.ts';

/** What a figure is counted from. */
export interface CountedFrame {
  readonly frame: FigureFrame;
  readonly slices: readonly Slice[];
  readonly context: EvaluationContext;
}

/** Reads what a frame counts, by some dimensions. */
export type ReadFrame = (frame: FigureFrame, group: readonly string[]) => Promise<CountedFrame>;

/** The frame that a figure of people is shown for, and how these people are grouped. */
export interface People {
  readonly frame: FigureFrame;
  readonly groups: PeopleGroups;
  /** The value of a dimension under which a person counts: a merged unit has no staff, and its successor has them. */
  readonly countedUnder: (dimension: string, key: BreakdownRow['key']) => BreakdownRow['key'];
}

/** All people that a measure counts in a window, whatever a figure is filtered by. */
interface Everybody extends Pick<People, 'groups' | 'countedUnder'> {
  /** The closed year is shown, since the running one has nothing decided yet. */
  readonly isEarlier: boolean;
  readonly tree: UnitTree;
  /** Under which other units the staff of a unit are still stated. */
  readonly predecessors: ReadonlyMap<UnitId, readonly UnitId[]>;
}

export interface PeopleOptions {
  readonly zone: Zone;
  readonly treeOn: (day: LocalDay) => UnitTree;
}

/** The people behind the figures of one answer: a hundred units that ask for the same measure and window share them. */
export class PeopleSource {
  readonly #options: PeopleOptions;
  readonly #known = new Map<string, Promise<Everybody>>();

  constructor(options: PeopleOptions) {
    this.#options = options;
  }

  /** Of a yearly measure whose running year has nothing decided yet the last closed year is shown, where that has. */
  async behind(asked: FigureFrame, read: ReadFrame): Promise<People> {
    const key = JSON.stringify([asked.definition.formula, asked.window]);
    const known = this.#known.get(key) ?? everybodyBehind(asked, read, this.#options);
    this.#known.set(key, known);
    const { isEarlier, tree, predecessors, groups, countedUnder } = await known;
    const frame = (isEarlier && closedYear(asked, this.#options.zone)) || asked;
    const filter = withPredecessors(asked.filter, predecessors, tree);
    return { frame: { ...frame, filter }, groups, countedUnder };
  }
}

async function everybodyBehind(
  asked: FigureFrame,
  read: ReadFrame,
  { zone, treeOn }: PeopleOptions,
): Promise<Everybody> {
  const present = await everybody(asked, read);
  const closed = isDecided(present) ? undefined : closedYear(asked, zone);
  const earlier = closed && (await everybody(closed, read));
  const isEarlier = earlier !== undefined && isDecided(earlier);
  const { frame, slices, context } = isEarlier ? earlier : present;
  const tree = treeOn(frame.window.cutTo);
  const countedUnder: People['countedUnder'] = (dimension, key) =>
    dimension === UNIT.name && typeof key === 'string' ? unitInCharge(tree, unitId(key)) : key;
  const dimensions = asked.measure.dimensions.map(({ name }) => name);
  const alike = (of: readonly Slice[], [name, ...others]: readonly string[]): readonly AlikePeople[] => {
    if (name === undefined) return [{ keys: [], size: sizeOf(tally(frame.measure, of, context)) }];
    const pieces = Map.groupBy(
      of.flatMap((slice) => groups(slice, name)),
      ([key]) => countedUnder(name, key),
    );
    return [...pieces].flatMap(([key, piece]) => {
      const within = alike(
        piece.map(([, slice]) => slice),
        others,
      );
      return within.map(({ keys, size }) => ({ keys: [key, ...keys], size }));
    });
  };
  const people = new PeopleGroups(dimensions, alike(slices, dimensions));
  const named = breakdown(frame, slices, UNIT.name, context).flatMap(({ key }) =>
    typeof key === 'string' ? unitId(key) : [],
  );
  const moved = named.filter((unit) => unitInCharge(tree, unit) !== unit);
  const predecessors = Map.groupBy(moved, (unit) => unitInCharge(tree, unit));
  return { isEarlier, tree, predecessors, groups: people, countedUnder };
}

/**
 * A yearly figure is of the year of its last day, and so are the people who left within it: else two windows that begin on other days
 * would differ by those who left in between, and tell of one person.
 */
export function inItsYear(frame: FigureFrame): FigureFrame {
  const { measure, window } = frame;
  if (!measure.yearly) return frame;
  return { ...frame, window: { ...window, from: dayIn(yearOf(window.cutTo), 1, 1) } };
}

/** A filter by units with those whose staff these have; a merged unit itself has none. */
function withPredecessors(filter: Filter, predecessors: Everybody['predecessors'], tree: UnitTree): Filter {
  const { units } = filter;
  if (units === undefined) return filter;
  const staffed = new Set(units.filter((unit) => unitInCharge(tree, unit) === unit));
  const others = [...staffed].flatMap((unit) => predecessors.get(unit) ?? []);
  return { ...filter, units: [...staffed, ...others] };
}

const everybody = (frame: FigureFrame, read: ReadFrame): Promise<CountedFrame> =>
  read(
    { ...frame, filter: {} },
    frame.measure.dimensions.map(({ name }) => name),
  );

const isDecided = ({ frame, slices, context }: CountedFrame): boolean =>
  tally(frame.measure, slices, context).denominator > 0;

/** The frame of the year before; undefined where the figure is not one of the running year. */
function closedYear(frame: FigureFrame, zone: Zone): FigureFrame | undefined {
  const { measure, window } = frame;
  if (!measure.yearly || window.name !== 'year' || !window.current) return undefined;
  const year = yearOf(window.from) - 1;
  const to = addDays(window.from, -1);
  return {
    ...frame,
    shownFor: window,
    stage: stageOf(measure.yearly, to, frame.today),
    window: {
      ...{ name: 'year', from: dayIn(year, 1, 1), to, cutTo: to, current: false },
      stockAt: zone.momentAt(window.from, 0) - 1,
    },
  };
}
