import { allDimensions, BOOK_LIMITS, type Book, type BookEvent } from '../bookkeeping/book.ts';
import type { EventKind, EventKinds } from '../contracts/event-kind.ts';
import { isOwnType } from '../contracts/own-types.ts';
import { REFERENCE_EVENTS, type ReferenceEvent } from '../office/reference-events.ts';

/** The owner of one type of event: a book, or the office. */
export type Entry =
  | { readonly of: 'book'; readonly book: Book; readonly event: BookEvent; readonly kind: EventKind }
  | { readonly of: 'office'; readonly event: ReferenceEvent; readonly kind: EventKind };

/** The books of the ledger, and the types of events. */
export interface BookRegistry {
  readonly all: readonly Book[];
  /** Every type of event that feeds may send: those of the books and of the office. */
  readonly kinds: EventKinds;
  /** Every type of event that the ledger folds. */
  readonly entries: ReadonlyMap<string, Entry>;
  /** URL of the module that exports this registry as `books`: books are code, so a worker thread imports them from there. */
  readonly module: string;
  /** @param number the book's number in storage @throws RangeError */
  numbered(number: number): Book;
}

/**
 * @param module URL of the module that exports the result as `books`
 * @throws RangeError when two books share a number, a name or a type of event, or one is not as {@link Book} asks
 */
export function registryOf(all: readonly Book[], module: string): BookRegistry {
  const entries = new Map<string, Entry>();
  const add = (entry: Entry) => {
    if (entries.has(entry.kind.type)) throw new RangeError(`Two owners of events ${entry.kind.type}`);
    entries.set(entry.kind.type, entry);
  };
  const byNumber = new Map<number, Book>();
  for (const book of all) {
    for (const fault of faultsOf(book)) throw new RangeError(`The book ${book.name}: ${fault}`);
    const other = byNumber.get(book.number) ?? all.find((one) => one !== book && one.name === book.name);
    if (other) throw new RangeError(`The books ${other.name} and ${book.name} share a number or a name`);
    byNumber.set(book.number, book);
    for (const event of book.events) add({ of: 'book', book, event, kind: event.kind });
  }
  for (const event of REFERENCE_EVENTS) add({ of: 'office', event, kind: event.kind });
  const kinds = new Map(
    [...entries].flatMap(([type, { kind }]) => (isOwnType(type) ? [] : [[type, kind] as const])),
  );
  return {
    all,
    entries,
    kinds,
    module,
    numbered(number) {
      const book = byNumber.get(number);
      if (!book) throw new RangeError(`No book has the number ${number}`);
      return book;
    },
  };
}

/** What of a book is not as its type asks: storage would mix its amounts with others, or figures find no sum. */
function* faultsOf({ number, accounts, dimensions }: Book): Generator<string> {
  const { names, source, neverReceived, open } = accounts;
  const { by, sums } = dimensions;
  const isUpTo = (count: number, most: number) => Number.isInteger(count) && count >= 1 && count <= most;
  if (!isUpTo(number, BOOK_LIMITS.books))
    yield `number: got ${number}, want a whole number from 1 to ${BOOK_LIMITS.books}`;
  if (!isUpTo(names.length, BOOK_LIMITS.accounts))
    yield `accounts: got ${names.length}, want 1 to ${BOOK_LIMITS.accounts}`;
  yield* repeated(names).map((name) => `accounts: got ${name} twice, want it once`);
  for (const name of [source, ...neverReceived, ...open])
    if (!names.includes(name)) yield `accounts: got ${name}, want one of ${names.join(', ')}`;
  if (!isUpTo(by.length, BOOK_LIMITS.dimensions) || by[0] !== 'unit')
    yield `dimensions: got ${by.join(', ')}, want 1 to ${BOOK_LIMITS.dimensions}, the unit first`;
  yield* repeated(allDimensions(dimensions)).map((name) => `dimensions: got ${name} twice, want it once`);
  if (!isUpTo(sums.length, BOOK_LIMITS.sums)) yield `sums: got ${sums.length}, want 1 to ${BOOK_LIMITS.sums}`;
  for (const name of sums.flat())
    if (!by.includes(name)) yield `sums: got ${name}, want one of ${by.join(', ')}`;
  const last = sums.at(-1) ?? [];
  if (!by.every((name) => last.includes(name)))
    yield `sums: got ${last.join(', ')} last, want ${by.join(', ')}`;
}

const repeated = (names: readonly string[]): readonly string[] =>
  names.filter((name, index) => names.indexOf(name) !== index);

/** The registry that a module exports as `books`. */
export async function registryIn(module: string): Promise<BookRegistry> {
  const { books }: { readonly books: BookRegistry } = await import(module);
  return books;
}
