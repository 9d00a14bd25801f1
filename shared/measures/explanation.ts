import type { Balance, BalanceQuery, Filter } from '../bookkeeping/balance.ts';
import type { Book } from '../bookkeeping/book.ts';
import type { MovedQuery, Reach } from '../bookkeeping/moved.ts';
import type { LedgerSnapshot } from '../ledger/port.ts';
import { type ComparedAmounts, changeBetween, type FigureChange } from './changes.ts';
import { FIELD, UNIT } from './dimensions.ts';
import type { EvaluationContext } from './evaluate.ts';
import type { FigureFrame } from './figure-frame.ts';
import type { ReadBalances } from './slices.ts';
import { balanceQueries } from './tally.ts';

/** A figure that is compared with another of the same ledger, and how its balances are read. */
export interface SeenFigure {
  readonly frame: FigureFrame;
  readonly context: EvaluationContext;
  readonly balances: ReadBalances;
}

/** Whether the difference of two figures can be explained: both count amounts of books, as shares, and no people. */
export const isExplained = ({ measure }: FigureFrame): boolean =>
  measure.counted.kind === 'amounts' && measure.scale.kind === 'share' && !measure.ofPeople;

/** Explains the difference of two figures of one window, where it {@link isExplained}. */
export async function explain(
  ledger: LedgerSnapshot,
  before: SeenFigure,
  after: SeenFigure,
): Promise<FigureChange> {
  const [earlier, later] = [queriesOf(before.frame), queriesOf(after.frame)];
  const amounts: ComparedAmounts[] = [];
  for (const book of new Set([...earlier.keys(), ...later.keys()]))
    amounts.push(await amountsOf(ledger, book, [before, earlier.get(book)], [after, later.get(book)]));
  const compared = ({ frame: { measure }, context }: SeenFigure, queries: typeof earlier) => ({
    measure,
    viewpoint: context,
    filters: new Map([...queries].map(([book, { filter }]) => [book, filter])),
  });
  return changeBetween(compared(before, earlier), compared(after, later), amounts);
}

const queriesOf = ({ measure, window, filter }: FigureFrame): ReadonlyMap<Book, BalanceQuery> =>
  new Map(balanceQueries(measure, window, filter).map((query) => [query.book, query]));

type Side = readonly [figure: SeenFigure, query: BalanceQuery | undefined];

/** Both sides are read by what their filters have in common, so that an amount is found on both wherever it counts. */
async function amountsOf(
  ledger: LedgerSnapshot,
  book: Book,
  [before, earlier]: Side,
  [after, later]: Side,
): Promise<ComparedAmounts> {
  const asked = [earlier, later].flatMap((query) => query ?? []);
  const filters = asked.map(({ filter }) => filter);
  const filter = commonOf(filters);
  const parting = filters.flatMap(({ where = {} }) => Object.keys(where));
  const by = [
    ...new Set([
      ...[UNIT.name, FIELD.name],
      ...asked.flatMap((query) => query.by),
      ...parting.filter((name) => filter.where?.[name] === undefined),
    ]),
  ];
  const { from } = after.frame.window;
  const query = { book, from, filter, by };
  const read = ({ frame: { window }, balances }: SeenFigure): Promise<readonly Balance[]> =>
    balances({ ...query, to: window.cutTo });
  const moved: MovedQuery = { ...query, before: reachOf(before), after: reachOf(after) };
  return {
    ...{ book, by },
    before: await read(before),
    after: await read(after),
    moved: await ledger.moved(moved),
  };
}

const reachOf = ({ frame: { known, window } }: SeenFigure): Reach => ({ ...known, to: window.cutTo });

/** What each of several filters lets pass, and as little else as one filter can. */
function commonOf(filters: readonly Filter[]): Filter {
  const [first = {}, ...others] = filters;
  const isCommon = ([name, value]: readonly [string, string]) =>
    others.every(({ where }) => where?.[name] === value);
  const units = filters.every((one) => one.units)
    ? [...new Set(filters.flatMap((one) => one.units ?? []))]
    : undefined;
  return {
    ...(units && { units }),
    where: Object.fromEntries(Object.entries(first.where ?? {}).filter(isCommon)),
  };
}
