import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Position } from '../contracts/stored-event.ts';
import type { EventStore } from '../event-store/port.ts';
import type { Checkpoint, LedgerWriter, Poison } from './port.ts';

/** Larger than live pages: no event has to be visible soon, and the subjects of a page are loaded once. */
const PAGE_SIZE = 20_000;

export type RebuildOutcome =
  | { readonly kind: 'rebuilt'; readonly checkpoint: Checkpoint }
  | { readonly kind: 'cancelled' }
  /** The live projector sets such an event aside; a rebuild stops, so that the event does not vanish from the new figures unnoticed. */
  | { readonly kind: 'poisoned'; readonly poison: Poison };

/** The parameters of a rebuild on any engine. */
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

/** Posts page after page up to the head of the store; the caller then completes the ledger. */
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
    // Reading and folding may never yield, so a request to stop is only noticed here.
    await nextTurn();
  }
  return { kind: 'cancelled' };
}
