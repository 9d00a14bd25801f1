import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Position } from '../contracts/stored-event.ts';
import type { EventStore } from '../event-store/port.ts';
import type { Checkpoint, LedgerWriter, Poison } from './port.ts';

/** Larger than live pages: nothing waits for a single event here, and the subjects of a page are looked up once. */
const PAGE_SIZE = 20_000;

export type RebuildOutcome =
  | { readonly kind: 'rebuilt'; readonly checkpoint: Checkpoint }
  | { readonly kind: 'cancelled' }
  /** An event that is set aside while live stops a rebuild: it must not vanish from new figures unnoticed. */
  | { readonly kind: 'poisoned'; readonly poison: Poison };

/** What every rebuild needs, on whatever engine. */
export interface Rebuild {
  readonly events: Pick<EventStore, 'readAll'>;
  readonly signal: AbortSignal;
  readonly onProgress: (position: Position, head: Position) => void;
}

export class RebuildRunningError extends Error {
  readonly code = 'rebuild-running';
  constructor() {
    super('A rebuild is already under way');
  }
}

/** Posts page after page until the ledger is at the head of the store; it is then for the caller to complete. */
export async function fill(
  ledger: Pick<LedgerWriter, 'checkpoint' | 'post'>,
  { events, signal, onProgress }: Rebuild,
): Promise<{ readonly kind: 'filled' } | Exclude<RebuildOutcome, { kind: 'rebuilt' }>> {
  while (!signal.aborted) {
    const page = await events.readAll(ledger.checkpoint.position, PAGE_SIZE);
    if (page.position === ledger.checkpoint.position) return { kind: 'filled' };
    const { poison } = await ledger.post(page);
    if (poison[0]) return { kind: 'poisoned', poison: poison[0] };
    onProgress(page.position, page.head);
    // Where reading and folding never wait, only here can a request to stop be heard.
    await nextTurn();
  }
  return { kind: 'cancelled' };
}
