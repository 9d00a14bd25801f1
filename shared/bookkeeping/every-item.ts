import type { Knowledge, ListQuery, Paged } from './balance.ts';
import type { Book, BookFact, BookItem } from './book.ts';

/** Answers a list of a book page by page. */
interface Lister {
  list<Fact extends BookFact, Item extends BookItem>(
    book: Book<Fact, Item>,
    query: Omit<ListQuery, keyof Knowledge>,
  ): Promise<Paged<Item>>;
}

const PAGE = 200;

/** Every item that a query selects. It awaits nothing but the pages. */
export async function* everyItem<Fact extends BookFact, Item extends BookItem>(
  lister: Lister,
  book: Book<Fact, Item>,
  query: Pick<ListQuery, 'anyOf' | 'to'> & Partial<Pick<ListQuery, 'filter' | 'from'>>,
): AsyncGenerator<Item> {
  let after: ListQuery['after'];
  do {
    const page = await lister.list(book, { filter: {}, ...query, limit: PAGE, ...(after && { after }) });
    yield* page.items;
    after = page.next;
  } while (after);
}
