import { openSqlite } from '../../../shared/sql/sqlite/database.ts';
import type { Outbox } from './outbox.ts';
import { type OutboxTables, SQLITE_ADDED, SQLITE_SCHEMA } from './outbox-schema.ts';
import { SqlOutbox } from './outbox-sql.ts';

/** The outbox in one SQLite file, webhooks.db, created when absent, for one process. @throws StoreError */
export const openSqliteOutbox = (path: string): Outbox =>
  new SqlOutbox(openSqlite<OutboxTables>(path, SQLITE_SCHEMA, SQLITE_ADDED));
