import { causesIn } from '../../shared/event-store/causes.ts';
import type { EventStore, Page } from '../../shared/event-store/port.ts';
import type { LedgerWriter, Posted } from '../../shared/ledger/port.ts';
import type { Log } from '../../shared/platform/log.ts';
import { inSpan } from '../../shared/platform/tracing.ts';

export type EventSource = Pick<EventStore, 'subscribe' | 'readAll'>;

/** A page that was posted, and what it took. */
export interface PostedPage extends Posted {
  readonly events: number;
  readonly seconds: number;
}

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
  onPosted: (posted: PostedPage) => void,
): Promise<void> {
  const after = ledger.checkpoint.position;
  for await (const page of events.subscribe({ after, signal, pageSize: PAGE_SIZE })) {
    const spanned = { causes: causesIn(page.events), attributes: { 'nhip.events': page.events.length } };
    onPosted(await inSpan('ledger.post', spanned, () => timed(ledger, page)));
    if (signal.aborted) return;
  }
}

/** Posts what the store has beyond the ledger's checkpoint, then stops. @returns false when the signal cut it short */
export async function catchUp(
  events: EventSource,
  ledger: LedgerWriter,
  signal: AbortSignal,
  onPosted: (posted: PostedPage) => void,
): Promise<boolean> {
  while (!signal.aborted) {
    const page = await events.readAll(ledger.checkpoint.position, PAGE_SIZE);
    if (page.position === ledger.checkpoint.position) return true;
    onPosted(await timed(ledger, page));
  }
  return false;
}

/** An event that cannot be folded is set aside and logged as an error, and the projection continues. */
export function logPoison({ poison }: Posted, log: Log): void {
  for (const one of poison) log.error({ poison: one }, 'projector: event could not be folded, set aside');
}

async function timed(ledger: LedgerWriter, page: Page): Promise<PostedPage> {
  const began = performance.now();
  const posted = await ledger.post(page);
  return { ...posted, events: page.events.length, seconds: (performance.now() - began) / 1_000 };
}
