import type { Finding } from '../../bookkeeping/leg.ts';
import { dayOf, firstMomentOf, isDay, whenText } from '../../calendar/when.ts';
import type { Zone } from '../../calendar/zone.ts';
import type { DossierFact } from './fact.ts';
import { DossierPath, isSilent, type PlacedFact, type Use } from './path.ts';

/**
 * Leads one dossier through the statuses of its facts, in their order: decides which fact causes which step of its
 * {@link DossierPath}. A later fact may change earlier steps: a reopening turns the completion into a pause.
 *
 * Where the regulations are silent: after a refusal at intake a dossier is received by a status that would also reopen a
 * completed dossier, or by a certain completion with a known receipt or due date; a withdrawal does not receive a dossier that
 * is known as registered only.
 */
export class DossierWalk {
  readonly path: DossierPath;
  reversions = 0;
  /** The first `received`, if it states the receipt that was already known: a receipt entered late. */
  lateReceipt: PlacedFact | undefined;

  private readonly zone: Zone;
  private readonly facts: readonly PlacedFact[];
  private registered = false;
  private receiptStated = false;
  private handedOver = false;

  /** @param facts all of them, in order. */
  constructor(facts: readonly PlacedFact[], zone: Zone, findings: Finding[]) {
    this.path = new DossierPath(facts, zone, findings);
    this.zone = zone;
    this.facts = facts;
  }

  /** Follows the status of the next fact. @returns its effect */
  follow(item: PlacedFact): Use {
    switch (item.fact.status) {
      case 'registered':
        this.registered = true;
        return 'no-change';
      case 'received': {
        const use = this.work(item, 'in-progress');
        this.receiptStated = true;
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
      case 'apology':
        return 'no-change';
    }
  }

  private work(item: PlacedFact, to: 'in-progress' | 'paused'): Use {
    if (this.isLateReceipt(item.fact)) {
      this.lateReceipt = item;
      if (this.path.phase !== 'paused') return 'no-change';
    }
    switch (this.path.phase) {
      case 'refused-at-intake':
        if (item.fact.defaulted) return this.ignoreDefault(item.fact);
        return this.path.receiveInto(item, to);
      case 'outside':
        return this.path.receiveInto(item, to);
      case 'in-progress':
        return to === 'in-progress' ? 'no-change' : this.path.step(to, item);
      case 'paused':
        if (to === 'paused') return 'no-change';
        return item.fact.defaulted ? this.ignoreDefault(item.fact) : this.path.step(to, item);
      case 'settled':
        return this.reopen(item, to);
      case 'withdrawn':
        return this.path.ignoreAfterEnd(item.fact);
    }
  }

  private stop(item: PlacedFact): Use {
    switch (this.path.phase) {
      case 'outside':
        return this.path.receiveInto(item, 'paused');
      case 'in-progress':
        return this.path.step('paused', item);
      case 'paused':
        return 'no-change';
      default:
        return this.path.ignoreAfterEnd(item.fact);
    }
  }

  private refuse(item: PlacedFact): Use {
    switch (this.path.phase) {
      case 'outside':
        return this.path.step('refused-at-intake', item);
      case 'refused-at-intake':
        return 'no-change';
      case 'in-progress':
      case 'paused':
        return this.path.end(item);
      case 'settled':
        return this.path.proves(item.fact) ? this.path.proveEnd(item) : this.path.ignoreAfterEnd(item.fact);
      case 'withdrawn':
        return this.path.ignoreAfterEnd(item.fact);
    }
  }

  private complete(item: PlacedFact): Use {
    switch (this.path.phase) {
      case 'outside':
        this.path.receive(item);
        return this.path.end(item);
      case 'in-progress':
      case 'paused':
        return this.path.end(item);
      case 'settled':
        return this.path.proves(item.fact) ? this.path.proveEnd(item) : this.repeated(item.fact);
      case 'withdrawn':
        return this.path.endedBeforeWithdrawal(item.fact)
          ? this.path.settle(item)
          : this.path.ignoreAfterEnd(item.fact);
      case 'refused-at-intake':
        return this.overruleRefusal(item);
    }
  }

  /** A certain completion overrules the refusal when the receipt or a due date is known. */
  private overruleRefusal(item: PlacedFact): Use {
    const { fact } = item;
    if (fact.defaulted) return this.ignoreDefault(fact);
    if (fact.timeInferred || !this.isKnown()) return this.path.ignoreAfterEnd(fact);
    this.path.find('refusal-taken-back', fact, 'completed, though it was refused at intake');
    this.path.receive(item);
    return this.path.end(item);
  }

  private isKnown(): boolean {
    if (this.path.stated !== null) return true;
    return this.facts.some(
      (item) => !isSilent(item) && item.fact.dueAt !== undefined && item.fact.dueAt !== null,
    );
  }

  private handOver(item: PlacedFact): Use {
    const phase = this.path.phase;
    // Papers returned at intake are not a result.
    if (phase === 'refused-at-intake') return 'no-change';
    this.handedOver = true;
    const use = this.path.dateByHandOver(item.fact);
    if (phase === 'settled' || phase === 'withdrawn') return use;
    if (phase === 'outside') this.path.receive(item);
    return this.path.settleWithoutProof(item);
  }

  private withdraw(item: PlacedFact): Use {
    switch (this.path.phase) {
      case 'outside':
        // The office has not received the dossier, so it cannot be withdrawn.
        if (this.registered && this.path.stated === null) return 'no-change';
        this.path.receive(item);
        return this.path.close('withdrawn', item);
      case 'in-progress':
      case 'paused':
        return this.path.close('withdrawn', item);
      case 'settled':
        return this.path.ignoreAfterEnd(item.fact);
      default:
        return 'no-change';
    }
  }

  private repeated(fact: DossierFact): Use {
    if (fact.finishedAt !== undefined && fact.finishedAt !== this.path.lastEnd) {
      this.path.find(
        'ignored-after-end',
        fact,
        `states another end, ${whenText(fact.finishedAt)}; the first one holds`,
      );
    }
    return 'ignored';
  }

  private reopen(item: PlacedFact, to: 'in-progress' | 'paused'): Use {
    const { fact } = item;
    if (this.repeatsReceipt(fact)) return 'no-change';
    if (this.handedOver || this.endedOnDayOf(fact)) return this.path.ignoreAfterEnd(fact);
    if (fact.defaulted) return this.ignoreDefault(fact);
    this.path.reopen();
    this.reversions += 1;
    this.path.find('reopened', fact, `${fact.status} after the end of processing`);
    return to === 'in-progress' ? this.path.step(to, item) : 'applied';
  }

  /** A fact without an hour does not prove that it came after an end on the same day. */
  private endedOnDayOf({ time }: DossierFact): boolean {
    const { last } = this.path;
    return isDay(time) && last !== undefined && this.zone.dayOf(last.at) === dayOf(time, this.zone);
  }

  /** The first `received` of a dossier that other facts have received: no step follows, but its due date is the original. */
  private isLateReceipt(fact: DossierFact): boolean {
    return !this.receiptStated && this.statesReceipt(fact);
  }

  /** The receipt itself, after a faulty end that sorts before it, is not a reopening. */
  private repeatsReceipt(fact: DossierFact): boolean {
    return this.statesReceipt(fact) && firstMomentOf(this.path.lastEnd, this.zone) < this.path.received;
  }

  private statesReceipt(fact: DossierFact): boolean {
    return fact.status === 'received' && (fact.receivedAt ?? fact.time) === this.path.receivedAt;
  }

  private ignoreDefault(fact: DossierFact): Use {
    this.path.find(
      'defaulted-status',
      fact,
      `${fact.status} is a default, so it neither resumes nor reopens`,
    );
    return 'ignored';
  }
}
