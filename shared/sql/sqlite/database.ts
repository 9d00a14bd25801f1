import { chmodSync, closeSync, openSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import {
  CompiledQuery,
  type DatabaseConnection,
  Kysely,
  SqliteAdapter,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type SqliteStatement,
  sql,
} from 'kysely';
import { type SqlEngine, sqlEngine } from '../engine.ts';
import { storeErrorOf } from './errors.ts';
import { assertNotNewer, fileVersion } from './version.ts';
import { visitFile } from './visit.ts';

/** SQLite has no ADD COLUMN IF NOT EXISTS. */
export interface AddedColumn {
  readonly table: string;
  readonly column: string;
  /** Its type; existing rows get null. */
  readonly declared: string;
}

/** Above the number of query texts of an adapter, except lists of ever new lengths. */
const STATEMENTS_KEPT = 200;

/**
 * One SQLite file that only its owner may read. A transaction is on disk when it resolves. Deleted content is overwritten.
 * Its one connection serves callers one at a time, in order of arrival.
 * @param schema run at every opening. @param added columns added later, for older files. @param version of the tables: raise it where an
 * older program must not write to them. @throws StoreError `newer` for a file of a newer version
 */
export function openSqlite<Tables>(
  path: string,
  schema: string,
  added: readonly AddedColumn[] = [],
  version = 1,
): SqlEngine<Tables> {
  const file = opened(path, schema, added, version);
  const db = new Kysely<Tables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new FileDriver(file),
      createIntrospector: (database) => new SqliteIntrospector(database),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
  return sqlEngine({
    kind: 'sqlite',
    db,
    storeErrorOf,
    erase: async () => {
      const { rows } = await sql<{ busy: number }>`PRAGMA wal_checkpoint(TRUNCATE)`.execute(db);
      return rows[0]?.busy === 0;
    },
    close: async () => {
      // The current caller and all waiting ones are served first.
      await db.connection().execute(async () => {});
      await db.destroy();
    },
  });
}

/** Whether a file holds anything, in its write-ahead log or itself. @throws StoreError */
export const hasTables = (path: string): boolean =>
  visitFile(path, 'read', (db) => db.prepare('SELECT 1 FROM sqlite_schema').get() !== undefined);

function opened(path: string, schema: string, added: readonly AddedColumn[], version: number): DatabaseSync {
  try {
    // Created before SQLite sees it: the -wal and -shm files copy the mode of the database.
    closeSync(openSync(path, 'a', 0o600));
    chmodSync(path, 0o600);
    const file = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: 5_000 });
    assertNotNewer(file, version);
    file.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;');
    file.exec(schema);
    const isThere = file.prepare('SELECT 1 FROM pragma_table_info(?) WHERE name = ?');
    for (const { table, column, declared } of added) {
      if (!isThere.get(table, column)) file.exec(`ALTER TABLE ${table} ADD COLUMN ${column} ${declared}`);
    }
    if (fileVersion(file) !== version) file.exec(`PRAGMA user_version = ${version}`);
    return file;
  } catch (error) {
    throw storeErrorOf(error);
  }
}

/** Kysely's driver for SQLite, over Node's own. */
class FileDriver extends SqliteDriver {
  readonly #file: DatabaseSync;

  constructor(file: DatabaseSync) {
    super({ database: queriesOf(file) });
    this.#file = file;
  }

  /** A transaction that meets another writer only at its first write could not continue. */
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('BEGIN IMMEDIATE'));
  }

  /** A full disk has already rolled back. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#file.isTransaction) await super.rollbackTransaction(connection);
  }
}

/** The driver for Kysely, with cached statements: compiling costs as much as running most of them. */
function queriesOf(file: DatabaseSync): { prepare(sql: string): SqliteStatement; close(): void } {
  const statements = new Map<string, SqliteStatement>();
  return {
    prepare(text) {
      const known = statements.get(text);
      if (known) return known;
      const statement = file.prepare(text);
      // The driver refuses a value that SQLite does not support when it is bound.
      const values = (given: readonly unknown[]) => given as readonly SQLInputValue[];
      const prepared: SqliteStatement = {
        reader: statement.columns().length > 0,
        all: (given) => statement.all(...values(given)),
        run: (given) => statement.run(...values(given)),
        iterate: (given) => statement.iterate(...values(given)),
      };
      if (statements.size >= STATEMENTS_KEPT) statements.clear();
      statements.set(text, prepared);
      return prepared;
    },
    close: () => file.close(),
  };
}
