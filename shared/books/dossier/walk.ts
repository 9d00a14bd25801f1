import { isFuture, sureMoment, sureWhen } from '../../bookkeeping/future.ts';
import type { Finding } from '../../bookkeeping/leg.ts';
import { dayOf, firstMomentOf, isDay, reachOf, type When, whenText } from '../../calendar/when.ts';
import type { Zone } from '../../calendar/zone.ts';
import type { Moment } from '../../kernel/clock.ts';
import type { DossierFinding } from './accounts.ts';
import type { DossierFact } from './fact.ts';

/** Where a dossier is in its life; with its due dates this gives its account. */
export type Phase = 'outside' | 'refused-at-intake' | 'in-progress' | 'paused' | 'settled' | 'withdrawn';

/** A change of phase. */
export interface Step {
  readonly phase: Phase;
  /** Never before that of the step before it. */
  readonly at: Moment;
  readonly by: Taken;
  /** Settled: the end of processing; null when none is believable. */
  readonly end: When | null;
}

/** How one event of a dossier was used. */
export type Use = 'applied' | 'no-change' | 'ignored' | 'replaced' | 'evidence';
export interface Taken {
  readonly fact: DossierFact;
  /** In the order of the facts, from 0. */
  readonly place: number;
  use: Use;
}

/** Whether a fact has no say in where the dossier stands. */
export const isSilent = ({ use }: Taken): boolean => use === 'replaced' || use === 'evidence';

/**
 * Leads one dossier through the statuses of its facts, which must come in their order. What the last word is may change
 * while walking: a completion cuts off what came after its end, a reopening turns the completion into a pause.
 *
 * Where the regulations are silent: after a refusal at intake only what would also reopen a completed dossier takes it in, and a
 * completion that is sure of a dossier that is known; a dossier known only as registered is not received by being withdrawn; a
 * withdrawal does not undo an end that was earlier; an end told after the hand-over decides over it; a moment in the future
 * counts as that of its recording.
 */
export class DossierWalk {
  /** Once it is received the first is the receipt. */
  readonly steps: Step[] = [];
  /** As stated first, else as inferred; null until it is received. */
  receivedAt: When | null = null;
  reversions = 0;
  /** The first `received`, if it states the receipt that was known already: it was entered late. */
  lateReceipt: Taken | undefined;
  /** The last moment that is not after the end; without bound while there is no end that can be believed. */
  closedUntil: Moment = Number.POSITIVE_INFINITY;

  private readonly findings: Finding[];
  private readonly zone: Zone;
  private readonly facts: readonly Taken[];
  private readonly stated: When | null;
  private readonly statedSure: Moment;
  private receiptInferred = false;
  private registered = false;
  private receiptTold = false;
  private handedOver = false;
  /** The first hand-over that states when the processing ended. */
  private datedHandOver: DossierFact | undefined;
  /** Settled by a hand-over, or by an end that nothing dates: one that is proven still decides. */
  private settledWithoutProof = false;
  private lastEnd: When = Number.NaN;

  /** @param facts all of them, in order. */
  constructor(facts: readonly Taken[], zone: Zone, findings: Finding[]) {
    this.findings = findings;
    this.zone = zone;
    this.facts = facts;
    const receipt = facts.find((item) => !isSilent(item) && item.fact.receivedAt !== undefined)?.fact;
    this.stated = receipt?.receivedAt ?? null;
    this.statedSure =
      receipt?.receivedAt === undefined ? Number.NaN : sureMoment(receipt.receivedAt, receipt, zone);
  }

  get last(): Step | undefined {
    return this.steps[this.steps.length - 1];
  }

  /** The step that ended it, if one did and can be believed; always the last. */
  get ending(): Step | undefined {
    return this.closedUntil < Number.POSITIVE_INFINITY ? this.last : undefined;
  }

  get phase(): Phase {
    return this.last?.phase ?? 'outside';
  }

  /** The earliest moment at which it was received; NaN until it is. */
  private get received(): Moment {
    return this.receivedAt === null ? Number.NaN : firstMomentOf(this.receivedAt, this.zone);
  }

  /** Follows the status of the next fact, and says how it was used. */
  take(item: Taken): Use {
    switch (item.fact.status) {
      case 'registered':
        this.registered = true;
        return 'no-change';
      case 'received': {
        const use = this.work(item, 'in-progress');
        this.receiptTold = true;
        return use;
      }
      case 'in-progress':
        return this.work(item, 'in-progress');
      case 'supplement-requested':
      case 'payment-requested':
        return this.work(item, 'paused');
      case 'stopped':
        return this.stop(item);
      case 'intake-refused':
        return this.refuse(item);
      case 'completed':
        return this.complete(item);
      case 'returned':
        return this.handOver(item);
      case 'withdrawn':
        return this.withdraw(item);
    }
  }

  private work(item: Taken, to: 'in-progress' | 'paused'): Use {
    if (this.isLateReceipt(item.fact)) {
      this.lateReceipt = item;
      if (this.phase !== 'paused') return 'no-change';
    }
    switch (this.phase) {
      case 'refused-at-intake':
        if (item.fact.defaulted) return this.heldBack(item.fact);
        return this.receiveInto(item, to);
      case 'outside':
        return this.receiveInto(item, to);
      case 'in-progress':
        return to === 'in-progress' ? 'no-change' : this.step(to, item);
      case 'paused':
        if (to === 'paused') return 'no-change';
        return item.fact.defaulted ? this.heldBack(item.fact) : this.step(to, item);
      case 'settled':
        return this.reopen(item, to);
      case 'withdrawn':
        return this.tooLate(item.fact);
    }
  }

  private stop(item: Taken): Use {
    switch (this.phase) {
      case 'outside':
        return this.receiveInto(item, 'paused');
      case 'in-progress':
        return this.step('paused', item);
      case 'paused':
        return 'no-change';
      default:
        return this.tooLate(item.fact);
    }
  }

  private refuse(item: Taken): Use {
    switch (this.phase) {
      case 'outside':
        return this.step('refused-at-intake', item);
      case 'refused-at-intake':
        return 'no-change';
      case 'in-progress':
      case 'paused':
        return this.end(item);
      case 'settled':
        return this.settledWithoutProof && this.datedBy(item.fact)
          ? this.proveEnd(item)
          : this.tooLate(item.fact);
      case 'withdrawn':
        return this.tooLate(item.fact);
    }
  }

  private complete(item: Taken): Use {
    switch (this.phase) {
      case 'outside':
        this.receive(item);
        return this.end(item);
      case 'in-progress':
      case 'paused':
        return this.end(item);
      case 'settled':
        return this.settledWithoutProof && this.datedBy(item.fact)
          ? this.proveEnd(item)
          : this.repeated(item.fact);
      case 'withdrawn':
        return this.endedBeforeWithdrawal(item.fact) ? this.settle(item) : this.tooLate(item.fact);
      case 'refused-at-intake':
        return this.takeRefusalBack(item);
    }
  }

  /** A completion that is sure, of a dossier of which more is known than the refusal, is believed over it. */
  private takeRefusalBack(item: Taken): Use {
    const { fact } = item;
    if (fact.defaulted) return this.heldBack(fact);
    if (fact.timeInferred || !this.isKnown()) return this.tooLate(fact);
    this.find('refusal-taken-back', fact, 'completed, though it was refused at intake');
    this.receive(item);
    return this.end(item);
  }

  private isKnown(): boolean {
    if (this.stated !== null) return true;
    return this.facts.some(
      (item) => !isSilent(item) && item.fact.dueAt !== undefined && item.fact.dueAt !== null,
    );
  }

  private handOver(item: Taken): Use {
    const phase = this.phase;
    // Papers given back at the door are no result.
    if (phase === 'refused-at-intake') return 'no-change';
    this.handedOver = true;
    if (item.fact.finishedAt !== undefined && !this.datedHandOver) {
      this.datedHandOver = item.fact;
      if (phase === 'settled') return this.redateEnd();
    }
    if (phase === 'settled' || phase === 'withdrawn') return 'no-change';
    if (phase === 'outside') this.receive(item);
    this.settledWithoutProof = true;
    return this.close('settled', item);
  }

  private withdraw(item: Taken): Use {
    switch (this.phase) {
      case 'outside':
        // Nothing was received, so there is nothing to withdraw from the office.
        if (this.registered && this.stated === null) return 'no-change';
        this.receive(item);
        return this.close('withdrawn', item);
      case 'in-progress':
      case 'paused':
        return this.close('withdrawn', item);
      case 'settled':
        return this.tooLate(item.fact);
      default:
        return 'no-change';
    }
  }

  private receiveInto(item: Taken, to: 'in-progress' | 'paused'): Use {
    this.receive(item);
    return to === 'paused' ? this.step(to, item) : 'applied';
  }

  private receive(item: Taken): void {
    const { fact } = item;
    const at = this.stated === null ? sureMoment(fact.time, fact, this.zone) : this.statedSure;
    this.receivedAt = this.stated ?? sureWhen(fact.time, fact, this.zone);
    this.receiptInferred = this.stated === null && fact.status !== 'received';
    if (this.receiptInferred) {
      this.find('receipt-inferred', fact, `first seen as ${fact.status}, no receivedAt is stated`);
    }
    // Received after all it was not refused. No account but the open ones is ever left, so no flow falls below zero.
    const refusal = this.steps.pop();
    if (refusal) refusal.by.use = 'no-change';
    this.steps.push({ phase: 'in-progress', at, by: item, end: null });
  }

  /** Ends the processing; when it ended is never guessed. */
  private end(item: Taken): Use {
    if (this.datedBy(item.fact)) return this.settle(item);
    this.settledWithoutProof = true;
    this.lastEnd = item.fact.time;
    return this.close('settled', item);
  }

  /** Ends the processing where the fact says, unless that cannot be. */
  private settle(item: Taken): Use {
    const dating = this.datedBy(item.fact) ?? item.fact;
    const end = dating.finishedAt ?? dating.time;
    this.lastEnd = end;
    if (isFuture(end, dating, this.zone) || !this.isBelievable(end, item.fact)) {
      this.closedUntil = Number.POSITIVE_INFINITY;
      return this.step('settled', item);
    }
    const reach = reachOf(end, this.zone);
    if (reach < this.received) this.inferReceiptAt(end);
    this.cutAfter(reach);
    this.closedUntil = reach;
    const at = this.notBefore(firstMomentOf(end, this.zone));
    this.steps.push({ phase: 'settled', at, by: item, end });
    return 'applied';
  }

  /** The fact that says when the processing ended: a time that was inferred says nothing. */
  private datedBy(fact: DossierFact): DossierFact | undefined {
    if (fact.finishedAt !== undefined) return fact;
    return this.datedHandOver ?? (fact.timeInferred ? undefined : fact);
  }

  /** The hand-over dates a completion that does not say when it finished. */
  private redateEnd(): Use {
    const by = this.last?.by;
    if (by === undefined || by.fact.status === 'returned' || by.fact.finishedAt !== undefined)
      return 'no-change';
    this.steps.pop();
    this.settledWithoutProof = false;
    this.settle(by);
    return 'applied';
  }

  /** What has ended was received by then, whatever event was seen first. */
  private inferReceiptAt(end: When): void {
    const [receipt] = this.steps;
    if (!receipt) return;
    this.receivedAt = end;
    this.steps[0] = { ...receipt, at: firstMomentOf(end, this.zone) };
  }

  /** Neither in the future nor before a receipt that was told, not inferred. */
  private isBelievable(end: When, fact: DossierFact): boolean {
    if (isFuture(fact.time, fact, this.zone)) return false;
    if (this.receivedAt === null || this.receiptInferred) return true;
    if (reachOf(end, this.zone) >= this.received) return true;
    this.find(
      'finished-before-received',
      fact,
      `ended ${whenText(end)}, received ${whenText(this.receivedAt)}`,
    );
    return false;
  }

  /** What is told later but ended before what was already told: the rest never happened to an open dossier. */
  private cutAfter(reach: Moment): void {
    let last = this.last;
    while (last && last.at > reach && this.steps.length > 1) {
      this.steps.pop();
      last.by.use = this.tooLate(last.by.fact);
      last = this.last;
    }
  }

  private proveEnd(item: Taken): Use {
    const unproven = this.steps.pop();
    if (unproven) unproven.by.use = 'no-change';
    this.settledWithoutProof = false;
    return this.settle(item);
  }

  /** Then it was settled already when it was withdrawn, though that was told first. */
  private endedBeforeWithdrawal(fact: DossierFact): boolean {
    const dating = this.datedBy(fact);
    const end = dating?.finishedAt;
    if (dating === undefined || end === undefined || isFuture(end, dating, this.zone)) return false;
    return reachOf(end, this.zone) < this.closedUntil && this.isBelievable(end, fact);
  }

  private repeated(fact: DossierFact): Use {
    if (fact.finishedAt !== undefined && fact.finishedAt !== this.lastEnd) {
      this.find(
        'ignored-after-end',
        fact,
        `states another end, ${whenText(fact.finishedAt)}; the first one holds`,
      );
    }
    return 'ignored';
  }

  private reopen(item: Taken, to: 'in-progress' | 'paused'): Use {
    const { fact } = item;
    if (this.repeatsReceipt(fact)) return 'no-change';
    if (this.handedOver || this.endedOnDayOf(fact)) return this.tooLate(fact);
    if (fact.defaulted) return this.heldBack(fact);
    const settled = this.steps.pop();
    if (settled) this.steps.push({ ...settled, phase: 'paused', end: null });
    this.closedUntil = Number.POSITIVE_INFINITY;
    this.settledWithoutProof = false;
    this.reversions += 1;
    this.find('reopened', fact, `${fact.status} after the end of processing`);
    return to === 'in-progress' ? this.step(to, item) : 'applied';
  }

  /** Of what is told of a day without an hour nothing says that it came after what ended on that day. */
  private endedOnDayOf({ time }: DossierFact): boolean {
    const { last } = this;
    return isDay(time) && last !== undefined && this.zone.dayOf(last.at) === dayOf(time, this.zone);
  }

  /** The first `received` of a dossier that other facts made received: it moves nothing, but its slip is the slip. */
  private isLateReceipt(fact: DossierFact): boolean {
    return !this.receiptTold && this.statesReceipt(fact);
  }

  /** The receipt itself after a faulty end, which sorts before it, reopens nothing either. */
  private repeatsReceipt(fact: DossierFact): boolean {
    return this.statesReceipt(fact) && firstMomentOf(this.lastEnd, this.zone) < this.received;
  }

  private statesReceipt(fact: DossierFact): boolean {
    return fact.status === 'received' && (fact.receivedAt ?? fact.time) === this.receivedAt;
  }

  private step(phase: Phase, item: Taken): Use {
    const at = this.notBefore(sureMoment(item.fact.time, item.fact, this.zone));
    this.steps.push({ phase, at, by: item, end: null });
    return 'applied';
  }

  private close(phase: 'settled' | 'withdrawn', item: Taken): Use {
    this.closedUntil = this.notBefore(sureMoment(item.fact.time, item.fact, this.zone));
    return this.step(phase, item);
  }

  private notBefore(moment: Moment): Moment {
    return Math.max(moment, this.last?.at ?? moment);
  }

  private tooLate(fact: DossierFact): Use {
    this.find('ignored-after-end', fact, `${fact.status} does not move a dossier that has ended`);
    return 'ignored';
  }

  private heldBack(fact: DossierFact): Use {
    this.find('defaulted-status', fact, `${fact.status} is a default, so it neither resumes nor reopens`);
    return 'ignored';
  }

  private find(code: DossierFinding, fact: DossierFact, detail: string): void {
    this.findings.push({ code, event: fact.id, detail });
  }
}
