import type { Zone } from '../calendar/zone.ts';
import type { Moment } from '../platform/clock.ts';
import type { DossierFact } from './dossier-fact.ts';
import { lastMomentOf } from './due-date.ts';
import { isFuture, sureMoment } from './future.ts';
import type { Finding, FindingCode } from './leg.ts';

/** Where a dossier is in its life; with its due dates this gives its account. */
export type Phase = 'outside' | 'refused-at-intake' | 'in-progress' | 'paused' | 'settled' | 'withdrawn';

/** A change of phase. */
export interface Step {
  readonly phase: Phase;
  /** Never before that of the step before it. */
  readonly at: Moment;
  /** Which fact made it, by its place in the order. */
  readonly index: number;
  /** Settled: the end of processing; null when none is believable. */
  readonly end: Moment | null;
}

/** How one event of a dossier was used. */
export type Use = 'applied' | 'no-change' | 'ignored' | 'replaced' | 'evidence';
export interface Taken {
  readonly fact: DossierFact;
  use: Use;
}

/** Whether a fact has no say in where the dossier stands. */
export const isSilent = ({ use }: Taken): boolean => use === 'replaced' || use === 'evidence';

/**
 * Leads one dossier through the statuses of its facts, which must come in their order. What the last word is may change
 * while walking: a completion cuts off what came after its end, a reopening turns the completion into a pause.
 */
export class DossierWalk {
  readonly steps: Step[] = [];
  /** As stated first, else as inferred; null until it is received. */
  receivedAt: Moment | null = null;
  reversions = 0;
  /** While settled or withdrawn: the last moment that is not after the end. */
  closedUntil: Moment = Number.POSITIVE_INFINITY;

  private readonly taken: readonly Taken[];
  private readonly findings: Finding[];
  private readonly zone: Zone;
  private readonly stated: Moment | null;
  private readonly statedSure: Moment;
  /** Steps before this one are never cut off: the receipt and what preceded it. */
  private firstAfterReceipt = 0;
  private registered = false;
  private handedOver = false;
  private settledByHandOver = false;
  private lastEnd: Moment = Number.NaN;

  /** @param receipt the fact that first states `receivedAt`, if one does. */
  constructor(taken: readonly Taken[], receipt: DossierFact | undefined, zone: Zone, findings: Finding[]) {
    this.taken = taken;
    this.findings = findings;
    this.zone = zone;
    this.stated = receipt?.receivedAt ?? null;
    this.statedSure =
      receipt?.receivedAt === undefined ? Number.NaN : sureMoment(receipt.receivedAt, receipt);
  }

  get last(): Step | undefined {
    return this.steps[this.steps.length - 1];
  }

  get phase(): Phase {
    return this.last?.phase ?? 'outside';
  }

  take(fact: DossierFact, index: number): Use {
    switch (fact.status) {
      case 'registered':
        this.registered = true;
        return 'no-change';
      case 'received':
      case 'in-progress':
        return this.work(fact, index, 'in-progress');
      case 'supplement-requested':
      case 'payment-requested':
        return this.work(fact, index, 'paused');
      case 'stopped':
        return this.stop(fact, index);
      case 'intake-refused':
        return this.refuse(fact, index);
      case 'completed':
        return this.complete(fact, index);
      case 'returned':
        return this.handOver(fact, index);
      case 'withdrawn':
        return this.withdraw(fact, index);
    }
  }

  private work(fact: DossierFact, index: number, to: 'in-progress' | 'paused'): Use {
    switch (this.phase) {
      case 'refused-at-intake':
        if (fact.defaulted) return this.heldBack(fact);
        return this.receiveInto(fact, index, to);
      case 'outside':
        return this.receiveInto(fact, index, to);
      case 'in-progress':
        return to === 'in-progress' ? 'no-change' : this.step(to, fact, index);
      case 'paused':
        if (to === 'paused') return 'no-change';
        return fact.defaulted ? this.heldBack(fact) : this.step(to, fact, index);
      case 'settled':
        return this.reopen(fact, index, to);
      case 'withdrawn':
        return this.tooLate(fact);
    }
  }

  private stop(fact: DossierFact, index: number): Use {
    switch (this.phase) {
      case 'outside':
        return this.receiveInto(fact, index, 'paused');
      case 'in-progress':
        return this.step('paused', fact, index);
      case 'paused':
        return 'no-change';
      default:
        return this.tooLate(fact);
    }
  }

  private refuse(fact: DossierFact, index: number): Use {
    switch (this.phase) {
      case 'outside':
        return this.step('refused-at-intake', fact, index);
      case 'refused-at-intake':
        return 'no-change';
      case 'in-progress':
      case 'paused':
        return this.settle(fact, index);
      default:
        return this.tooLate(fact);
    }
  }

  private complete(fact: DossierFact, index: number): Use {
    switch (this.phase) {
      case 'outside':
        this.receive(fact, index);
        return this.settle(fact, index);
      case 'in-progress':
      case 'paused':
        return this.settle(fact, index);
      case 'settled':
        return this.settledByHandOver ? this.endBeforeHandOver(fact, index) : this.repeated(fact);
      default:
        return this.tooLate(fact);
    }
  }

  private handOver(fact: DossierFact, index: number): Use {
    const phase = this.phase;
    if (phase === 'refused-at-intake' || phase === 'withdrawn') return 'no-change';
    this.handedOver = true;
    if (phase === 'settled') return 'no-change';
    if (phase === 'outside') this.receive(fact, index);
    this.settledByHandOver = true;
    return this.close('settled', fact, index);
  }

  private withdraw(fact: DossierFact, index: number): Use {
    switch (this.phase) {
      case 'outside':
        // Nothing was received, so there is nothing to withdraw from the office.
        if (this.registered && this.stated === null) return 'no-change';
        this.receive(fact, index);
        return this.close('withdrawn', fact, index);
      case 'in-progress':
      case 'paused':
        return this.close('withdrawn', fact, index);
      case 'settled':
        return this.tooLate(fact);
      default:
        return 'no-change';
    }
  }

  private receiveInto(fact: DossierFact, index: number, to: 'in-progress' | 'paused'): Use {
    this.receive(fact, index);
    return to === 'paused' ? this.step(to, fact, index) : 'applied';
  }

  private receive(fact: DossierFact, index: number): void {
    const sure = this.stated === null ? sureMoment(fact.time, fact) : this.statedSure;
    this.receivedAt = this.stated ?? sure;
    if (this.stated === null && fact.status !== 'received') {
      this.find('receipt-inferred', fact, `first seen as ${fact.status}, no receivedAt is stated`);
    }
    this.steps.push({ phase: 'in-progress', at: this.notBefore(sure), index, end: null });
    this.firstAfterReceipt = this.steps.length;
  }

  /** Ends the processing where the fact says, unless that cannot be. */
  private settle(fact: DossierFact, index: number): Use {
    const end = fact.finishedAt ?? fact.time;
    this.lastEnd = end;
    if (isFuture(fact.time, fact) || isFuture(end, fact)) return this.close('settled', fact, index);
    const reach = lastMomentOf(end, this.zone);
    if (this.receivedAt !== null && reach < this.receivedAt) {
      this.find('finished-before-received', fact, `ended ${shown(end)}, received ${shown(this.receivedAt)}`);
      return this.close('settled', fact, index);
    }
    this.cutAfter(reach);
    this.closedUntil = reach;
    this.steps.push({ phase: 'settled', at: this.notBefore(end), index, end });
    return 'applied';
  }

  /** What is told later but ended before what was already told: the rest never happened to an open dossier. */
  private cutAfter(reach: Moment): void {
    let last = this.last;
    while (last && last.at > reach && this.steps.length > this.firstAfterReceipt) {
      this.steps.pop();
      const cut = this.taken[last.index];
      if (cut) cut.use = this.tooLate(cut.fact);
      last = this.last;
    }
  }

  private endBeforeHandOver(fact: DossierFact, index: number): Use {
    const handOver = this.steps.pop();
    const taken = handOver && this.taken[handOver.index];
    if (taken) taken.use = 'no-change';
    this.settledByHandOver = false;
    return this.settle(fact, index);
  }

  private repeated(fact: DossierFact): Use {
    if (fact.finishedAt !== undefined && fact.finishedAt !== this.lastEnd) {
      this.find(
        'ignored-after-end',
        fact,
        `states another end, ${shown(fact.finishedAt)}; the first one holds`,
      );
    }
    return 'ignored';
  }

  private reopen(fact: DossierFact, index: number, to: 'in-progress' | 'paused'): Use {
    if (this.handedOver) return this.tooLate(fact);
    if (fact.defaulted) return this.heldBack(fact);
    if (this.isReceiptAfterEnd(fact)) return 'no-change';
    const settled = this.steps.pop();
    if (settled) this.steps.push({ ...settled, phase: 'paused', end: null });
    this.closedUntil = Number.POSITIVE_INFINITY;
    this.reversions += 1;
    this.find('reopened', fact, `${fact.status} after the end of processing`);
    return to === 'in-progress' ? this.step(to, fact, index) : 'applied';
  }

  /** An end stated before the receipt sorts before it; the receipt itself does not undo that fault by reopening. */
  private isReceiptAfterEnd(fact: DossierFact): boolean {
    const received = this.receivedAt;
    if (fact.status !== 'received' || received === null) return false;
    return this.lastEnd < received && (fact.receivedAt ?? fact.time) === received;
  }

  private step(phase: Phase, fact: DossierFact, index: number): Use {
    const at = this.notBefore(sureMoment(fact.time, fact));
    this.steps.push({ phase, at, index, end: null });
    return 'applied';
  }

  private close(phase: 'settled' | 'withdrawn', fact: DossierFact, index: number): Use {
    this.closedUntil = this.notBefore(sureMoment(fact.time, fact));
    return this.step(phase, fact, index);
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

  private find(code: FindingCode, fact: DossierFact, detail: string): void {
    this.findings.push({ code, event: fact.id, detail });
  }
}

const shown = (moment: Moment): string => new Date(moment).toISOString();
