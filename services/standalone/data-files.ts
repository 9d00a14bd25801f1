import { type Position, START } from '../../shared/contracts/stored-event.ts';
import type { EventStore } from '../../shared/event-store/port.ts';
import type { Checkpoint } from '../../shared/ledger/port.ts';
import { storeErrorOf } from '../../shared/sql/sqlite/errors.ts';

/** A file of DATA_DIR cannot be used as it is. The message states the remedy. */
export class DataFileError extends Error {
  readonly code = 'data-file';
}

const REMEDIES = {
  'events.db': 'restore it from a backup; nothing else holds the events',
  'ledger.db': 'delete it, and the next start builds it from the events',
  'dead-letters.db': 'restore it from a backup, or move it away to continue without what it kept',
  'webhooks.db': 'restore it from a backup, or move it away and register the webhooks again',
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
    if (code !== 'corrupt') throw error;
    throw new DataFileError(`${file} cannot be used (${message}): ${REMEDIES[file]}.`, { cause: error });
  }
}

/**
 * Checks that the ledger was built from these events: a ledger that outlived its events would show figures without proof, and
 * overlook new events until there are as many as before. @throws DataFileError
 */
export async function assertSameHistory(
  events: Pick<EventStore, 'readAll'>,
  { position, knownAt }: Pick<Checkpoint, 'position' | 'knownAt'>,
): Promise<void> {
  if (position === START) return;
  const page = await events.readAll((position - 1) as Position, 1);
  const [last] = page.events;
  if (last !== undefined && last.recordedAt <= knownAt) return;
  throw new DataFileError(
    `ledger.db was built from ${position} events, but events.db holds ${page.head}, and not the same: restore the events.db ` +
      'that belongs to it. If events.db is the right one, delete ledger.db, and the next start builds it from the events.',
  );
}
