import { isFuture, sureMoment, sureWhen } from '../../bookkeeping/future.ts';
import type { Finding } from '../../bookkeeping/leg.ts';
import { firstMomentOf, reachOf, type When, whenText } from '../../calendar/when.ts';
import type { Zone } from '../../calendar/zone.ts';
import type { Moment } from '../../kernel/clock.ts';
import type { DossierFinding } from './accounts.ts';
import type { DossierFact } from './fact.ts';

/** The phase of a dossier's life; together with its due dates it gives the account. */
export type Phase = 'outside' | 'refused-at-intake' | 'in-progress' | 'paused' | 'settled' | 'withdrawn';

/** A change of phase. */
export interface Step {
  readonly phase: Phase;
  /** Never before that of the previous step. */
  readonly at: Moment;
  readonly by: PlacedFact;
  /** Settled: the end of processing; null when no stated end is credible. */
  readonly end: When | null;
}

/** The effect of one event on its dossier. */
export type Use = 'applied' | 'no-change' | 'ignored' | 'replaced' | 'evidence';

/** A fact with its place among the facts of its dossier. */
export interface PlacedFact {
  readonly fact: DossierFact;
  /** The index in the order of the facts, from 0. */
  readonly place: number;
  use: Use;
}

/** Whether a fact has no effect on the dossier. */
export const isSilent = ({ use }: Pick<PlacedFact, 'use'>): boolean =>
  use === 'replaced' || use === 'evidence';

/**
 * The steps of one dossier: its receipt, its changes of phase and its end of processing. Decides the moments of all of them;
 * {@link DossierWalk} decides which fact causes which step. A later fact may change earlier steps: a completion removes the
 * steps after its end.
 *
 * Where the regulations are silent: a withdrawal does not undo an earlier end; an end stated after the hand-over overrides it;
 * a moment in the future counts as that of its recording.
 */
export class DossierPath {
  /** After the receipt, the first step is the receipt. */
  readonly steps: Step[] = [];
  /** The first stated one, else the inferred one; null before the receipt. */
  receivedAt: When | null = null;
  /** The last moment that is not after the end; infinite while there is no credible end. */
  closedUntil: Moment = Number.POSITIVE_INFINITY;
  /** The `receivedAt` that the facts state first, if any does. */
  readonly stated: When | null;
  /** The end of the last settlement, credible or not; NaN before it. */
  lastEnd: When = Number.NaN;

  private readonly findings: Finding[];
  private readonly zone: Zone;
  private readonly statedSure: Moment;
  private receiptInferred = false;
  /** Settled by a hand-over or by an undated end: a proven end still replaces it. */
  private settledWithoutProof = false;
  /** The first hand-over that states the end of processing. */
  private datedHandOver: DossierFact | undefined;

  /** @param facts all of them, in order. */
  constructor(facts: readonly PlacedFact[], zone: Zone, findings: Finding[]) {
    this.findings = findings;
    this.zone = zone;
    const receipt = facts.find((item) => !isSilent(item) && item.fact.receivedAt !== undefined)?.fact;
    this.stated = receipt?.receivedAt ?? null;
    this.statedSure =
      receipt?.receivedAt === undefined ? Number.NaN : sureMoment(receipt.receivedAt, receipt, zone);
  }

  get last(): Step | undefined {
    return this.steps[this.steps.length - 1];
  }

  /** The step with a credible end, if there is one; always the last. */
  get ending(): Step | undefined {
    return this.closedUntil < Number.POSITIVE_INFINITY ? this.last : undefined;
  }

  get phase(): Phase {
    return this.last?.phase ?? 'outside';
  }

  /** The earliest possible moment of the receipt; NaN before the receipt. */
  get received(): Moment {
    return this.receivedAt === null ? Number.NaN : firstMomentOf(this.receivedAt, this.zone);
  }

  receiveInto(item: PlacedFact, to: 'in-progress' | 'paused'): Use {
    this.receive(item);
    return to === 'paused' ? this.step(to, item) : 'applied';
  }

  receive(item: PlacedFact): void {
    const { fact } = item;
    const at = this.stated === null ? sureMoment(fact.time, fact, this.zone) : this.statedSure;
    this.receivedAt = this.stated ?? sureWhen(fact.time, fact, this.zone);
    this.receiptInferred = this.stated === null && fact.status !== 'received';
    if (this.receiptInferred) {
      this.find('receipt-inferred', fact, `first seen as ${fact.status}, no receivedAt is stated`);
    }
    // A receipt voids an earlier refusal. Amounts leave open accounts only, so no flow falls below zero.
    const refusal = this.steps.pop();
    if (refusal) refusal.by.use = 'no-change';
    this.steps.push({ phase: 'in-progress', at, by: item, end: null });
  }

  /** Ends the processing; the end is never guessed. */
  end(item: PlacedFact): Use {
    if (this.datedBy(item.fact)) return this.settle(item);
    this.lastEnd = item.fact.time;
    return this.settleWithoutProof(item);
  }

  /** Settles at the time of the event, until a later fact proves the end. */
  settleWithoutProof(item: PlacedFact): Use {
    this.settledWithoutProof = true;
    return this.close('settled', item);
  }

  /** Whether a fact dates an end that is not proven yet. */
  proves(fact: DossierFact): boolean {
    return this.settledWithoutProof && this.datedBy(fact) !== undefined;
  }

  /** Ends the processing at the stated end, unless that is not credible. */
  settle(item: PlacedFact): Use {
    const dating = this.datedBy(item.fact) ?? item.fact;
    const end = dating.finishedAt ?? dating.time;
    this.lastEnd = end;
    if (isFuture(end, dating, this.zone) || !this.isCredible(end, item.fact)) {
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

  /** The fact that dates the end of processing: an inferred time does not. */
  private datedBy(fact: DossierFact): DossierFact | undefined {
    if (fact.finishedAt !== undefined) return fact;
    return this.datedHandOver ?? (fact.timeInferred ? undefined : fact);
  }

  /** Dates the end of processing by a hand-over that states it; the first one counts. @returns the effect when settled */
  dateByHandOver(fact: DossierFact): Use {
    if (fact.finishedAt === undefined || this.datedHandOver) return 'no-change';
    this.datedHandOver = fact;
    return this.phase === 'settled' ? this.redateEnd() : 'no-change';
  }

  /** Dates a completion without `finishedAt` by the hand-over. */
  private redateEnd(): Use {
    const by = this.last?.by;
    if (by === undefined || by.fact.status === 'returned' || by.fact.finishedAt !== undefined)
      return 'no-change';
    this.steps.pop();
    this.settledWithoutProof = false;
    this.settle(by);
    return 'applied';
  }

  proveEnd(item: PlacedFact): Use {
    const unproven = this.steps.pop();
    if (unproven) unproven.by.use = 'no-change';
    this.settledWithoutProof = false;
    return this.settle(item);
  }

  /** Whether the dossier was already settled at its withdrawal, although the withdrawal arrived first. */
  endedBeforeWithdrawal(fact: DossierFact): boolean {
    const dating = this.datedBy(fact);
    const end = dating?.finishedAt;
    if (dating === undefined || end === undefined || isFuture(end, dating, this.zone)) return false;
    return reachOf(end, this.zone) < this.closedUntil && this.isCredible(end, fact);
  }

  /** Turns the last settlement into a pause. */
  reopen(): void {
    const settled = this.steps.pop();
    if (settled) this.steps.push({ ...settled, phase: 'paused', end: null });
    this.closedUntil = Number.POSITIVE_INFINITY;
    this.settledWithoutProof = false;
  }

  /** A dossier was received by its end at the latest. */
  private inferReceiptAt(end: When): void {
    const [receipt] = this.steps;
    if (!receipt) return;
    this.receivedAt = end;
    this.steps[0] = { ...receipt, at: firstMomentOf(end, this.zone) };
  }

  /** An end is credible when it is neither in the future nor before a stated receipt. */
  private isCredible(end: When, fact: DossierFact): boolean {
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

  /** Removes the steps after an end that arrived later: they did not happen to an open dossier. */
  private cutAfter(reach: Moment): void {
    let last = this.last;
    while (last && last.at > reach && this.steps.length > 1) {
      this.steps.pop();
      last.by.use = this.ignoreAfterEnd(last.by.fact);
      last = this.last;
    }
  }

  step(phase: Phase, item: PlacedFact): Use {
    const at = this.notBefore(sureMoment(item.fact.time, item.fact, this.zone));
    this.steps.push({ phase, at, by: item, end: null });
    return 'applied';
  }

  close(phase: 'settled' | 'withdrawn', item: PlacedFact): Use {
    this.closedUntil = this.notBefore(sureMoment(item.fact.time, item.fact, this.zone));
    return this.step(phase, item);
  }

  private notBefore(moment: Moment): Moment {
    return Math.max(moment, this.last?.at ?? moment);
  }

  ignoreAfterEnd(fact: DossierFact): Use {
    this.find('ignored-after-end', fact, `${fact.status} does not move a dossier that has ended`);
    return 'ignored';
  }

  find(code: DossierFinding, fact: DossierFact, detail: string): void {
    this.findings.push({ code, event: fact.id, detail });
  }
}
