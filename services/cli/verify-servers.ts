import type { StoredChain } from '../../shared/event-store/chain.ts';
import type { EventStore } from '../../shared/event-store/port.ts';
import { faultText, verifyChain } from '../../shared/event-store/verify-chain.ts';
import { type Check, checkOf } from '../../shared/ledger/verify.ts';
import { chainClaim, NO_CHAIN, SHOWN } from './verify-files.ts';

/** The events of the server against the chain that the projector keeps. Events that it has not read yet are left out. */
export async function checksOfServers(
  events: Pick<EventStore, 'readAll' | 'readStream'>,
  chain: StoredChain,
): Promise<readonly Check[]> {
  const beginning = await chain.beginning();
  if (!beginning) return [checkOf('events: chain', chainClaim(undefined), [NO_CHAIN])];
  const { faults, lost } = await verifyChain({ events, chain, kept: 'by-reader' }, SHOWN);
  return [
    checkOf('events: chain', chainClaim(beginning), faults.map(faultText)),
    checkOf(
      'events: retention',
      'the event store still has every event that was read from it',
      lost.first ? [`${lost.events} are gone, the first of them: ${faultText(lost.first)}`] : [],
    ),
  ];
}
