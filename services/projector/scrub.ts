import { LossTally, type LostEvents, type RemovalSource } from '../../shared/contracts/lost-events.ts';
import type { StoredChain } from '../../shared/event-store/chain.ts';
import type { EventStore } from '../../shared/event-store/port.ts';
import type { ScrubReport } from '../../shared/event-store/scrub-report.ts';
import { ChainWalk, faultText } from '../../shared/event-store/verify-chain.ts';
import type { Clock } from '../../shared/kernel/clock.ts';
import { ledgerFaults } from '../../shared/ledger/ledger-faults.ts';
import type { LedgerReader } from '../../shared/ledger/port.ts';
import type { BookRegistry } from '../../shared/ledger/registry.ts';
import { wait } from '../../shared/platform/wait.ts';
import type { ScrubFinding } from '../../shared/production/scrub-finding.ts';
import { storeErrorOf } from '../../shared/sql/postgres/errors.ts';

export interface ScrubbedParts {
  readonly events: Pick<EventStore, 'readAll' | 'readStream'>;
  readonly removals: RemovalSource;
  readonly chain: StoredChain;
  readonly ledger: Pick<LedgerReader, 'snapshot'>;
  readonly books: BookRegistry;
  readonly report: ScrubReport;
  /** For the other processes. */
  readonly save: (finding: ScrubFinding) => Promise<void>;
  readonly clock: Clock;
  /** Pause after a page of 1,000 events. */
  readonly pageMs: number;
  /** Pause between two comparisons of all. */
  readonly restMs: number;
}

const SHOWN = 10;
/** After a comparison that was broken off: a server was away. */
const AGAIN_MS = 10_000;

/** Compares the events with their chain and the sums with the journal, slowly, again and again, until the signal aborts. */
export async function scrub(parts: ScrubbedParts, signal: AbortSignal): Promise<void> {
  let lost: readonly LostEvents[] = [];
  while (!signal.aborted) {
    const isComplete = await compareAll(parts, signal, (now) => {
      lost = now;
    });
    if (isComplete) parts.report.complete(parts.clock());
    // What cannot be written now is written after the next comparison.
    await parts.save({ fault: parts.report.first, lost }).catch(() => {});
    await wait(isComplete ? parts.restMs : AGAIN_MS, signal);
  }
}

/** @returns false when a server was away, or the signal aborted: what was not compared may still hide something */
async function compareAll(
  parts: ScrubbedParts,
  signal: AbortSignal,
  onLost: (lost: readonly LostEvents[]) => void,
): Promise<boolean> {
  parts.report.begin();
  try {
    if (!(await compareEvents(parts, signal, onLost))) return false;
    for (const text of await ledgerFaults(parts.ledger, parts.books, SHOWN, { pageMs: parts.pageMs, signal }))
      parts.report.fault(`ledger: ${text}`);
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    const { code, message } = storeErrorOf(error);
    if (code === 'corrupt') {
      parts.report.fault(message);
      return true;
    }
    parts.report.brokenOff(error);
    return false;
  }
}

async function compareEvents(
  { events, removals, chain, report, save, pageMs }: ScrubbedParts,
  signal: AbortSignal,
  onLost: (lost: readonly LostEvents[]) => void,
): Promise<boolean> {
  const walk = new ChainWalk({ events, removals, chain, kept: 'by-reader' });
  const lost = new LossTally();
  while (!signal.aborted) {
    const { position, faults, isEnd } = await walk.step();
    for (const fault of faults) {
      if (fault.kind === 'lost') lost.add(fault);
      else report.fault(faultText(fault));
    }
    report.compared(position);
    if (faults.length > 0) await save({ fault: report.first, lost: lost.all });
    if (isEnd) {
      report.lost(lost.events);
      onLost(lost.all);
      return true;
    }
    await wait(pageMs, signal);
  }
  return false;
}
