import { DatabaseSync } from 'node:sqlite';
import { storeErrorOf } from './errors.ts';

/** What SQLite itself finds wrong with a file, in its own words, up to `shown`. @throws StoreError when it cannot be opened */
export const integrityFaults = (path: string, shown: number): readonly string[] =>
  reading(path, (db) =>
    db
      .prepare(`PRAGMA integrity_check(${shown})`)
      .all()
      .map((row) => String(row.integrity_check))
      .filter((found) => found !== 'ok'),
  );

/** The one row of a query on a file that another connection writes. @throws StoreError */
export const rowIn = (path: string, query: string): Readonly<Record<string, unknown>> =>
  reading(path, (db) => db.prepare(query).get() ?? {});

function reading<Value>(path: string, read: (db: DatabaseSync) => Value): Value {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    return read(db);
  } catch (error) {
    throw storeErrorOf(error);
  } finally {
    db.close();
  }
}
