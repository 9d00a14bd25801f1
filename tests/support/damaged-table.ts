import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** Overwrites the first page of a table in a closed SQLite file, so that every reading of it fails. */
export function damageTable(path: string, table: string): void {
  const db = new DatabaseSync(path);
  const rootOf = db.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?');
  const root = Number(rootOf.get(table)?.rootpage);
  const size = Number(db.prepare('PRAGMA page_size').get()?.page_size);
  db.close();
  writeFileSync(path, readFileSync(path).fill(0xff, (root - 1) * size, root * size));
}

/** How many descriptors of a file this process has open (Linux). */
export const descriptorsOf = (path: string): number =>
  readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === path;
    } catch {
      // The descriptor by which the folder was read.
      return false;
    }
  }).length;
