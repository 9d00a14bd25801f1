import { visitFile } from './visit.ts';

/** What SQLite itself finds wrong with a file, in its own words, up to `shown`. @throws StoreError when it cannot be opened */
export const integrityFaults = (path: string, shown: number): readonly string[] =>
  visitFile(path, 'read', (db) =>
    db
      .prepare(`PRAGMA integrity_check(${shown})`)
      .all()
      .map((row) => String(row.integrity_check))
      .filter((found) => found !== 'ok'),
  );

/** The one row of a query on a file that another connection writes. @throws StoreError */
export const rowIn = (path: string, query: string): Readonly<Record<string, unknown>> =>
  visitFile(path, 'read', (db) => db.prepare(query).get() ?? {});
