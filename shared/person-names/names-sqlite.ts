import { openSqlite } from '../sql/sqlite/database.ts';
import type { PersonNames } from './port.ts';
import { type PersonNameTables, SqlPersonNames } from './sql.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS person_name (
    ref TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    set_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;`;

/** Names in one SQLite file for its owner alone, created when absent. @throws StoreError */
export async function openSqlitePersonNames(path: string): Promise<PersonNames> {
  const engine = openSqlite<PersonNameTables>(path, SCHEMA);
  // A process may have ended between a deletion and the emptying of its log.
  await engine.erase();
  return new SqlPersonNames(engine);
}
