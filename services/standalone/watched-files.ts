import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { EventStore } from '../../shared/event-store/port.ts';
import { aroundWrites } from '../../shared/event-store/with-writes.ts';
import { StoreError } from '../../shared/kernel/store-error.ts';
import type { Log } from '../../shared/platform/log.ts';

/** Those that cannot be made anew. A rebuild replaces `ledger.db`. */
const KEPT = ['events.db', 'webhooks.db', 'dead-letters.db', 'lock.db'] as const;
const LOOK_EVERY_MS = 1_000;

export interface WatchedFiles {
  /** The store, recording nothing while a file is not the one that was opened. */
  readonly store: EventStore;
  /** Begins to look, once all files are there. @returns the end of it */
  watch(): () => void;
  /** The file that is gone, empty, or another one than at the start; undefined when all are as they were. */
  problem(): string | undefined;
}

/**
 * Notices that a file of DATA_DIR was unlinked, emptied or replaced while it is open: what is written to it would be acknowledged, and gone
 * with the process.
 */
export function watchedFiles(store: EventStore, dataDir: string, log: Log): WatchedFiles {
  let atStart: readonly Kept[] = [];
  let logged: string | undefined;
  const problem = () => {
    const found = atStart.map((kept) => faultOf(kept, dataDir)).find((fault) => fault !== undefined);
    if (found !== logged && found !== undefined)
      log.error({ fault: found }, 'data files: changed by another program, no event is recorded');
    if (found === undefined && logged !== undefined) log.info('data files: as they were again');
    logged = found;
    return found;
  };
  const assertWhole = () => {
    const found = problem();
    if (found !== undefined) throw new StoreError('unavailable', found);
  };
  return {
    store: aroundWrites(store, async (write) => {
      assertWhole();
      return write();
    }),
    watch() {
      atStart = KEPT.flatMap((name) => {
        const stats = statSync(join(dataDir, name), { throwIfNoEntry: false });
        return stats ? [{ name, inode: stats.ino, isEmpty: stats.size === 0 }] : [];
      });
      const looking = setInterval(problem, LOOK_EVERY_MS);
      looking.unref();
      return () => clearInterval(looking);
    },
    problem,
  };
}

interface Kept {
  readonly name: string;
  readonly inode: number;
  /** Its content was in its write-ahead log alone. */
  readonly isEmpty: boolean;
}

function faultOf({ name, inode, isEmpty }: Kept, dataDir: string): string | undefined {
  const now = statSync(join(dataDir, name), { throwIfNoEntry: false });
  if (now === undefined) return `${name} was removed while the server has it open`;
  if (now.ino !== inode) return `${name} was replaced while the server has the former file open`;
  return now.size === 0 && !isEmpty ? `${name} was emptied while the server has it open` : undefined;
}
