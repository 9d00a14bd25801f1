import type { BalanceQuery, Filter, ListPlace, Paged, Reach } from '../bookkeeping/balance.ts';
import type { Book, BookItem } from '../bookkeeping/book.ts';
import type { ComparedAmount, MovedQuery } from '../bookkeeping/moved.ts';
import type { LocalDay } from '../calendar/zone.ts';
import type { LedgerSnapshot } from '../ledger/port.ts';
import {
  type ChangeClass,
  type ComparedAmounts,
  type ComparedFigure,
  changeBetween,
  changeClassifier,
  type FigureChange,
  mayCountOtherwise,
} from './changes.ts';
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

/** Two figures of one window, and for each book that they count how its amounts are read in both. */
interface Comparison {
  readonly before: ComparedFigure;
  readonly after: ComparedFigure;
  readonly queries: readonly MovedQuery[];
}

/** Explains the difference of two figures of one window, where it {@link isExplained}. */
export async function explain(
  ledger: LedgerSnapshot,
  before: SeenFigure,
  after: SeenFigure,
): Promise<FigureChange> {
  const comparison = comparisonOf(before, after);
  const amounts: ComparedAmounts[] = [];
  for (const query of comparison.queries) {
    const { book, by, from, filter } = query;
    const read = ({ balances }: SeenFigure, { to }: Reach) => balances({ book, by, from, filter, to });
    amounts.push({
      ...{ book, by },
      before: await read(before, query.before),
      after: await read(after, query.after),
      moved: await ledger.moved(query),
    });
  }
  return changeBetween(comparison.before, comparison.after, amounts);
}

/** How many subjects are looked at at a time: each time what moved is found anew. */
const LOOKED_FOR = 2_000;

/** A page of the items of one class: where they stand now, and where they stood, of those that are gone. */
export async function changedItems(
  ledger: LedgerSnapshot,
  before: SeenFigure,
  after: SeenFigure,
  kind: ChangeClass,
  { limit, after: begin }: { readonly limit: number; readonly after?: ListPlace },
): Promise<Paged<BookItem> & { readonly collection: string | null }> {
  const comparison = comparisonOf(before, after);
  // All books of a measure list alike, and each measure reads one.
  const [query] = comparison.queries;
  if (!query) return { items: [], collection: null };
  const { book } = query;
  const classOf = changeClassifier(comparison.before, comparison.after, query);
  const anyOf = mayCountOtherwise(comparison.before, comparison.after, book);
  const found: ComparedAmount[] = [];
  let place = begin;
  for (;;) {
    const page = await ledger.compared({ ...query, anyOf, limit: LOOKED_FOR, ...(place && { place }) });
    found.push(...page.items.filter((amount) => classOf(amount) === kind));
    place = page.next;
    if (!place || found.length > limit) break;
  }
  const shown = found.slice(0, limit);
  const items = await itemsOf(ledger, book, shown, [before, after]);
  const next = found.length > limit ? shown.at(-1)?.at : place;
  return { items, collection: book.collection, ...(next && { next }) };
}

async function itemsOf(
  ledger: LedgerSnapshot,
  book: Book,
  amounts: readonly ComparedAmount[],
  [before, after]: readonly [SeenFigure, SeenFigure],
): Promise<readonly BookItem[]> {
  const read = async (gone: boolean, { frame: { known } }: SeenFigure) => {
    const some = amounts.filter((amount) => (amount.after === null) === gone);
    const places = some.flatMap(({ subject, apart, before: from, after: to }) => {
      const stands = to ?? from;
      return stands ? [{ subject, apart, account: stands.account, due: stands.due }] : [];
    });
    const items = await ledger.items(book, places, known);
    return new Map(some.map((amount, index) => [amount, items[index]]));
  };
  const all = new Map([...(await read(false, after)), ...(await read(true, before))]);
  return amounts.flatMap((amount) => all.get(amount) ?? []);
}

function comparisonOf(before: SeenFigure, after: SeenFigure): Comparison {
  const [earlier, later] = [queriesOf(before.frame), queriesOf(after.frame)];
  const compared = ({ frame: { measure }, context }: SeenFigure, queries: typeof earlier) => ({
    measure,
    viewpoint: context,
    filters: new Map([...queries].map(([book, { filter }]) => [book, filter])),
  });
  return {
    before: compared(before, earlier),
    after: compared(after, later),
    queries: [...new Set([...earlier.keys(), ...later.keys()])].map((book) => {
      const asked = [earlier.get(book), later.get(book)].flatMap((query) => query ?? []);
      return { ...commonQuery(book, asked), before: reachOf(before), after: reachOf(after) };
    }),
  };
}

const queriesOf = ({ measure, window, filter }: FigureFrame): ReadonlyMap<Book, BalanceQuery> =>
  new Map(balanceQueries(measure, window, filter).map((query) => [query.book, query]));

/** Both sides are read by what their filters have in common, so that an amount is found on both wherever it counts. */
function commonQuery(book: Book, asked: readonly BalanceQuery[]): Omit<MovedQuery, 'before' | 'after'> {
  const filters = asked.map(({ filter }) => filter);
  const filter = commonOf(filters);
  const parting = filters.flatMap(({ where = {} }) => Object.keys(where));
  const by = [
    ...[UNIT.name, FIELD.name],
    ...asked.flatMap((query) => query.by),
    ...parting.filter((name) => filter.where?.[name] === undefined),
  ];
  const from = Math.min(...asked.map((query) => query.from)) as LocalDay;
  return { book, from, filter, by: [...new Set(by)] };
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
