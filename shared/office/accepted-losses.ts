import type { StreamName } from '../contracts/ids.ts';
import type { LostEvents } from '../contracts/lost-events.ts';
import type { LossAcceptance } from './declared.ts';

/** An acceptance as it concerns one stream. */
export interface AcceptedLoss extends Pick<LossAcceptance, 'reason' | 'knownAt'> {
  /** It covers the events with a revision below. */
  readonly before: number;
}

/** A loss, and what of it a person has accepted. */
export interface JudgedLoss extends LostEvents {
  /** How many of its events are lost without an acceptance. */
  readonly open: number;
  /** The one that covers the most of it; null where none covers any. */
  readonly acceptance: AcceptedLoss | null;
}

/** Which losses people have accepted, as known at a moment. */
export class AcceptedLosses {
  readonly #byStream = new Map<StreamName, AcceptedLoss>();

  constructor(acceptances: readonly LossAcceptance[]) {
    for (const { losses, reason, knownAt } of acceptances.toSorted((a, b) => a.knownAt - b.knownAt)) {
      for (const { stream, before } of losses) {
        if (before <= (this.#byStream.get(stream)?.before ?? 0)) continue;
        this.#byStream.set(stream, { before, reason, knownAt });
      }
    }
  }

  judge(loss: LostEvents): JudgedLoss {
    const acceptance = (loss.stream && this.#byStream.get(loss.stream)) ?? null;
    // Revisions have no gaps: so many at most are beyond what was accepted.
    const beyond = acceptance ? Math.max(0, loss.before - acceptance.before) : loss.events;
    return { ...loss, open: Math.min(loss.events, beyond), acceptance };
  }
}

/**
 * What is lost, each event once: a stream that the ledger found to begin late may have been chained before. The ledger knows how many are
 * gone, the chain which.
 */
export function lossesTogether(
  byLedger: readonly LostEvents[],
  byChain: readonly LostEvents[],
): readonly LostEvents[] {
  if (byChain.length === 0) return byLedger;
  const chained = new Map<StreamName, number>();
  for (const { stream, events } of byChain)
    if (stream !== null) chained.set(stream, (chained.get(stream) ?? 0) + events);
  const isMore = ({ stream, events }: LostEvents) =>
    events > (stream === null ? 0 : (chained.get(stream) ?? 0));
  const more = byLedger.filter(isMore);
  const instead = new Set(more.map(({ stream }) => stream).filter((stream) => stream !== null));
  return [...more, ...byChain.filter(({ stream }) => stream === null || !instead.has(stream))];
}
