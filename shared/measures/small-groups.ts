import type { Filter } from '../bookkeeping/balance.ts';
import type { BreakdownRow, Figure, Measurement } from './evaluate.ts';

/** Of fewer people a figure is one about persons (nhóm dưới 5 người). */
export const LEAST_GROUP = 5;

/** Why the figure of a small group is not shown: its size stands as the denominator, and all else is left out. */
export const SMALL_GROUP = 'small-group';

/** The row of small groups together. No unit has this identifier: it has a character that none may have. */
export const OTHER = '\u0000other';

type Key = BreakdownRow['key'];

/** The people of one row. */
export interface Group {
  readonly key: Key;
  readonly size: number;
}

/**
 * The values of a dimension in sets that are shown as one: each has at least {@link LEAST_GROUP} people, unless there are fewer in all.
 * Small values join the next smallest, so that no total and no difference of two answers is that of a small group.
 */
export function cellsOf(groups: readonly Group[]): readonly (readonly Key[])[] {
  const other: Key[] = [];
  const cells: Key[][] = [];
  let people = 0;
  for (const { key, size } of groups.filter((one) => one.size > 0).sort(bySize)) {
    if (size >= LEAST_GROUP && (people === 0 || people >= LEAST_GROUP)) cells.push([key]);
    else {
      other.push(key);
      people += size;
    }
  }
  return other.length > 0 ? [...cells, other] : cells;
}

/** By size, then by key, so that equal groups join in the same order everywhere. */
const bySize = (a: Group, b: Group): number => a.size - b.size || (String(a.key) < String(b.key) ? -1 : 1);

/** Without those whom a fault keeps out of every figure, such as people who are assigned nowhere: nobody is hidden among them. */
export const sizeOf = ({ parts }: Pick<Figure, 'parts'>): number =>
  parts.reduce((sum, { of, fault, count }) => sum + (of || fault ? 0 : count), 0);

/** People with one value in each dimension. */
export interface AlikePeople {
  readonly keys: readonly Key[];
  readonly size: number;
}

type Cells = readonly (readonly Key[])[];

/** How the people that a measure counts are grouped on one day, whatever a figure is filtered by. */
export class PeopleGroups {
  readonly #cells: ReadonlyMap<string, Cells>;
  readonly #isEnough: boolean;

  /** @param all people, by the dimensions in their order */
  constructor(dimensions: readonly string[], all: readonly AlikePeople[]) {
    this.#isEnough = isEnough(sum(all));
    const by = dimensions.map((_, index) => cellsOf(groupsBy(index, all)));
    const shown = by.map((cells, index) =>
      by.slice(0, index).every((_, other) => areApart(by, [other, index], all)) ? cells : [cells.flat()],
    );
    this.#cells = new Map(dimensions.map((dimension, index) => [dimension, shown[index] ?? []]));
  }

  /** Whether the people that pass a filter are some of the sets of one dimension: two dimensions together single people out. */
  isShown(filter: Filter): boolean {
    const asked = this.#narrowing(filter);
    const isWhole = asked.every(({ cells, values }) => cells.every((cell) => !isSplit(cell, values)));
    return this.#isEnough && asked.length <= 1 && isWhole;
  }

  /** The row of each value in a breakdown of the people that pass a filter; undefined of values without people. */
  rowsOf(dimension: string, filter: Filter): (key: Key) => Key | undefined {
    if (this.#narrowing(filter).some((one) => one.dimension !== dimension)) return () => OTHER;
    const cells = this.#cells.get(dimension) ?? [];
    const rows = new Map(cells.flatMap((cell) => cell.map((key) => [key, cell.length > 1 ? OTHER : key])));
    return (key) => rows.get(key);
  }

  /** The conditions of a filter that leave some people out. */
  #narrowing({ units, where = {} }: Filter) {
    const conditions: readonly (readonly [string, readonly Key[]])[] = [
      ...(units ? [['unit', units] as const] : []),
      ...Object.entries(where).map(([dimension, value]) => [dimension, [value]] as const),
    ];
    return conditions
      .map(([dimension, asked]) => {
        const values: ReadonlySet<Key> = new Set(asked);
        return { dimension, values, cells: this.#cells.get(dimension) ?? [] };
      })
      .filter(({ cells, values }) => cells.some((cell) => cell.some((key) => !values.has(key))));
  }
}

const isEnough = (people: number): boolean => people === 0 || people >= LEAST_GROUP;

const sum = (of: readonly Pick<AlikePeople, 'size'>[]): number => of.reduce((all, { size }) => all + size, 0);

const groupsBy = (index: number, all: readonly AlikePeople[]): readonly Group[] =>
  [...Map.groupBy(all, ({ keys }) => keys[index] ?? null)].map(([key, of]) => ({ key, size: sum(of) }));

/**
 * Whether no sum or difference of answers by two dimensions is about a few people. What follows from both are the sets of one that touch some
 * sets of the other, less these, and these less those that lie within them; all else are whole sets beside.
 */
function areApart(
  by: readonly Cells[],
  [one, other]: readonly [number, number],
  all: readonly AlikePeople[],
) {
  const cellOf = (index: number, { keys }: AlikePeople) =>
    by[index]?.findIndex((cell) => cell.includes(keys[index] ?? null)) ?? 0;
  const some = all.filter(({ size }) => size > 0);
  const sets = [...Map.groupBy(some, (people) => cellOf(one, people)).values()];
  // Each choice of sets of the other dimension, which has few: the bits of a number.
  return Array.from({ length: 2 ** (by[other]?.length ?? 0) }, (_, choice) => {
    const isChosen = (people: AlikePeople) => ((choice >> cellOf(other, people)) & 1) === 1;
    const chosen = sum(some.filter(isChosen));
    const touching = sum(sets.filter((people) => people.some(isChosen)).flat());
    const within = sum(sets.filter((people) => people.every(isChosen)).flat());
    return isEnough(touching - chosen) && isEnough(chosen - within);
  }).every((isSafe) => isSafe);
}

const isSplit = (cell: readonly Key[], values: ReadonlySet<Key>): boolean =>
  cell.some((key) => values.has(key)) && cell.some((key) => !values.has(key));

export const isHidden = ({ reason }: Pick<Figure, 'reason'>): boolean => reason === SMALL_GROUP;

/** Status and count as an answer may have them. */
export const disclosed = (figure: Pick<Figure, 'reason' | 'status' | 'numerator'>) =>
  isHidden(figure)
    ? { status: null, numerator: null }
    : { status: figure.status, numerator: figure.numerator };

/** The figure of a group of which only the size is shown. */
export const hiddenFigure = <One extends Figure>(figure: One): One => ({
  ...figure,
  ...{ value: null, numerator: 0, denominator: sizeOf(figure), excluded: {}, open: null, parts: [] },
  ...{ status: 'not-computable', reason: SMALL_GROUP, lateBudget: null, settleNow: null, outlook: null },
});

export const hiddenMeasurement = (measurement: Measurement): Measurement => ({
  ...hiddenFigure(measurement),
  bases: {
    adjusted: hiddenFigure(measurement.bases.adjusted),
    original: hiddenFigure(measurement.bases.original),
  },
  assured: false,
});
