import type { ListQuery } from '../../../shared/bookkeeping/balance.ts';
import type { Book, BookFact, BookItem } from '../../../shared/bookkeeping/book.ts';
import type { LedgerSnapshot } from '../../../shared/ledger/port.ts';

const PAGE = 200;

/** Every item that a query selects, page by page. */
export async function* everyItem<Fact extends BookFact, Item extends BookItem>(
  ledger: LedgerSnapshot,
  book: Book<Fact, Item>,
  query: Pick<ListQuery, 'anyOf' | 'to'> & Partial<Pick<ListQuery, 'filter'>>,
): AsyncGenerator<Item> {
  let after: ListQuery['after'];
  do {
    const page = await ledger.list(book, { filter: {}, ...query, limit: PAGE, ...(after && { after }) });
    yield* page.items;
    after = page.next;
  } while (after);
}
