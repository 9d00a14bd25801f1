import { setTimeout as pause } from 'node:timers/promises';
import { LedgerConflict, type LedgerWriter } from '../../shared/ledger/port.ts';
import type { Log } from '../../shared/platform/log.ts';
import { type EventSource, logPoison, type PostedPage, project } from './projection.ts';

/** What makes this projector one of many the one that posts. */
export interface Leadership {
  /** Whether this process may post now. */
  leads(): boolean;
  /** Resolves at once while it leads, else when it does next, or when the signal aborts. */
  untilLeading(signal: AbortSignal): Promise<void>;
  /** Aborts when it leads no longer. */
  term(): AbortSignal;
}

export interface LeadingProjectorOptions {
  readonly events: EventSource;
  readonly leadership: Leadership;
  /** Opens the ledger in force, where it stands. @throws StoreError */
  readonly openLedger: () => Promise<LedgerWriter>;
  readonly onPosted: (posted: PostedPage) => void;
  readonly log: Log;
}

export type LeadingProjectorState =
  | { readonly kind: 'standby' }
  | { readonly kind: 'following' }
  | { readonly kind: 'waiting'; readonly reason: string };

/** A projector that posts while it leads: in the production topology several wait and one works. */
export interface LeadingProjector {
  readonly state: LeadingProjectorState;
  stop(): Promise<void>;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Follows the store for as long as this process leads, from wherever the ledger stands. A store or database that is away is
 * waited for. Should two ever believe that they lead, the ledger's checkpoint lets one of them post and tells the other.
 */
export function startLeadingProjector(options: LeadingProjectorOptions): LeadingProjector {
  const { events, leadership, openLedger, onPosted, log } = options;
  const stopping = new AbortController();
  let state: LeadingProjectorState = { kind: 'standby' };
  let waitMs = FIRST_PAUSE_MS;

  async function follow(): Promise<void> {
    const ledger = await openLedger();
    try {
      log.info({ position: ledger.checkpoint.position }, 'leading: following the store');
      const signal = AbortSignal.any([stopping.signal, leadership.term()]);
      state = { kind: 'following' };
      await project(events, ledger, signal, (posted) => {
        waitMs = FIRST_PAUSE_MS;
        logPoison(posted, log);
        onPosted(posted);
      });
    } finally {
      await ledger.close();
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await leadership.untilLeading(stopping.signal);
      if (stopping.signal.aborted) return;
      try {
        await follow();
        state = { kind: 'standby' };
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        state = { kind: 'waiting', reason };
        // The ledger has moved on without us, or another took its place: where it stands is read anew.
        if (error instanceof LedgerConflict) log.warn({ reason }, 'stepping back from the ledger');
        else log.error({ err: error, waitMs }, 'cannot follow the store; it goes on from its checkpoint');
        await pause(waitMs, undefined, { signal: stopping.signal }).catch(() => {});
        waitMs = Math.min(waitMs * 2, LONGEST_PAUSE_MS);
      }
    }
  }

  const running = run();
  return {
    get state() {
      return state;
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
