import { fromStored } from '../../shared/contracts/event-kind.ts';
import { lossPlace, REMOVAL_TEXT } from '../../shared/contracts/lost-events.ts';
import type { StoredChain } from '../../shared/event-store/chain.ts';
import { eventsOfStream } from '../../shared/event-store/events-of-stream.ts';
import type { RemoteEventStore } from '../../shared/event-store/eventstoredb/store.ts';
import { faultText, verifyChain } from '../../shared/event-store/verify-chain.ts';
import { type Check, checkOf } from '../../shared/ledger/verify.ts';
import { AcceptedLosses, type JudgedLoss } from '../../shared/office/accepted-losses.ts';
import type { LossAcceptance } from '../../shared/office/declared.ts';
import { LOSSES_STREAM, lossAccepted } from '../../shared/office/loss-accepted.v1.ts';
import { chainClaim, NO_CHAIN, SHOWN } from './verify-files.ts';

/** The events of the server against the chain that the projector keeps. Events that it has not read yet are left out. */
export async function checksOfServers(
  events: Pick<RemoteEventStore, 'readAll' | 'readStream' | 'removalOf'>,
  chain: StoredChain,
): Promise<readonly Check[]> {
  const beginning = await chain.beginning();
  if (!beginning) return [checkOf('events: chain', chainClaim(undefined), [NO_CHAIN])];
  const { faults, lost } = await verifyChain({ events, removals: events, chain, kept: 'by-reader' }, SHOWN);
  const accepted = new AcceptedLosses(await Array.fromAsync(acceptances(events)));
  const judged = lost.map((loss) => accepted.judge(loss));
  const open = judged.filter((loss) => loss.open > 0);
  const acceptedEvents = judged.reduce((sum, loss) => sum + loss.events - loss.open, 0);
  return [
    checkOf('events: chain', chainClaim(beginning), faults.map(faultText)),
    checkOf(
      'events: retention',
      `the event store still has every event that was read from it${acceptedEvents > 0 ? `, but ${acceptedEvents} whose loss was accepted` : ''}`,
      open.slice(0, SHOWN).map(lossText),
    ),
  ];
}

async function* acceptances(events: Pick<RemoteEventStore, 'readStream'>): AsyncGenerator<LossAcceptance> {
  for await (const { type, data, recordedAt: knownAt } of eventsOfStream(events, LOSSES_STREAM))
    if (type === lossAccepted.type) yield { ...fromStored(lossAccepted, data).data, knownAt };
}

function lossText({ stream, type, before, open, chained }: JudgedLoss): string {
  const where = chained ? `, at the positions ${chained.first} to ${chained.last}` : '';
  const why = chained ? `: ${REMOVAL_TEXT[chained.removal]}` : '';
  return `${open} ${type} of ${lossPlace(stream, before)}${where}${why}`;
}
