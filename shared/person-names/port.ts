import type { PersonRef } from '../contracts/pseudonym.ts';
import { identifierSchema } from '../contracts/schema-parts.ts';
import type { Moment } from '../kernel/clock.ts';
import { composed } from '../kernel/written-text.ts';

/** The most names that are kept. A change writes all of them anew, so their number is its cost. */
export const NAMES_LIMIT = 10_000;

/** So many are set by one request. */
export const NAMES_AT_ONCE = 1_000;

/** The most characters (UTF-16 units) of a name. */
export const NAME_LENGTH = 200;

/** The name of a person (họ tên) as every door takes it: one visible line in NFC. */
export const personNameSchema = identifierSchema(NAME_LENGTH).transform(composed);

export interface NamedPerson {
  /** The pseudonym. */
  readonly ref: string;
  readonly name: string;
}

export interface KeptName extends NamedPerson {
  readonly setAt: Moment;
}

/**
 * The names of staff (họ tên công chức, viên chức), by pseudonym: the one place where a person stands by name, apart from the event
 * store and from backups. What is replaced or deleted is in no file of the table once the call resolves. Both adapters keep
 * `testing/contract-suite.ts`.
 * @throws StoreError from each call; the same change sent again completes one that failed
 */
export interface PersonNames {
  /** Sets names, all or none; each person once. @returns false where there would be more than {@link NAMES_LIMIT}: nothing was changed */
  set(names: readonly (NamedPerson & { readonly ref: PersonRef })[], at: Moment): Promise<boolean>;
  /** The names of those who have one. */
  of(refs: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** A page in the order of the pseudonyms. @param after the last pseudonym of the page before */
  list(
    limit: number,
    after?: string,
  ): Promise<{ readonly items: readonly KeptName[]; readonly total: number }>;
  /**
   * Those whose name has every word of a text, whatever its capitals and marks: `nguyen lan` finds *Nguyễn Thị Lan*. In the order
   * of the names, up to `limit`; `total` is how many there are.
   */
  find(
    text: string,
    limit: number,
  ): Promise<{ readonly items: readonly NamedPerson[]; readonly total: number }>;
  /** @returns how many there were */
  delete(refs: readonly PersonRef[] | 'all'): Promise<number>;
  /** Closes what the adapter itself has opened. */
  close(): Promise<void>;
}
