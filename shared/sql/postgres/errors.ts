import { DatabaseError } from 'pg';
import { errorText } from '../../kernel/error-text.ts';
import { StoreError, type StoreErrorCode } from '../../kernel/store-error.ts';

/** SQLSTATE codes and classes other than "try again" (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
const CODES: readonly (readonly [prefix: string, code: StoreErrorCode])[] = [
  // disk_full
  ['53100', 'full'],
  // data_corrupted, index_corrupted
  ['XX001', 'corrupt'],
  ['XX002', 'corrupt'],
];

/** Translates an error of `pg`: broken connections and stopping servers are `unavailable`. */
export function storeErrorOf(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const state = error instanceof DatabaseError ? (error.code ?? '') : '';
  const code = CODES.find(([prefix]) => state.startsWith(prefix))?.[1] ?? 'unavailable';
  const message = errorText(error);
  return new StoreError(code, message, { cause: error });
}
