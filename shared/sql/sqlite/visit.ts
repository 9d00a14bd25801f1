import { DatabaseSync } from 'node:sqlite';
import { storeErrorOf } from './errors.ts';

/** How long a visit waits for a connection that writes. */
const BUSY_MS = 5_000;

/**
 * Opens a file for a short look or a small change, and closes it. Other connections may have it open meanwhile.
 * @param access `write` also makes a file that is missing. @throws StoreError also for what `work` throws
 */
export function visitFile<Value>(
  path: string,
  access: 'read' | 'write',
  work: (db: DatabaseSync) => Value,
): Value {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { readOnly: access === 'read', timeout: BUSY_MS });
    return work(db);
  } catch (error) {
    throw storeErrorOf(error);
  } finally {
    db?.close();
  }
}
