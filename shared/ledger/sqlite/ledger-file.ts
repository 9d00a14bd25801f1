import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { fileVersion } from '../../sql/sqlite/version.ts';
import { LEDGER_VERSION, LedgerVersionError } from '../sql/version.ts';
import { INDEXES, TABLES } from './schema.ts';

/** Creates an empty ledger. @param indexes false leaves them to {@link addIndexes}. */
export function createLedger(db: DatabaseSync, { indexes }: { indexes: boolean }): void {
  db.exec('BEGIN IMMEDIATE');
  db.exec(TABLES);
  if (indexes) db.exec(INDEXES);
  db.prepare(
    'INSERT INTO checkpoint (one, position, known_at, entry, office, generation, next_subject) VALUES (1, 0, 0, 0, 0, ?, 1)',
  ).run(randomUUID());
  db.exec(`PRAGMA user_version = ${LEDGER_VERSION}`);
  db.exec('COMMIT');
}

export const addIndexes = (db: DatabaseSync): void => db.exec(INDEXES);

/** @throws LedgerVersionError */
export function checkVersion(db: DatabaseSync, path: string): void {
  const version = fileVersion(db);
  if (version !== LEDGER_VERSION) {
    throw new LedgerVersionError(`${path} is a ledger of version ${version}, not ${LEDGER_VERSION}`);
  }
}
