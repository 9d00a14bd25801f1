import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import type { ListQuery } from '../../../shared/bookkeeping/balance.ts';
import type { Book, BookFact, BookItem } from '../../../shared/bookkeeping/book.ts';
import type { WorkingCalendar } from '../../../shared/calendar/working-calendar.ts';
import type { Moment } from '../../../shared/kernel/clock.ts';
import type { LedgerSnapshot } from '../../../shared/ledger/port.ts';
import type { ApiContext } from '../context.ts';

/** From when and by which calendar an item is looked at. */
export interface Seen {
  readonly now: Moment;
  readonly calendar: WorkingCalendar;
}

/** How the api shows one book. Its functions are methods, so that views of different items stand in one list. */
export interface BookView<Fact extends BookFact = BookFact, Item extends BookItem = BookItem> {
  readonly book: Book<Fact, Item>;
  /** Of one item in a list. */
  readonly schema: z.ZodType;
  itemView(item: Item, seen: Seen): object;
  /** Its work lists, and one subject with its history; undefined where there are none. */
  routes?(context: ApiContext): FastifyPluginAsyncZod;
}

/** One page of the items of a book, under the name of its collection. */
export async function itemsPage(
  ledger: LedgerSnapshot,
  { book, itemView }: BookView,
  query: ListQuery,
  seen: Seen,
) {
  const { items, next } = await ledger.list(book, query);
  return { next, items: { [book.collection]: items.map((item) => itemView(item, seen)) } };
}
