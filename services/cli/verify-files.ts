import type { ChainBeginning, StoredChain } from '../../shared/event-store/chain.ts';
import type { EventStore } from '../../shared/event-store/port.ts';
import { verifyDerived } from '../../shared/event-store/sqlite/verify-file.ts';
import { faultText, verifyChain } from '../../shared/event-store/verify-chain.ts';
import { momentText } from '../../shared/kernel/clock.ts';
import { type Check, checkOf } from '../../shared/ledger/verify.ts';
import { integrityFaults } from '../../shared/sql/sqlite/integrity.ts';

/** A check lists up to this many faults. */
export const SHOWN = 10;
export const NO_CHAIN = 'there is no chain yet: the next start makes it';

export const chainClaim = (beginning: ChainBeginning | undefined): string =>
  beginning === undefined
    ? 'the events are chained'
    : `no event has been altered, removed or inserted since ${momentText(beginning.begunAt)}`;

/** What the files of DATA_DIR hold against themselves: SQLite's own check, the chain, the tables that follow from the events. */
export async function checksOfFiles({
  eventsPath,
  ledgerPath,
  events,
  chain,
}: {
  readonly eventsPath: string;
  readonly ledgerPath: string;
  readonly events: Pick<EventStore, 'readAll'>;
  readonly chain: StoredChain;
}): Promise<readonly Check[]> {
  const beginning = await chain.beginning();
  const { faults } = await verifyChain({ events, chain, kept: 'by-writer' }, SHOWN);
  return [
    checkOf('events.db: file', 'SQLite finds the file whole', integrityFaults(eventsPath, SHOWN)),
    checkOf('ledger.db: file', 'SQLite finds the file whole', integrityFaults(ledgerPath, SHOWN)),
    checkOf(
      'events: chain',
      chainClaim(beginning),
      beginning === undefined ? [NO_CHAIN] : faults.map(faultText),
    ),
    checkOf(
      'events: streams',
      'the tables of streams follow from the events',
      verifyDerived(eventsPath, SHOWN),
    ),
  ];
}
