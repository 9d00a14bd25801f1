import type { DatabaseSync } from 'node:sqlite';
import { StoreError } from '../../kernel/store-error.ts';

/** The version of the tables of a file; 0 for a new one. */
export const fileVersion = (db: DatabaseSync): number =>
  Number(db.prepare('PRAGMA user_version').get()?.user_version);

/** @throws StoreError `newer` for a file whose tables a newer version of the program has made */
export function assertNotNewer(db: DatabaseSync, known: number): void {
  const version = fileVersion(db);
  if (version > known)
    throw new StoreError(
      'newer',
      `it has version ${version}, and this program knows versions up to ${known}`,
    );
}
