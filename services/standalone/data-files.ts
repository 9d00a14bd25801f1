import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { START } from '../../shared/contracts/stored-event.ts';
import type { ChainHead, StoredChain } from '../../shared/event-store/chain.ts';
import { contradiction } from '../../shared/event-store/chain-mark.ts';
import { readChainMark } from '../../shared/event-store/sqlite/chain-mark.ts';
import { companionsOf } from '../../shared/event-store/sqlite/companions.ts';
import { type Checkpoint, chainHeadOf } from '../../shared/ledger/port.ts';
import { hasTables } from '../../shared/sql/sqlite/database.ts';
import { storeErrorOf } from '../../shared/sql/sqlite/errors.ts';

/** A file of DATA_DIR cannot be used as it is. The message states the remedy. */
export class DataFileError extends Error {
  readonly code = 'data-file';
}

const REMEDIES = {
  'events.db': 'restore it from a backup; nothing else holds the events',
  'ledger.db': 'delete it, and the next start builds it from the events',
  'dead-letters.db':
    'restore it from a backup, or continue without what it kept by `npm run nhip -- begin-anew dead-letters.db`',
  'webhooks.db':
    'restore it from a backup, or run `npm run nhip -- begin-anew webhooks.db` and register the webhooks again',
  'names.db': 'delete it with its -wal and -shm, start the server, and import the names of staff again',
} as const;

/** Opens a part that is kept in a file. @throws DataFileError when the file is damaged or of another version */
export async function opened<Content>(
  file: keyof typeof REMEDIES,
  open: () => Content | Promise<Content>,
): Promise<Content> {
  try {
    return await open();
  } catch (error) {
    const { code, message } = storeErrorOf(error);
    if (code === 'newer')
      throw new DataFileError(
        `${file} was written by a newer version of this program (${message}): start that version, or restore a backup from before it.`,
        { cause: error },
      );
    if (code !== 'corrupt') throw error;
    throw new DataFileError(`${file} cannot be used (${message}): ${REMEDIES[file]}.`, { cause: error });
  }
}

/** Files that note the head of the chain of the events. */
export const MARKED = ['webhooks.db', 'dead-letters.db'] as const;

/**
 * Checks, before anything is opened, that an office which has events has their file: it would be made anew, empty.
 * @throws DataFileError
 */
export async function assertEventsThere(dataDir: string): Promise<void> {
  const path = join(dataDir, 'events.db');
  const bytes = statSync(path, { throwIfNoEntry: false })?.size;
  if (bytes !== undefined && bytes > 0) return;
  const seen = (await marksIn(dataDir)).find(({ mark }) => mark.position > START);
  const other = seen?.file ?? (existsSync(join(dataDir, 'ledger.db')) ? 'ledger.db' : undefined);
  if (other === undefined) return;
  const what = bytes === undefined ? 'is missing' : 'is empty';
  throw new DataFileError(`events.db ${what}, but ${other} knows of its events: ${REMEDIES['events.db']}.`);
}

/**
 * Checks, before anything is opened, that the files which were kept beside the events are there: each would be made anew, empty.
 * @throws DataFileError
 */
export async function assertCompanionsThere(dataDir: string): Promise<void> {
  const events = join(dataDir, 'events.db');
  if (!existsSync(events)) return;
  const companions = await opened('events.db', () => companionsOf(events));
  for (const file of MARKED) {
    if (!companions.has(file)) continue;
    const path = join(dataDir, file);
    const isThere = existsSync(path);
    if (isThere && (await opened(file, () => hasTables(path)))) continue;
    const what = isThere ? 'is empty' : 'is missing';
    throw new DataFileError(`${file} ${what}, but events.db was used with it: ${REMEDIES[file]}.`);
  }
}

/** Checks that the events are those that the other files have seen, and not fewer. @throws DataFileError */
export async function assertSameEvents(chain: StoredChain, dataDir: string): Promise<void> {
  for (const { file, mark } of await marksIn(dataDir)) await assertSeen(chain, file, mark);
}

/**
 * Checks that the ledger was built from these events: a ledger that outlived its events would show figures without proof, and
 * overlook new events until there are as many as before. @throws DataFileError
 */
export async function assertSameHistory(chain: StoredChain, ledger: Checkpoint): Promise<void> {
  const head = chainHeadOf(ledger);
  if (head) await assertSeen(chain, 'ledger.db', head);
}

async function assertSeen(chain: StoredChain, file: keyof typeof REMEDIES, mark: ChainHead): Promise<void> {
  const fault = await contradiction(chain, mark);
  if (fault === undefined) return;
  throw new DataFileError(
    `events.db is not the one that ${file} belongs to: ${fault}. Restore all files of one backup. If this events.db is the right ` +
      `one: ${REMEDIES[file]}.`,
  );
}

async function marksIn(dataDir: string): Promise<{ file: keyof typeof REMEDIES; mark: ChainHead }[]> {
  const marks: { file: keyof typeof REMEDIES; mark: ChainHead }[] = [];
  for (const file of MARKED) {
    const mark = await opened(file, () => readChainMark(join(dataDir, file)));
    if (mark) marks.push({ file, mark });
  }
  return marks;
}
