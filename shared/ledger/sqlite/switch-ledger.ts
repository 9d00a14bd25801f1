import { existsSync, readdirSync, realpathSync, renameSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { removeLedger } from './bulk-writer.ts';
import type { SqliteLedgerWriter } from './writer.ts';

/**
 * Puts a finished ledger in the place of the one that `path` leads to. A link is renamed over the path, so that after a crash
 * it leads to one or the other; then the old ledger names its successor, and readers that have it open go there at their
 * next read. (Renaming the file itself would leave it beside the other's write-ahead log.)
 */
export async function switchLedger(path: string, target: string, old: SqliteLedgerWriter): Promise<void> {
  const before = realpathSync(path);
  symlinkSync(basename(target), `${path}.link`);
  renameSync(`${path}.link`, path);
  old.retire(basename(target));
  await old.close();
  if (before !== path) removeLedger(before);
}

/** Where a ledger is built beside the one at `path`. */
export const ledgerBeside = (path: string, name: string): string =>
  join(dirname(path), `${basename(path, '.db')}-${name}.db`);

/** Removes what an interrupted rebuild or switch left beside the ledger at `path`. */
export function removeLeftovers(path: string): void {
  if (!existsSync(path)) return;
  const directory = dirname(path);
  const inForce = basename(realpathSync(path));
  const prefix = `${basename(path, '.db')}-`;
  for (const file of readdirSync(directory)) {
    if (file.startsWith(prefix) && file.endsWith('.db') && file !== inForce) {
      removeLedger(join(directory, file));
    }
  }
}
