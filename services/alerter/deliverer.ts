import { nextTry, parseRetryAfter } from '../../shared/alerting/retry.ts';
import { streamName } from '../../shared/contracts/ids.ts';
import type { EventStore } from '../../shared/event-store/port.ts';
import type { Clock, Moment } from '../../shared/platform/clock.ts';
import type { Log } from '../../shared/platform/log.ts';
import type { AfterAttempt, Attempt, Delivery, Outbox, Webhook } from './outbox.ts';
import { ownEvent } from './own-events.ts';
import type { Answer, Sender } from './sender.ts';
import { signedHeaders } from './signer.ts';

export interface DelivererOptions {
  readonly store: EventStore;
  readonly outbox: Outbox;
  readonly sender: Sender;
  readonly clock: Clock;
  readonly log: Log;
  /** Milliseconds that a try takes at most. */
  readonly sendTimeoutMs: number;
}

/** Each webhook has its own so many sends at a time, so a slow receiver only ever delays itself. */
const SENDS_PER_WEBHOOK = 4;
const TOLD_AT_ONCE = 100;
/** A try that has not ended by so long after its time limit was cut off with its process, and is made again. */
const CLAIM_GRACE_MS = 5_000;

/** Sends what is due, and tells the store of every final outcome. */
export class Deliverer {
  readonly #options: DelivererOptions;
  readonly #sending = new Set<Promise<void>>();
  readonly #sendingTo = new Map<string, number>();
  #telling: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: DelivererOptions) {
    this.#options = options;
  }

  /** Starts every send that is due. Called whenever something was queued, finished, or time has passed. Never throws. */
  pump(): void {
    if (this.#stopped) return;
    try {
      const now = this.#options.clock();
      for (const webhook of this.#options.outbox.webhooks()) {
        if (webhook.enabled) this.#pumpWebhook(webhook, now);
      }
    } catch (error) {
      this.#options.log.error({ err: error }, 'the outbox cannot be used');
    }
  }

  /** Resolves when nothing is being sent or told. */
  async idle(): Promise<void> {
    while (this.#sending.size > 0) await Promise.all(this.#sending);
    await this.#telling;
  }

  /** Breaks off what is under way; it stays pending and goes out again, under its id, after the next start. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#options.sender.close();
    await this.idle();
  }

  /** Appends the outcomes that are not events yet, in order. A store that is away is asked again at the next call. */
  tell(): void {
    this.#telling = this.#telling
      .then(() => this.#tellAll())
      .catch((error) => this.#options.log.warn({ err: error }, 'an outcome could not be recorded yet'));
  }

  #pumpWebhook(webhook: Webhook, now: Moment): void {
    const free = SENDS_PER_WEBHOOK - (this.#sendingTo.get(webhook.id) ?? 0);
    if (free <= 0) return;
    const { outbox, log, sendTimeoutMs } = this.#options;
    for (const delivery of outbox.due(webhook.id, now, free)) {
      if (!outbox.claim(delivery.id, now, now + sendTimeoutMs + CLAIM_GRACE_MS)) continue;
      this.#sendingTo.set(webhook.id, (this.#sendingTo.get(webhook.id) ?? 0) + 1);
      const sent = this.#send(webhook, delivery)
        .catch((error) => log.error({ err: error, delivery: delivery.id }, 'a try could not be logged'))
        .finally(() => {
          this.#sending.delete(sent);
          this.#sendingTo.set(webhook.id, (this.#sendingTo.get(webhook.id) ?? 1) - 1);
          this.pump();
        });
      this.#sending.add(sent);
    }
  }

  async #send(webhook: Webhook, delivery: Delivery): Promise<void> {
    const { outbox, sender, clock, log } = this.#options;
    const at = clock();
    const started = performance.now();
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'nhip-webhooks/1',
      ...signedHeaders(delivery.id, at, delivery.body, outbox.secrets(webhook.id, at)),
    };
    const answer = await sender.post(webhook.url, headers, delivery.body);
    const brokenOff = this.#stopped && answer.kind === 'failed';
    const deleted = outbox.delivery(delivery.id) === undefined;
    if (brokenOff || deleted) return;
    const ms = Math.round(performance.now() - started);
    const after = this.#judge(answer, delivery);
    outbox.settle(delivery, attemptOf(answer, at, ms), after);
    log.info({ webhook: webhook.id, delivery: delivery.id, outcome: after.kind, ms }, 'webhook tried');
    if (after.kind !== 'retry') this.tell();
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

  async #tellAll(): Promise<void> {
    const { outbox } = this.#options;
    for (let page = outbox.untold(TOLD_AT_ONCE); page.length > 0; page = outbox.untold(TOLD_AT_ONCE)) {
      for (const delivery of page) {
        await this.#tellOne(delivery);
        outbox.markTold(delivery.id);
      }
    }
  }

  /** The event's id and content follow from the row, so telling it twice is telling it once. */
  async #tellOne(delivery: Delivery): Promise<void> {
    const { store, outbox, clock } = this.#options;
    const { id, webhook, status, round, type } = delivery;
    const attempts = outbox.attempts(id);
    const last = attempts.at(-1);
    const event = ownEvent(`${id}/${round}`, `webhook.${status}.v1`, {
      delivery: id,
      webhook,
      type,
      round,
      at: delivery.finishedAt,
      attempts: attempts.length,
      httpStatus: last?.status ?? null,
      error: last?.error ?? null,
    });
    await store.append(streamName(`webhook-${webhook}`), 'any', [event], clock());
  }
}

function attemptOf(answer: Answer, at: number, ms: number): Attempt {
  return answer.kind === 'answered'
    ? { at, ms, status: answer.status, error: errorOf(answer.status), snippet: answer.snippet }
    : { at, ms, status: null, error: answer.error, snippet: null };
}

function errorOf(status: number): string | null {
  if (status >= 200 && status < 300) return null;
  return status >= 300 && status < 400 ? 'redirects are refused' : `status ${status}`;
}
