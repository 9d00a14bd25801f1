import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Position } from '../../shared/event-store/port.ts';
import type { FoldRules } from '../../shared/ledger/fold.ts';
import type { Checkpoint, Poison } from '../../shared/ledger/port.ts';
import { BulkLedgerWriter, removeLedger } from '../../shared/ledger/sqlite/bulk-writer.ts';
import type { EventSource } from './projection.ts';

/** Larger than live pages: nothing waits for a single event here, and the dossiers of a page are looked up once. */
const PAGE_SIZE = 20_000;

export type RebuildOutcome =
  | { readonly kind: 'rebuilt'; readonly checkpoint: Checkpoint }
  | { readonly kind: 'cancelled' }
  /** An event that is set aside while live stops a rebuild: it must not vanish from new figures unnoticed. */
  | { readonly kind: 'poisoned'; readonly poison: Poison };

export interface RebuildOptions {
  readonly events: Pick<EventSource, 'readAll'>;
  /** File of the ledger to build; whatever is there is removed. */
  readonly target: string;
  readonly rules: FoldRules;
  readonly signal: AbortSignal;
  readonly onProgress: (position: Position, head: Position) => void;
}

/** Builds a ledger from the first event to the head of the store. Unless it is rebuilt, no file remains. */
export async function rebuildLedger(options: RebuildOptions): Promise<RebuildOutcome> {
  const ledger = new BulkLedgerWriter(options.target, options.rules);
  try {
    const outcome = await fill(ledger, options);
    await ledger.close();
    if (outcome.kind !== 'rebuilt') removeLedger(options.target);
    return outcome;
  } catch (error) {
    await ledger.close();
    removeLedger(options.target);
    throw error;
  }
}

async function fill(
  ledger: BulkLedgerWriter,
  { events, signal, onProgress }: RebuildOptions,
): Promise<RebuildOutcome> {
  while (!signal.aborted) {
    const page = await events.readAll(ledger.checkpoint.position, PAGE_SIZE);
    if (page.position === ledger.checkpoint.position) {
      await ledger.finish();
      return { kind: 'rebuilt', checkpoint: ledger.checkpoint };
    }
    const { poison } = await ledger.post(page);
    if (poison[0]) return { kind: 'poisoned', poison: poison[0] };
    onProgress(page.position, page.head);
    // Reading and folding never wait, so only here can a request to stop be heard.
    await nextTurn();
  }
  return { kind: 'cancelled' };
}
