import { nextTry, parseRetryAfter } from '../../../shared/alerting/retry.ts';
import { streamName } from '../../../shared/contracts/ids.ts';
import { ownEvent } from '../../../shared/event-store/own-events.ts';
import type { EventStore } from '../../../shared/event-store/port.ts';
import type { Clock } from '../../../shared/kernel/clock.ts';
import type { Log } from '../../../shared/platform/log.ts';
import { inSpan, traceparentHere } from '../../../shared/platform/tracing.ts';
import type { AfterAttempt, Attempt, Delivery, Outbox, Webhook } from './outbox.ts';
import type { Answer, Sender } from './sender.ts';
import { signedHeaders } from './signer.ts';

/** How a message ended. */
export type Ended = 'delivered' | 'failed';

export interface DelivererOptions {
  readonly store: EventStore;
  readonly outbox: Outbox;
  /** Opens the sender, for the time from a start to a stop. */
  readonly openSender: () => Sender;
  readonly clock: Clock;
  /** While it is not, nothing is sent: a signature with a wrong moment would be refused, and the try be lost. */
  readonly isTimeSure: () => boolean;
  readonly log: Log;
  /** The longest time of one attempt, in milliseconds. */
  readonly sendTimeoutMs: number;
  /** Called when a message has ended, once a round. */
  readonly onEnded: (outcome: Ended) => void;
}

/** Each webhook has its own so many sends at a time, so a slow receiver only ever delays itself. */
const SENDS_PER_WEBHOOK = 4;
const REPORTED_AT_ONCE = 100;
/** A try that has not ended by so long after its time limit was cut off with its process, and is made again. */
const CLAIM_GRACE_MS = 5_000;

/** Sends messages that are due, and records every final outcome in the event store. */
export class Deliverer {
  readonly #options: DelivererOptions;
  /** By delivery: a try that outlasts its claim is still not begun a second time here. */
  readonly #sending = new Map<string, { readonly webhook: string; readonly sent: Promise<void> }>();
  /** One at a time, so that two never count the same free places. */
  #pumping: Promise<void> | undefined;
  /** Asked again since the round under way began. */
  #again = false;
  #reporting: Promise<void> = Promise.resolve();
  /** Undefined while nothing is to be sent. */
  #sender: Sender | undefined;

  constructor(options: DelivererOptions) {
    this.#options = options;
  }

  /** From now on due messages are sent. */
  start(): void {
    this.#sender ??= this.#options.openSender();
    this.pump();
  }

  /** Starts every send that is due, soon. Called whenever something was queued, finished, or time has passed. Never throws. */
  pump(): void {
    if (!this.#sender || !this.#options.isTimeSure()) return;
    this.#again = true;
    this.#pumping ??= this.#pumpWhileAsked().finally(() => {
      this.#pumping = undefined;
      // Asked after the last round had ended.
      if (this.#again) this.pump();
    });
  }

  /** Resolves when no message is being started, sent or reported. */
  async idle(): Promise<void> {
    while (this.#pumping || this.#sending.size > 0) {
      await Promise.all([this.#pumping, ...[...this.#sending.values()].map(({ sent }) => sent)]);
    }
    await this.#reporting;
  }

  /** Aborts the requests under way; each message stays pending and goes out again, under its id, after the next start. */
  async stop(): Promise<void> {
    const sender = this.#sender;
    this.#sender = undefined;
    sender?.close();
    await this.idle();
  }

  /** Appends the outcomes that are not events yet, in order. An unreachable store is tried again at the next call. */
  report(): void {
    this.#reporting = this.#reporting
      .then(() => this.#reportAll())
      .catch((error) => this.#options.log.warn({ err: error }, 'webhooks: outcome not recorded yet'));
  }

  async #pumpWhileAsked(): Promise<void> {
    try {
      while (this.#again && this.#sender) {
        this.#again = false;
        for (const webhook of await this.#options.outbox.webhooks()) {
          if (webhook.enabled) await this.#pumpWebhook(webhook);
        }
      }
    } catch (error) {
      this.#again = false;
      this.#options.log.error({ err: error }, 'webhooks: outbox unreachable');
    }
  }

  async #pumpWebhook(webhook: Webhook): Promise<void> {
    const { outbox, clock, sendTimeoutMs } = this.#options;
    const sendingHere = [...this.#sending.values()].filter((one) => one.webhook === webhook.id).length;
    const free = SENDS_PER_WEBHOOK - sendingHere;
    if (free <= 0) return;
    // So many that messages under way, if their claims have expired, do not displace others.
    const due = await outbox.due(webhook.id, clock(), SENDS_PER_WEBHOOK);
    for (const { id } of due.filter((one) => !this.#sending.has(one.id)).slice(0, free)) {
      const sender = this.#sender;
      if (!sender) return;
      const now = clock();
      const delivery = await outbox.claim(id, now, now + sendTimeoutMs + CLAIM_GRACE_MS);
      if (delivery) this.#begin(sender, webhook, delivery);
    }
  }

  #begin(sender: Sender, webhook: Webhook, delivery: Delivery): void {
    const { log } = this.#options;
    const sent = this.#send(sender, webhook, delivery)
      .catch((error) => log.error({ err: error, delivery: delivery.id }, 'webhooks: attempt not recorded'))
      .finally(() => {
        this.#sending.delete(delivery.id);
        this.pump();
      });
    this.#sending.set(delivery.id, { webhook: webhook.id, sent });
  }

  async #send(sender: Sender, webhook: Webhook, delivery: Delivery): Promise<void> {
    const { outbox, clock, log } = this.#options;
    const at = clock();
    const secrets = await outbox.secrets(webhook.id, at);
    // Deleted since it was claimed: there is no secret to sign with.
    if (secrets.length === 0) return;
    const started = performance.now();
    const signed = signedHeaders(delivery.id, at, delivery.body, secrets);
    const answer = await post(sender, webhook, delivery, signed);
    const brokenOff = this.#sender !== sender && answer.kind === 'failed';
    if (brokenOff) return;
    const ms = Math.round(performance.now() - started);
    const after = this.#judge(answer, delivery);
    const settled = await outbox.settle(delivery, attemptOf(answer, at, ms), after);
    if (settled === 'deleted') return;
    log.info(
      { webhook: webhook.id, delivery: delivery.id, outcome: after.kind, settled, ms },
      'webhooks: message sent',
    );
    if (after.kind === 'retry') return;
    if (settled === 'settled') this.#options.onEnded(after.kind === 'delivered' ? 'delivered' : 'failed');
    this.report();
  }

  #judge(answer: Answer, { tries }: Delivery): AfterAttempt {
    const { clock } = this.#options;
    if (answer.kind === 'answered' && answer.status >= 200 && answer.status < 300)
      return { kind: 'delivered' };
    if (answer.kind === 'answered' && answer.status === 410) return { kind: 'gone' };
    const busy = answer.kind === 'answered' && (answer.status === 429 || answer.status === 503);
    const wait = busy ? parseRetryAfter(answer.retryAfter, clock()) : null;
    const nextAt = nextTry(tries + 1, clock(), wait, Math.random());
    return nextAt === null ? { kind: 'failed' } : { kind: 'retry', nextAt };
  }

  async #reportAll(): Promise<void> {
    const { outbox } = this.#options;
    for (;;) {
      const page = await outbox.unreported(REPORTED_AT_ONCE);
      const attempts = await outbox.attempts(page.map(({ id }) => id));
      for (const delivery of page) {
        const tries = attempts.get(delivery.id);
        // A finished message has been tried, unless its webhook was deleted meanwhile.
        if (tries) await this.#reportOne(delivery, tries);
        await outbox.markReported(delivery);
      }
      if (page.length < REPORTED_AT_ONCE) return;
    }
  }

  /** The event's id and content follow from the row, so reporting it twice has the effect of once. */
  async #reportOne(delivery: Delivery, attempts: readonly Attempt[]): Promise<void> {
    const { store, clock } = this.#options;
    const { id, webhook, status, round, type, finishedAt } = delivery;
    const last = attempts.at(-1);
    const event = ownEvent(`${id}/${round}`, `webhook.${status}.v1`, {
      delivery: id,
      webhook,
      type,
      round,
      at: finishedAt,
      attempts: attempts.length,
      httpStatus: last?.status ?? null,
      error: last?.error ?? null,
    });
    await store.append(streamName(`webhook-${webhook}`), 'any', [event], clock());
  }
}

/** One attempt, within the trace of the alert; the receiver gets its traceparent too. */
function post(
  sender: Sender,
  webhook: Webhook,
  { id, body, round, tries, traceparent }: Delivery,
  signed: Readonly<Record<string, string>>,
): Promise<Answer> {
  const attributes = {
    'nhip.webhook': webhook.id,
    'nhip.delivery': id,
    'nhip.round': round,
    'nhip.tries': tries,
  };
  return inSpan('webhook.send', { attributes, parent: traceparent ?? undefined }, async (span) => {
    const here = traceparentHere();
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'nhip-webhooks/1',
      ...signed,
      ...(here !== undefined && { traceparent: here }),
    };
    const answer = await sender.post(webhook.url, headers, body);
    if (answer.kind === 'answered') span.setAttribute('http.response.status_code', answer.status);
    else span.setAttribute('error.type', 'no-answer');
    return answer;
  });
}

function attemptOf(answer: Answer, at: number, ms: number): Attempt {
  return answer.kind === 'answered'
    ? { at, ms, status: answer.status, error: errorOf(answer.status), snippet: answer.snippet }
    : { at, ms, status: null, error: answer.error, snippet: null };
}

/** RFC 9110 §15.4; the other answers 3xx lead nowhere. */
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

function errorOf(status: number): string | null {
  if (status >= 200 && status < 300) return null;
  return REDIRECTS.has(status) ? 'redirects are refused' : `status ${status}`;
}
