import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EventId } from '../contracts/ids.ts';
import type { Position } from '../contracts/stored-event.ts';
import type { EventStore } from '../event-store/port.ts';
import type { Checkpoint, LedgerWriter, Poison } from './port.ts';

/** Larger than live pages: no event has to be visible soon, and the subjects of a page are loaded once. */
const PAGE_SIZE = 20_000;

export type RebuildOutcome =
  | { readonly kind: 'rebuilt'; readonly checkpoint: Checkpoint }
  | { readonly kind: 'cancelled' }
  /** The new ledger would lack an event that the ledger in force has. */
  | { readonly kind: 'poisoned'; readonly poison: Poison };

/** The parameters of a rebuild on any engine. */
export interface Rebuild {
  readonly events: Pick<EventStore, 'readAll'>;
  readonly signal: AbortSignal;
  readonly onProgress: (position: Position, head: Position) => void;
}

/**
 * The events that a new ledger may set aside: those that the ledger in force has set aside too, so that no rebuild loses an event;
 * any where there is no ledger of this version.
 */
export type MayLack = ReadonlySet<EventId> | 'any';

/** The first event that the new ledger must not lack. */
export const lostBy = (poison: readonly Poison[], mayLack: MayLack): Poison | undefined =>
  mayLack === 'any' ? undefined : poison.find(({ event }) => !mayLack.has(event));

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
  mayLack: MayLack,
): Promise<{ readonly kind: 'filled' } | Exclude<RebuildOutcome, { kind: 'rebuilt' }>> {
  while (!signal.aborted) {
    const page = await events.readAll(ledger.checkpoint.position, PAGE_SIZE);
    if (page.position === ledger.checkpoint.position) return { kind: 'filled' };
    const { poison } = await ledger.post(page);
    const lost = lostBy(poison, mayLack);
    if (lost) return { kind: 'poisoned', poison: lost };
    onProgress(page.position, page.head);
    // Reading and folding may never yield, so a request to stop is only noticed here.
    await nextTurn();
  }
  return { kind: 'cancelled' };
}
