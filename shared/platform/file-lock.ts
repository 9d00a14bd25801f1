import { DatabaseSync } from 'node:sqlite';

/** A change of a small file takes milliseconds. */
const WAIT_MS = 10_000;

/**
 * Does something that only one process may do to a file at a time; the others wait. The lock is a write transaction on `FILE.lock`,
 * which the operating system drops with the process, however that ends.
 * @throws when it is held for 10 s, or its folder cannot be written to
 */
export function whileLocked<Result>(path: string, work: () => Result): Result {
  const lock = new DatabaseSync(`${path}.lock`, { timeout: WAIT_MS });
  try {
    lock.exec('BEGIN IMMEDIATE');
    return work();
  } finally {
    lock.close();
  }
}
