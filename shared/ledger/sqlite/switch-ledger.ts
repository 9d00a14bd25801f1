import { existsSync, readdirSync, realpathSync, renameSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileVersion } from '../../sql/sqlite/version.ts';
import { visitFile } from '../../sql/sqlite/visit.ts';
import { type VersionedRules, versionBy } from '../sql/version.ts';
import { removeLedger } from './bulk-writer.ts';
import type { SqliteLedgerWriter } from './writer.ts';

/**
 * Replaces the ledger that `path` leads to by a finished one. A link is renamed over the path, so that after a crash it
 * leads to one of the two; then the old ledger stores the name of its successor, and open readers switch at their
 * next read. (A renamed file would stand beside the write-ahead log of the other.)
 */
export async function switchLedger(path: string, target: string, old: SqliteLedgerWriter): Promise<void> {
  const before = realpathSync(path);
  symlinkSync(basename(target), `${path}.link`);
  renameSync(`${path}.link`, path);
  old.retire(basename(target));
  await old.close();
  // By the folder that is meant, however it was named: at the place of the first ledger the link stands now.
  const link = join(realpathSync(dirname(path)), basename(path));
  if (before !== link) removeLedger(before);
}

/** Removes a ledger of another version or rule; the projector then rebuilds it from the events. @returns whether one was removed */
export function removeOutdated(path: string, rules: VersionedRules): boolean {
  if (!existsSync(path)) return false;
  const outdated = visitFile(path, 'read', fileVersion) !== versionBy(rules);
  if (outdated) removeLedger(path);
  return outdated;
}

/** The path on which a rebuild builds the ledger that replaces the one at `path`. */
export const ledgerBeside = (path: string, name: string): string =>
  join(dirname(path), `${basename(path, '.db')}-${name}.db`);

/** Removes leftovers of an interrupted rebuild or switch beside the ledger at `path`. */
export function removeLeftovers(path: string): void {
  const directory = dirname(path);
  const inForce = existsSync(path) ? basename(realpathSync(path)) : undefined;
  const prefix = `${basename(path, '.db')}-`;
  for (const file of readdirSync(directory)) {
    if (file.startsWith(prefix) && file.endsWith('.db') && file !== inForce) {
      removeLedger(join(directory, file));
    }
  }
}
