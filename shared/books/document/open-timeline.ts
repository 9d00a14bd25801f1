import { sameSide } from '../../bookkeeping/leg-changes.ts';
import type {
  Evaluation,
  Extension,
  KnownFact,
  OpenTimeline,
  Placed,
  Standing,
} from '../../bookkeeping/subject.ts';
import type { Zone } from '../../calendar/zone.ts';
import { agencyIn } from '../../contracts/agency-in-id.ts';
import type { UnitId } from '../../contracts/ids.ts';
import type { DocumentFact, ExchangeFact, RegisteredRecipient, RegisterFact } from './fact.ts';
import {
  isExchange,
  lastStatement,
  NO_STEPS,
  type PairTimeline,
  recipientsOf,
  registeredPair,
  Steps,
  stepsByRecipient,
  unregisteredPair,
} from './timeline.ts';

/** What one pair amounts to, and its places in the lists of the evaluation. */
interface Place {
  readonly atStanding: number;
  readonly standing: Standing;
  /** Undefined for a pair without a leg. */
  readonly atLeg: number | undefined;
}

/**
 * The exchanges of one document, recipient by recipient: a pair depends on the register and on its own steps only, so that a step
 * costs the same for one recipient and for 2,000. A statement of the register is never added: all pairs depend on it.
 */
export class OpenDocument implements OpenTimeline<DocumentFact> {
  readonly opened: Evaluation;
  readonly #zone: Zone;
  readonly #register: RegisterFact | undefined;
  readonly #recipients: ReadonlyMap<UnitId, RegisteredRecipient>;
  /** The agencies in the document's ids. */
  readonly #senders: ReadonlySet<UnitId>;
  readonly #steps: Map<UnitId, Steps>;
  readonly #places = new Map<UnitId, Place>();
  #legs = 0;

  constructor(known: readonly KnownFact<DocumentFact>[], zone: Zone) {
    const facts = known.map(({ fact }) => fact);
    this.#zone = zone;
    this.#register = lastStatement(facts, zone);
    this.#recipients = recipientsOf(this.#register);
    this.#senders = sendersIn(known);
    this.#steps = new Map(stepsByRecipient(facts, zone));
    const recipients = [...new Set([...this.#recipients.keys(), ...this.#steps.keys()])];
    const all = recipients.map((recipient) => this.#put(recipient));
    const bare = <Value>([, value]: Placed<Value>): Value => value;
    this.opened = {
      legs: all.flatMap(({ legs }) => legs.map(bare)),
      standings: all.flatMap(({ standings }) => standings.map(bare)),
    };
  }

  extend({ fact, name }: KnownFact<DocumentFact>): Extension | undefined {
    const sender = agencyIn(name);
    if (!isExchange(fact) || (sender !== undefined && !this.#senders.has(sender))) return undefined;
    this.#follow(fact);
    return this.#put(fact.recipient);
  }

  #follow(fact: ExchangeFact): void {
    const steps = this.#steps.get(fact.recipient) ?? new Steps();
    this.#steps.set(fact.recipient, steps.with(fact, this.#zone));
  }

  /** Evaluates a pair. A pair has its leg, or none, from its first fact on, since only the register gives it one. */
  #put(recipient: UnitId): Extension {
    const pair = this.#pairOf(recipient);
    const standing = standingOf(pair);
    const [leg] = pair.legs;
    const before = this.#places.get(recipient);
    if (before && sameStanding(before.standing, standing)) return UNCHANGED;
    const atStanding = before?.atStanding ?? this.#places.size;
    const atLeg = leg && (before?.atLeg ?? this.#legs++);
    this.#places.set(recipient, { atStanding, standing, atLeg });
    return {
      legs: leg && atLeg !== undefined ? [[atLeg, leg]] : [],
      standings: [[atStanding, standing]],
    };
  }

  #pairOf(recipient: UnitId): PairTimeline {
    const steps = this.#steps.get(recipient) ?? NO_STEPS;
    const registered = this.#recipients.get(recipient);
    return this.#register && registered
      ? registeredPair(this.#register, registered, steps, this.#zone)
      : unregisteredPair(recipient, steps, this.#senders.has(recipient));
  }
}

const UNCHANGED: Extension = { legs: [], standings: [] };

/** The agencies in the ids of a document. */
export const sendersIn = (known: readonly KnownFact<DocumentFact>[]): ReadonlySet<UnitId> =>
  new Set(known.flatMap(({ name }) => agencyIn(name) ?? []));

export const standingOf = ({ dimensions, standing, legs, findings }: PairTimeline): Standing => ({
  dimensions,
  side: standing,
  day: legs.at(-1)?.day ?? null,
  findings,
});

/** For one pair, whose dimensions its register decides. */
const sameStanding = (a: Standing, b: Standing): boolean =>
  a.day === b.day &&
  sameSide(a.side, b.side) &&
  a.findings.length === b.findings.length &&
  a.findings.every(({ code }, index) => code === b.findings[index]?.code);
