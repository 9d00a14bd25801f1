import type { When } from '../../calendar/when.ts';
import type { EventId, UnitId } from '../../contracts/ids.ts';
import type { Moment } from '../../kernel/clock.ts';
import type { ExchangeStep } from './exchange.v1.ts';
import type { ExchangeChannel, Scope } from './registered.v1.ts';

/** The fact of one event about an outgoing document, as far as the ledger needs it: from the register or the axis. */
export type DocumentFact = RegisterFact | ExchangeFact;

/** The fact of one `document.registered.v1` event. */
export interface RegisterFact {
  readonly kind: 'register';
  readonly id: EventId;
  readonly recordedAt: Moment;
  readonly time: When;
  readonly assertedAt?: When;
  readonly corrects?: EventId;
  readonly scope: Scope;
  readonly fromUnit: UnitId;
  readonly issuedAt: When;
  /** Two working hours after `issuedAt`, by the calendar known with the event. */
  readonly graceUntil: Moment;
  readonly recipients: readonly RegisteredRecipient[];
}

export interface RegisteredRecipient {
  readonly unit: UnitId;
  readonly channel: ExchangeChannel;
  readonly exemption?: Exemption;
}

/** Why an exchange may bypass the axis: văn bản mật, or quy định cụ thể của cấp có thẩm quyền, which must be cited. */
export interface Exemption {
  readonly reason: 'classified' | 'regulated';
  readonly citation?: string;
}

/** The fact of one `document.exchange.v1` event. */
export interface ExchangeFact {
  readonly kind: 'exchange';
  readonly id: EventId;
  readonly recordedAt: Moment;
  readonly time: When;
  readonly recipient: UnitId;
  readonly step: ExchangeStep;
  readonly at: When;
  readonly timeInferred?: true;
}
