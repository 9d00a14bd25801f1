import { DatabaseSync } from 'node:sqlite';
import { storeErrorOf } from './errors.ts';

/** What SQLite itself finds wrong with a file, in its own words, up to `shown`. @throws StoreError when it cannot be opened */
export function integrityFaults(path: string, shown: number): readonly string[] {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    const rows = db.prepare(`PRAGMA integrity_check(${shown})`).all();
    return rows.map((row) => String(row.integrity_check)).filter((found) => found !== 'ok');
  } catch (error) {
    throw storeErrorOf(error);
  } finally {
    db.close();
  }
}
