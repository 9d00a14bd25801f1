import type { EventStore } from '../../shared/event-store/port.ts';
import type { LedgerWriter, Posted } from '../../shared/ledger/port.ts';

export type EventSource = Pick<EventStore, 'subscribe' | 'readAll'>;

/**
 * A transaction holds at most so many events: under load it fills up, an event that comes alone is posted alone. What a page
 * says of one dossier is saved once: an event costs a fifth less than with 2,000. More would keep readers waiting.
 */
export const PAGE_SIZE = 5_000;

/**
 * Follows the store from the ledger's checkpoint on, page after page, until the signal aborts.
 * @throws LedgerConflict when another projector is at work @throws StoreError
 */
export async function project(
  events: EventSource,
  ledger: LedgerWriter,
  signal: AbortSignal,
  onPosted: (posted: Posted) => void,
): Promise<void> {
  const after = ledger.checkpoint.position;
  for await (const page of events.subscribe({ after, signal, pageSize: PAGE_SIZE })) {
    onPosted(await ledger.post(page));
    if (signal.aborted) return;
  }
}

/** Posts what the store has beyond the ledger's checkpoint, then stops. @returns false when the signal cut it short */
export async function catchUp(
  events: EventSource,
  ledger: LedgerWriter,
  signal: AbortSignal,
  onPosted: (posted: Posted) => void,
): Promise<boolean> {
  while (!signal.aborted) {
    const page = await events.readAll(ledger.checkpoint.position, PAGE_SIZE);
    if (page.position === ledger.checkpoint.position) return true;
    onPosted(await ledger.post(page));
  }
  return false;
}
