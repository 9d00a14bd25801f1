import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { fileVersion } from '../../sql/sqlite/version.ts';
import { checkLedgerVersion, type VersionedRules, versionBy } from '../sql/version.ts';
import { INDEXES, TABLES } from './schema.ts';

/** Creates an empty ledger. @param indexes false leaves them to {@link addIndexes}. */
export function createLedger(
  db: DatabaseSync,
  rules: VersionedRules,
  { indexes }: { indexes: boolean },
): void {
  db.exec('BEGIN IMMEDIATE');
  db.exec(TABLES);
  if (indexes) db.exec(INDEXES);
  db.prepare(
    'INSERT INTO checkpoint (one, position, known_at, entry, office, generation, next_subject) VALUES (1, 0, 0, 0, 0, ?, 1)',
  ).run(randomUUID());
  db.exec(`PRAGMA user_version = ${versionBy(rules)}`);
  db.exec('COMMIT');
}

export const addIndexes = (db: DatabaseSync): void => db.exec(INDEXES);

/** @param rules of a writer @throws LedgerVersionError */
export const checkVersion = (db: DatabaseSync, path: string, rules?: VersionedRules): void =>
  checkLedgerVersion(`The ledger ${path}`, fileVersion(db), rules);
