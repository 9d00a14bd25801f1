import { placeDays } from '../../bookkeeping/day-order.ts';
import { isFuture, sureWhen } from '../../bookkeeping/future.ts';
import { type Finding, type Leg, type Side, sideIn } from '../../bookkeeping/leg.ts';
import { byAssertion, compareIds, onceEach, replacedIds } from '../../bookkeeping/replacement.ts';
import { dayOf, firstMomentOf, isDay, type When, whenText } from '../../calendar/when.ts';
import type { Zone } from '../../calendar/zone.ts';
import type { UnitId } from '../../contracts/ids.ts';
import type { Moment } from '../../kernel/clock.ts';
import type { DocumentAccount, DocumentDimensions, DocumentFinding } from './accounts.ts';
import { EXCHANGE_STEPS, type ExchangeStep } from './exchange.v1.ts';
import type { DocumentFact, ExchangeFact, Exemption, RegisteredRecipient, RegisterFact } from './fact.ts';
import { EXCHANGE_CHANNELS, type ExchangeChannel, type Scope } from './registered.v1.ts';

/** A document and one recipient: the counted unit of the exchange measures. */
export interface PairTimeline {
  readonly recipient: UnitId;
  /** At most one: from `unregistered` into the account, on the local day of `issuedAt`. */
  readonly legs: readonly Leg[];
  readonly standing: Side;
  readonly dimensions: DocumentDimensions;
  /** Findings of all moments; {@link notableAt} selects those of one. */
  readonly findings: readonly Finding[];
  readonly scope: Scope | null;
  readonly fromUnit: UnitId | null;
  readonly channel: ExchangeChannel | null;
  readonly issuedAt: When | null;
  readonly graceUntil: Moment | null;
}

/** One event of a document and its effect. */
export interface ClassifiedDocumentFact {
  readonly fact: DocumentFact;
  /** `superseded`: by a later statement of the register. `unregistered`: the register does not list that recipient. */
  readonly use: 'applied' | 'superseded' | 'replaced' | 'unregistered';
}

export interface DocumentTimeline {
  /** The recipients of the register in its order, then those that only the axis reports, by their first step. */
  readonly pairs: readonly PairTimeline[];
  /** Every fact once: the register's statements by assertion, then the steps on the axis, by recipient and moment. */
  readonly classified: readonly ClassifiedDocumentFact[];
}

/**
 * All exchanges of one document, a pure function of the set of its facts. The register's last statement (the greatest
 * `assertedAt`, absent: `time`; then id) decides the recipients, the scope and the channel; the axis only proves steps.
 * @param senders the agencies in the document's ids, for pairs that only the axis reports
 */
export function documentTimeline(
  facts: readonly DocumentFact[],
  zone: Zone,
  senders: ReadonlySet<UnitId> = new Set(),
): DocumentTimeline {
  const classified: ClassifiedDocumentFact[] = [];
  const register = lastStatement(facts, zone, classified);
  const recipients = recipientsOf(register);
  const seen = stepsByRecipient(facts, zone);
  for (const [recipient, steps] of seen) {
    const use = recipients.has(recipient) ? 'applied' : 'unregistered';
    for (const fact of steps.facts) classified.push({ fact, use });
  }
  const pairs: PairTimeline[] = [];
  if (register) {
    for (const recipient of recipients.values()) {
      pairs.push(registeredPair(register, recipient, seen.get(recipient.unit) ?? NO_STEPS, zone));
    }
  }
  for (const [recipient, steps] of seen) {
    if (!recipients.has(recipient)) pairs.push(unregisteredPair(recipient, steps, senders.has(recipient)));
  }
  return { pairs, classified };
}

/** The steps of each recipient, in the order of their first ones. */
export function stepsByRecipient(facts: readonly DocumentFact[], zone: Zone): ReadonlyMap<UnitId, Steps> {
  const seen = new Map<UnitId, ExchangeFact[]>();
  for (const fact of facts) {
    if (!isExchange(fact)) continue;
    const ofRecipient = seen.get(fact.recipient);
    if (ofRecipient) ofRecipient.push(fact);
    else seen.set(fact.recipient, [fact]);
  }
  const steps = [...seen].map(([recipient, of]) => [recipient, Steps.of(of, zone)] as const);
  return new Map(steps.sort(([, one], [, other]) => compareFirst(one, other, zone)));
}

const isRegister = (fact: DocumentFact): fact is RegisterFact => fact.kind === 'register';
export const isExchange = (fact: DocumentFact): fact is ExchangeFact => fact.kind === 'exchange';

export function lastStatement(
  facts: readonly DocumentFact[],
  zone: Zone,
  classified: ClassifiedDocumentFact[] = [],
): RegisterFact | undefined {
  const statements = onceEach(facts.filter(isRegister).sort(byAssertion(zone)));
  const replaced = replacedIds(statements, byAssertion(zone));
  const last = statements.findLast(({ id }) => !replaced.has(id));
  for (const fact of statements) {
    const use = replaced.has(fact.id) ? 'replaced' : 'superseded';
    classified.push({ fact, use: fact === last ? 'applied' : use });
  }
  return last;
}

/** A unit that is listed twice (for example by the axis and on paper) is one exchange: by its most electronic channel. */
export function recipientsOf(register: RegisterFact | undefined): ReadonlyMap<UnitId, RegisteredRecipient> {
  const recipients = new Map<UnitId, RegisteredRecipient>();
  for (const entry of register?.recipients ?? []) {
    const other = recipients.get(entry.unit);
    recipients.set(entry.unit, other ? merged(other, entry) : entry);
  }
  return recipients;
}

function merged(a: RegisteredRecipient, b: RegisteredRecipient): RegisteredRecipient {
  const better = EXCHANGE_CHANNELS.indexOf(a.channel) <= EXCHANGE_CHANNELS.indexOf(b.channel) ? a : b;
  const exemption = [a.exemption, b.exemption].find(isExempt) ?? better.exemption;
  return { unit: a.unit, channel: better.channel, ...(exemption ? { exemption } : {}) };
}

/** By moment, then by the list of steps. */
function compareSteps(a: ExchangeFact, b: ExchangeFact, zone: Zone): number {
  return (
    firstMomentOf(stepAt(a, zone), zone) - firstMomentOf(stepAt(b, zone), zone) ||
    placeOf(a) - placeOf(b) ||
    compareIds(a.id, b.id)
  );
}

/** A step dated in the future counts at its recording: else a sender's wrong clock would decide for a year. */
const stepAt = (fact: ExchangeFact, zone: Zone): When => sureWhen(fact.at, fact, zone);
const placeOf = ({ step }: ExchangeFact): number => EXCHANGE_STEPS.indexOf(step);

/** The order of the steps of one recipient. Steps by day have their places by the same rules as the facts of a dossier. */
function inStepOrder(facts: readonly ExchangeFact[], zone: Zone): readonly ExchangeFact[] {
  const sorted = facts.toSorted((a, b) => compareSteps(a, b, zone));
  const days = sorted.filter((fact) => isDay(stepAt(fact, zone)));
  if (days.length === 0) return sorted;
  const moments = sorted.filter((fact) => !isDay(stepAt(fact, zone)));
  return placeDays(moments, days, {
    dayOf: (fact) => dayOf(stepAt(fact, zone), zone),
    byStage: (one, other) => placeOf(one) - placeOf(other),
    counts: () => true,
  });
}

/**
 * Steps that prove that the recipient has the document. `sent` and `recall-requested` are statements of the sender; a
 * refusal of a recall proves that the document arrived.
 */
const PROOFS: ReadonlySet<ExchangeStep> = new Set([
  'arrived',
  'accepted',
  'assigned',
  'in-progress',
  'completed',
  'change-refused',
]);

type Delivery = 'seen' | 'rejected' | 'not-seen' | 'removed';

/** The steps of one recipient on the axis, in order, and the delivery that they amount to, however late. */
export class Steps {
  readonly facts: ExchangeFact[] = [];
  delivery: Delivery = 'not-seen';
  /** The last one. */
  rejection: ExchangeFact | undefined;
  readonly inFuture: ExchangeFact[] = [];
  private hasDays = false;

  /** @param facts of one recipient, in any order, each any number of times */
  static of(facts: readonly ExchangeFact[], zone: Zone): Steps {
    const steps = new Steps();
    for (const fact of onceEach(inStepOrder(facts, zone))) steps.follow(fact, zone);
    return steps;
  }

  /** The steps with one more, which they do not have. Where it comes last these steps are extended, else ordered anew. */
  with(fact: ExchangeFact, zone: Zone): Steps {
    const last = this.facts.at(-1);
    const isLast =
      !last || (!this.hasDays && !isDay(stepAt(fact, zone)) && compareSteps(last, fact, zone) < 0);
    if (!isLast) return Steps.of([...this.facts, fact], zone);
    this.follow(fact, zone);
    return this;
  }

  private follow(fact: ExchangeFact, zone: Zone): void {
    const { step } = fact;
    this.facts.push(fact);
    this.hasDays ||= isDay(stepAt(fact, zone));
    if (isFuture(fact.at, fact, zone)) this.inFuture.push(fact);
    if (step === 'rejected') this.rejection = fact;
    if (this.delivery === 'removed') return;
    // After a rejection only a new proof counts: it was sent again.
    if (step === 'recall-agreed' || step === 'replaced') this.delivery = 'removed';
    else if (step === 'rejected') this.delivery = 'rejected';
    else if (PROOFS.has(step)) this.delivery = 'seen';
  }
}

export const NO_STEPS = new Steps();

function compareFirst({ facts: [one] }: Steps, { facts: [other] }: Steps, zone: Zone): number {
  return one && other ? compareSteps(one, other, zone) : 0;
}

const isCited = ({ citation }: Exemption): boolean => citation !== undefined && citation.trim() !== '';

const isExempt = (exemption: Exemption | undefined): exemption is Exemption =>
  exemption !== undefined && (exemption.reason === 'classified' || isCited(exemption));

function accountOf(
  { unit, channel, exemption }: RegisteredRecipient,
  fromUnit: UnitId,
  delivery: Delivery,
): DocumentAccount {
  // An exchange needs two agencies, whatever the steps are.
  if (unit === fromUnit) return 'to-itself';
  if (delivery === 'removed') return 'recalled';
  if (isExempt(exemption)) return `exempt/${exemption.reason}`;
  const electronic = channel === 'internal-system' || (channel === 'axis' && delivery === 'seen');
  return electronic ? 'exchanged/electronic' : 'exchanged/not-electronic';
}

export function registeredPair(
  register: RegisterFact,
  recipient: RegisteredRecipient,
  { delivery, rejection, inFuture }: Steps,
  zone: Zone,
): PairTimeline {
  const { unit, channel, exemption } = recipient;
  const { scope, fromUnit, issuedAt, graceUntil, id } = register;
  const account = accountOf(recipient, fromUnit, delivery);
  const awaited = account === 'exchanged/not-electronic' && channel === 'axis';
  const findings: Finding[] = [];
  const find = (code: DocumentFinding, detail: string, event = id) => findings.push({ code, event, detail });
  if (awaited && delivery === 'not-seen') {
    find('claimed-not-seen', 'the register states the axis as channel, but the axis shows no arrival');
  }
  if (awaited && delivery === 'rejected') {
    find('rejected', 'the recipient rejected it, and no later delivery is seen', rejection?.id);
  }
  if (account === 'to-itself') find('to-itself', TO_ITSELF);
  if (isFuture(issuedAt, register, zone)) {
    find('future', `issued ${whenText(issuedAt)}, after it was recorded`);
  }
  for (const { step, id: event } of inFuture) find('future', `${step} is later than its recording`, event);
  if (account !== 'recalled' && exemption && !isExempt(exemption)) {
    find('regulated-without-citation', 'an exemption by regulation needs the instrument that grants it');
  }
  const due = awaited ? graceUntil : null;
  const standing = sideIn(account, due);
  const dimensions: DocumentDimensions = {
    unit: fromUnit,
    channel,
    scope,
    recipient: unit,
  };
  const legs: Leg[] = [{ day: dayOf(issuedAt, zone), from: UNREGISTERED, to: standing, dimensions }];
  return {
    recipient: unit,
    legs,
    standing,
    dimensions,
    findings,
    scope,
    fromUnit,
    channel,
    issuedAt,
    graceUntil,
  };
}

const MISSING: ReadonlySet<string> = new Set(['claimed-not-seen', 'rejected']);

/** The findings of a pair at a moment: while the pair is awaited, nothing is missing yet. */
export const notableAt = (
  now: Moment,
  { findings, graceUntil }: Pick<PairTimeline, 'findings' | 'graceUntil'>,
): readonly Finding[] =>
  graceUntil !== null && graceUntil > now ? findings.filter(({ code }) => !MISSING.has(code)) : findings;

const UNREGISTERED = sideIn('unregistered');

const TO_ITSELF = 'the sender is among its own recipients: no exchange with another';

/** A pair on the axis that is not in the register: listed, never counted. */
export function unregisteredPair(recipient: UnitId, { facts }: Steps, toItself: boolean): PairTimeline {
  const names = [...new Set(facts.map(({ step }) => step))].join(', ');
  const finding: Finding = toItself
    ? { code: 'to-itself', detail: TO_ITSELF }
    : { code: 'unregistered', detail: `the axis reports ${names}; the register does not have it` };
  const event = facts[0]?.id;
  return {
    recipient,
    legs: [],
    standing: UNREGISTERED,
    dimensions: { unit: null, channel: null, scope: null, recipient },
    findings: [event === undefined ? finding : { ...finding, event }],
    scope: null,
    fromUnit: null,
    channel: null,
    issuedAt: null,
    graceUntil: null,
  };
}
