import { visitFile } from '../../sql/sqlite/visit.ts';

const TABLE = 'CREATE TABLE IF NOT EXISTS companions (file TEXT PRIMARY KEY) STRICT, WITHOUT ROWID';

/**
 * The files that were kept beside a store file: one of them that is missing at a start was lost, and is not one that is still to be made.
 * None for a store that was never used with others. @throws StoreError
 */
export const companionsOf = (path: string): ReadonlySet<string> =>
  visitFile(path, 'read', (db) => {
    const isThere = db.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'companions'`).get();
    const rows = isThere ? db.prepare('SELECT file FROM companions').all() : [];
    return new Set(rows.map(({ file }) => String(file)));
  });

/** Notes files that stand beside a store file from now on. It may wait for the writer. @throws StoreError */
export function noteCompanions(path: string, files: readonly string[]): void {
  const known = companionsOf(path);
  if (files.every((file) => known.has(file))) return;
  visitFile(path, 'write', (db) => {
    db.exec(TABLE);
    const note = db.prepare('INSERT OR IGNORE INTO companions VALUES (?)');
    for (const file of files) note.run(file);
  });
}

/** The store goes on without a file. @throws StoreError */
export function forgetCompanion(path: string, file: string): void {
  if (!companionsOf(path).has(file)) return;
  visitFile(path, 'write', (db) => db.prepare('DELETE FROM companions WHERE file = ?').run(file));
}
