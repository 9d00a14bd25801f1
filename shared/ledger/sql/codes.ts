import { BOOK_LIMITS, type Book } from '../../bookkeeping/book.ts';
import type { Timing } from '../../bookkeeping/leg.ts';

/** Numbers that stand for words in storage. Only append to these lists. */
const TIMINGS: readonly Timing[] = ['early', 'on-time', 'late', 'no-due-date'];
/** The accounts of a book are numbered from this times the book's number, so that no two books share a number. */
const ACCOUNTS_A_BOOK = BOOK_LIMITS.accounts;

/** The accounts of one book as numbers. */
export class AccountCodes {
  /** Stocks. */
  readonly open: readonly number[];
  /** Flows, each on its day of entry. */
  readonly flows: readonly number[];
  /** The first and the last of all. */
  readonly first: number;
  readonly last: number;
  readonly #book: Book;
  readonly #byName: ReadonlyMap<string, number>;

  constructor(book: Book) {
    const { names, open } = book.accounts;
    this.#book = book;
    this.first = book.number * ACCOUNTS_A_BOOK;
    this.last = this.first + names.length - 1;
    this.#byName = new Map(names.map((name, index) => [name, this.first + index]));
    this.open = open.map((name) => this.code(name));
    this.flows = [...this.#byName.values()].filter((code) => !this.open.includes(code));
  }

  /** @throws RangeError */
  code(account: string): number {
    const code = this.#byName.get(account);
    if (code === undefined) throw new RangeError(`The ${this.#book.name} book has no account ${account}`);
    return code;
  }

  /** @throws RangeError */
  account(code: number): string {
    const account = this.#book.accounts.names[code - this.first];
    if (account === undefined) throw new RangeError(`The ${this.#book.name} book has no account ${code}`);
    return account;
  }

  /** For a report about codes that may be damaged. */
  nameOf(code: number): string {
    return this.#book.accounts.names[code - this.first] ?? `account ${code}`;
  }

  isOpen(code: number): boolean {
    return this.open.includes(code);
  }
}

const known = new WeakMap<Book, AccountCodes>();

export function codesOf(book: Book): AccountCodes {
  let codes = known.get(book);
  if (!codes) {
    codes = new AccountCodes(book);
    known.set(book, codes);
  }
  return codes;
}

/** 0 is null. */
export const timingCode = (timing: Timing | null): number =>
  timing === null ? 0 : TIMINGS.indexOf(timing) + 1;
export const timingOf = (code: number): Timing | null => TIMINGS[code - 1] ?? null;

/** 0 is null: no moment in the ledger is that of 1970. */
export const orZero = (moment: number | null): number => moment ?? 0;
export const orNull = (stored: number): number | null => (stored === 0 ? null : stored);
