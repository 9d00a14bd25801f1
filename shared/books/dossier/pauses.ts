import { sureMoment } from '../../bookkeeping/future.ts';
import { firstMomentOf } from '../../calendar/when.ts';
import type { Zone } from '../../calendar/zone.ts';
import type { Moment } from '../../kernel/clock.ts';
import type { PlacedFact } from './path.ts';

/**
 * When a dossier waited for its applicant, was stopped, and was handed over. Repeated requests while it waits are one; a request
 * is asked again once the supplement came in, or the work went on.
 */
export class Pauses {
  asked: Moment | null = null;
  supplied: Moment | null = null;
  askedAgain: Moment | null = null;
  stopped: Moment | null = null;
  /** The first hand-over. */
  handedOver: Moment | null = null;
  private isWaiting = false;

  /** Follows the next fact, whose use is known. */
  follow({ fact, use }: PlacedFact, zone: Zone): void {
    if (fact.returnedAt !== undefined) this.handedOver ??= firstMomentOf(fact.returnedAt, zone);
    const at = sureMoment(fact.time, fact, zone);
    if (fact.status === 'returned') this.handedOver ??= at;
    if (use === 'ignored') return;
    switch (fact.status) {
      case 'supplement-requested':
        this.ask(at);
        return;
      case 'stopped':
        this.stopped ??= at;
        return;
      case 'received':
      case 'in-progress':
      case 'completed':
      case 'returned':
      case 'withdrawn':
      case 'intake-refused':
        this.goOn(at);
        return;
      case 'registered':
      case 'payment-requested':
      case 'apology':
        return;
    }
  }

  private ask(at: Moment): void {
    if (this.isWaiting) return;
    this.isWaiting = true;
    if (this.asked === null) this.asked = at;
    else this.askedAgain ??= at;
  }

  private goOn(at: Moment): void {
    if (this.isWaiting && this.askedAgain === null) this.supplied = at;
    this.isWaiting = false;
    this.stopped = null;
  }
}
