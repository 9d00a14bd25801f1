import type { Knowledge } from '../bookkeeping/balance.ts';
import type { Position } from '../contracts/stored-event.ts';
import type { Clock, Moment } from '../kernel/clock.ts';
import type { Checkpoint } from '../ledger/port.ts';

/** Where an answer stands in time and in the ledger: the same question from here has the same answer. */
export interface Pin {
  /** The moment of the answer: the present, or its `asOf`. */
  readonly now: Moment;
  readonly knownAt: Moment;
  readonly upTo: Position;
}

/** From when a question looks at the ledger. */
export interface AskedMoment {
  /** As known then and with time standing at it; the present when it is left out. */
  readonly asOf?: Moment;
  /** Where an earlier answer stood, for more of the same answer; goes before `asOf`. */
  readonly pinned?: Pin;
}

/** From where the ledger is looked at. */
export interface Standpoint {
  readonly pin: Pin;
  /** The knowledge that a query of the ledger names; none in the present. */
  readonly known: Knowledge;
}

export function standpointOf(
  { position: upTo, knownAt }: Checkpoint,
  { asOf, pinned }: AskedMoment,
  clock: Clock,
): Standpoint {
  if (pinned) return { pin: pinned, known: { knownAt: pinned.knownAt, upTo: pinned.upTo } };
  return asOf === undefined
    ? { pin: { now: clock(), knownAt, upTo }, known: {} }
    : { pin: { now: asOf, knownAt: asOf, upTo }, known: { knownAt: asOf } };
}
