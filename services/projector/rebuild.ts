import type { FoldRules } from '../../shared/ledger/fold.ts';
import { fill, type MayLack, type Rebuild, type RebuildOutcome } from '../../shared/ledger/rebuild.ts';
import { BulkLedgerWriter, removeLedger } from '../../shared/ledger/sqlite/bulk-writer.ts';

export interface RebuildOptions extends Rebuild {
  /** File of the ledger to build; whatever is there is removed. */
  readonly target: string;
  readonly rules: FoldRules;
  readonly mayLack: MayLack;
}

/** Builds a ledger from the first event to the head of the store. Unless it is rebuilt, no file remains. */
export async function rebuildLedger(options: RebuildOptions): Promise<RebuildOutcome> {
  const ledger = new BulkLedgerWriter(options.target, options.rules);
  try {
    const outcome = await fill(ledger, options, options.mayLack);
    if (outcome.kind === 'filled') await ledger.finish();
    await ledger.close();
    if (outcome.kind === 'filled') return { kind: 'rebuilt', checkpoint: ledger.checkpoint };
    removeLedger(options.target);
    return outcome;
  } catch (error) {
    await ledger.close();
    removeLedger(options.target);
    throw error;
  }
}
