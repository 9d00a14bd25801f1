import { StoreError } from '../kernel/store-error.ts';
import type { Log } from '../platform/log.ts';
import type { EventStore } from './port.ts';
import { aroundWrites } from './with-writes.ts';

export interface RoomOptions {
  readonly log: Log;
  /** Writes and syncs something small where the store writes; rejects while there is no room. Without it only a write of events shows. */
  readonly probe?: () => Promise<void>;
  /** Milliseconds of a clock that is never set. */
  readonly monotonic?: () => number;
}

export interface RoomyStore {
  readonly store: EventStore;
  /** Why the store takes no events: its disk is full. Undefined while it takes them. */
  problem(): string | undefined;
  stop(): void;
}

/** So long after a refusal the disk is probed, or a sender may find out. */
const AGAIN_MS = 5_000;

/** Notices by the answers of the store that its disk is full, and by a probe, or the next write, that there is room again. */
export function roomyStore(store: EventStore, options: RoomOptions): RoomyStore {
  const { log, probe, monotonic = () => performance.now() } = options;
  /** When the store last said that there is no room; undefined while there is. */
  let refusedAt: number | undefined;
  let again: NodeJS.Timeout | undefined;

  function taken(): void {
    if (refusedAt !== undefined) log.info('event store: there is room again');
    refusedAt = undefined;
    clearTimeout(again);
    again = undefined;
  }
  function refused(): void {
    if (refusedAt === undefined) log.error('event store: the disk is full, no event is taken');
    refusedAt = monotonic();
    if (!probe || again) return;
    again = setTimeout(() => {
      again = undefined;
      probe().then(taken, refused);
    }, AGAIN_MS);
    again.unref();
  }
  async function noticed<Result>(write: () => Promise<Result>): Promise<Result> {
    try {
      const result = await write();
      taken();
      return result;
    } catch (error) {
      if (error instanceof StoreError && error.code === 'full') refused();
      throw error;
    }
  }
  return {
    store: aroundWrites(store, noticed),
    problem() {
      if (refusedAt === undefined) return undefined;
      // A process that is not ready gets no request that could show it: one may try after a while.
      const isOver = !probe && monotonic() - refusedAt > AGAIN_MS;
      return isOver ? undefined : 'the disk is full: no event is taken';
    },
    stop: () => clearTimeout(again),
  };
}
