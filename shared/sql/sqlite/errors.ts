import { errorText } from '../../kernel/error-text.ts';
import { StoreError, type StoreErrorCode } from '../../kernel/store-error.ts';

/** Primary result codes of SQLite (https://sqlite.org/rescode.html). */
const CODES: ReadonlyMap<number, StoreErrorCode> = new Map([
  [11, 'corrupt'],
  [13, 'full'],
  [26, 'corrupt'],
]);

/** Translates an error of `node:sqlite`. */
export function storeErrorOf(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const message = errorText(error);
  // The low byte is the primary code; the other bits name the failed operation.
  const primary =
    error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
      ? error.errcode & 0xff
      : 0;
  return new StoreError(CODES.get(primary) ?? 'unavailable', message, { cause: error });
}
