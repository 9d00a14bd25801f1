import type { AlertTransitionedV1 } from '../../../shared/alerting/facts.ts';
import type { Message, MessageFilter } from '../../../shared/alerting/message.ts';
import type { AlertKey } from '../../../shared/alerting/rule.ts';
import type { AlertState } from '../../../shared/alerting/state.ts';
import type { Moment } from '../../../shared/kernel/clock.ts';

export interface Webhook {
  readonly id: string;
  readonly url: string;
  readonly description: string;
  readonly filter: MessageFilter;
  readonly enabled: boolean;
  /** Why it was disabled by the system (`gone`: the receiver answered 410); null otherwise. */
  readonly disabledReason: string | null;
  readonly createdAt: Moment;
}

/** One message on its way to one webhook. */
export interface Delivery {
  readonly seq: number;
  /** The `webhook-id` header. */
  readonly id: string;
  readonly webhook: string;
  readonly type: string;
  readonly body: string;
  readonly createdAt: Moment;
  readonly status: 'pending' | 'delivered' | 'failed';
  /** 0, and one more with each replay. */
  readonly round: number;
  /** Failed tries of this round. */
  readonly tries: number;
  readonly nextAt: Moment;
  readonly finishedAt: Moment | null;
  /** W3C Trace Context of the transition; null where that was not traced. */
  readonly traceparent: string | null;
}

export interface Attempt {
  readonly at: Moment;
  readonly ms: number;
  /** HTTP status; null when there was no answer. */
  readonly status: number | null;
  readonly error: string | null;
  /** The beginning of the answer's body. */
  readonly snippet: string | null;
}

export type AfterAttempt =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'retry'; readonly nextAt: Moment }
  | { readonly kind: 'failed' }
  /** The receiver wants no more of anything. */
  | { readonly kind: 'gone' };

/**
 * The effect of a try's outcome. `superseded`: the claim had run out, or the delivery ended otherwise; the try was logged, and
 * the later state stands. `deleted`: the webhook is gone, and nothing was written.
 */
export type Settled = 'settled' | 'superseded' | 'deleted';

export interface NewDelivery {
  readonly id: string;
  readonly webhook: string;
  readonly message: Message;
  readonly traceparent?: string | undefined;
}

/** An alert as far as its stream has been turned into deliveries. */
export interface AlertMark {
  readonly key: AlertKey;
  /** Of the last event queued. */
  readonly revision: number;
  readonly state: AlertState;
  /** The last transition, for people; null before the first. */
  readonly fact: AlertTransitionedV1 | null;
}

export interface OutboxCounts {
  readonly pending: number;
  /** When the oldest pending message to an enabled webhook was queued; null when there is none. */
  readonly oldestPendingAt: Moment | null;
}

/**
 * Webhooks, their messages and the outcomes: durable when a promise resolves, for several processes where the
 * engine is. Every adapter passes `testing/contract-suite.ts`. @throws StoreError from each call
 */
export interface Outbox {
  addWebhook(webhook: Webhook, secret: string): Promise<void>;
  /** In the order of their registration. */
  webhooks(): Promise<readonly Webhook[]>;
  webhook(id: string): Promise<Webhook | undefined>;
  /** With its secrets, deliveries and attempts. @returns false when there is none. */
  deleteWebhook(id: string): Promise<boolean>;
  /** Pending messages of a disabled webhook wait until it is enabled again. @returns false when there is none. */
  setEnabled(id: string, enabled: boolean): Promise<boolean>;
  /** Signs with `secret` from now on; the former ones sign beside it until `expiresAt`. @returns false when there is none. */
  rotateSecret(id: string, secret: string, now: Moment, expiresAt: Moment): Promise<boolean>;
  /** All that sign now, newest first; none when the webhook is gone. */
  secrets(id: string, now: Moment): Promise<readonly string[]>;
  /**
   * Queues messages, each id once, and notes how far the alert's stream is done, all or nothing. Messages for a webhook
   * that was deleted meanwhile are left out.
   */
  queue(deliveries: readonly NewDelivery[], now: Moment, mark?: AlertMark): Promise<void>;
  /** Every alert that ever changed. */
  alertKeys(): Promise<readonly AlertKey[]>;
  mark(key: AlertKey): Promise<AlertMark | undefined>;
  /** Due messages of one webhook, the longest due first. */
  due(webhook: string, now: Moment, limit: number): Promise<readonly Delivery[]>;
  /**
   * Claims a due message for one try: it is not due again before `until`, for no process. Being a write, it also fails where the
   * try's outcome could not be written, so that a full disk never makes a sender repeat itself.
   * @returns it as claimed; undefined when it is no longer due, or its webhook is disabled or gone.
   */
  claim(id: string, now: Moment, until: Moment): Promise<Delivery | undefined>;
  /** Logs a try and moves its delivery on. @param delivery as {@link claim} gave it */
  settle(delivery: Delivery, attempt: Attempt, after: AfterAttempt): Promise<Settled>;
  /** Sends a message again from the first try on, under its old id. @returns false when it is still on its way. */
  replay(id: string, now: Moment): Promise<boolean>;
  delivery(id: string): Promise<Delivery | undefined>;
  /** A page of a webhook's messages, newest first, before `beforeSeq`. */
  deliveries(webhook: string, beforeSeq: number, limit: number): Promise<readonly Delivery[]>;
  /** The tries of deliveries, by delivery, in the order in which they ended; no entry for one that was never tried. */
  attempts(deliveries: readonly string[]): Promise<ReadonlyMap<string, readonly Attempt[]>>;
  /** Finished deliveries whose outcome is not an event yet. */
  unreported(limit: number): Promise<readonly Delivery[]>;
  /** The outcome of a delivery's round is an event now. */
  markReported(delivery: Pick<Delivery, 'id' | 'round'>): Promise<void>;
  counts(): Promise<OutboxCounts>;
  close(): Promise<void>;
}
