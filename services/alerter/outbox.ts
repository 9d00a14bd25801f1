import { chmodSync, closeSync, openSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { AlertTransitionedV1 } from '../../shared/alerting/facts.ts';
import type { Message, MessageFilter } from '../../shared/alerting/message.ts';
import type { AlertKey } from '../../shared/alerting/rule.ts';
import type { AlertState } from '../../shared/alerting/state.ts';
import { storeErrorOf } from '../../shared/event-store/sqlite/errors.ts';
import type { Moment } from '../../shared/platform/clock.ts';
import { SCHEMA } from './outbox-schema.ts';

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

export interface NewDelivery {
  readonly id: string;
  readonly webhook: string;
  readonly message: Message;
}

/** An alert as far as its stream has been turned into deliveries. */
export interface AlertMark {
  readonly key: AlertKey;
  /** Of the last event taken. */
  readonly revision: number;
  readonly state: AlertState;
  /** The last transition, for people; null before the first. */
  readonly fact: AlertTransitionedV1 | null;
}

export interface OutboxCounts {
  readonly pending: number;
  readonly delivered: number;
  readonly failed: number;
  /** When the oldest pending message to an enabled webhook was queued; null when there is none. */
  readonly oldestPendingAt: Moment | null;
}

/** Webhooks, what is on its way to them and what became of it: durable, synchronous, for one process. @throws StoreError from each call */
export class Outbox {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  /** @param path of webhooks.db; only its owner may read it, since it holds the secrets. */
  constructor(path: string) {
    // Created before SQLite sees it: the -wal and -shm files take over the mode of the database.
    closeSync(openSync(path, 'a', 0o600));
    chmodSync(path, 0o600);
    this.#db = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: 5000 });
    this.#db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    this.#db.exec(SCHEMA);
  }

  close(): void {
    this.#db.close();
  }

  addWebhook({ id, url, description, filter, createdAt }: Webhook, secret: string): void {
    this.#transaction(() => {
      this.#run(
        'INSERT INTO webhook (id, url, description, filter, enabled, createdAt) VALUES (?, ?, ?, ?, 1, ?)',
        id,
        url,
        description,
        JSON.stringify(filter),
        createdAt,
      );
      this.#run('INSERT INTO secret (webhook, secret, createdAt) VALUES (?, ?, ?)', id, secret, createdAt);
    });
  }

  webhooks(): readonly Webhook[] {
    return this.#all<WebhookRow>('SELECT * FROM webhook ORDER BY createdAt, id').map(toWebhook);
  }

  webhook(id: string): Webhook | undefined {
    return this.#all<WebhookRow>('SELECT * FROM webhook WHERE id = ?', id).map(toWebhook)[0];
  }

  /** With its secrets, deliveries and attempts. @returns false when there is none. */
  deleteWebhook(id: string): boolean {
    return this.#run('DELETE FROM webhook WHERE id = ?', id) > 0;
  }

  /** What is pending for a disabled webhook waits until it is enabled again. */
  setEnabled(id: string, enabled: boolean): void {
    this.#run('UPDATE webhook SET enabled = ?, disabledReason = NULL WHERE id = ?', Number(enabled), id);
  }

  /** Signs with `secret` from now on; the former ones sign beside it until `expiresAt`. */
  rotateSecret(id: string, secret: string, now: Moment, expiresAt: Moment): void {
    this.#transaction(() => {
      this.#run('DELETE FROM secret WHERE webhook = ? AND expiresAt <= ?', id, now);
      this.#run('UPDATE secret SET expiresAt = ? WHERE webhook = ? AND expiresAt IS NULL', expiresAt, id);
      this.#run('INSERT INTO secret (webhook, secret, createdAt) VALUES (?, ?, ?)', id, secret, now);
    });
  }

  /** All that sign now, newest first. */
  secrets(id: string, now: Moment): readonly string[] {
    return this.#all<{ secret: string }>(
      'SELECT secret FROM secret WHERE webhook = ? AND (expiresAt IS NULL OR expiresAt > ?) ORDER BY rowid DESC',
      id,
      now,
    ).map(({ secret }) => secret);
  }

  /** Queues messages, each id once for ever, and notes how far the alert's stream is done, all or nothing. */
  queue(deliveries: readonly NewDelivery[], now: Moment, mark?: AlertMark): void {
    this.#transaction(() => {
      for (const { id, webhook, message } of deliveries) {
        this.#run(
          `INSERT INTO delivery (id, webhook, type, body, createdAt, status, round, tries, nextAt, told)
           VALUES (?, ?, ?, ?, ?, 'pending', 0, 0, ?, 0) ON CONFLICT (id) DO NOTHING`,
          id,
          webhook,
          message.type,
          JSON.stringify(message),
          now,
          now,
        );
      }
      if (mark) {
        this.#run(
          `INSERT INTO alert (key, revision, state, fact) VALUES (?, ?, ?, ?)
           ON CONFLICT (key) DO UPDATE SET revision = excluded.revision, state = excluded.state, fact = excluded.fact
           WHERE excluded.revision > alert.revision`,
          mark.key,
          mark.revision,
          JSON.stringify(mark.state),
          JSON.stringify(mark.fact),
        );
      }
    });
  }

  /** Every alert that ever changed. */
  alertKeys(): readonly AlertKey[] {
    return this.#all<{ key: AlertKey }>('SELECT key FROM alert ORDER BY key').map(({ key }) => key);
  }

  mark(key: AlertKey): AlertMark | undefined {
    const [row] = this.#all<AlertRow>('SELECT revision, state, fact FROM alert WHERE key = ?', key);
    return row && { key, revision: row.revision, state: JSON.parse(row.state), fact: JSON.parse(row.fact) };
  }

  /** Due messages of one webhook, the longest due first. */
  due(webhook: string, now: Moment, limit: number): readonly Delivery[] {
    return this.#all<Delivery>(
      `SELECT * FROM delivery WHERE status = 'pending' AND webhook = ? AND nextAt <= ? ORDER BY nextAt, seq LIMIT ?`,
      webhook,
      now,
      limit,
    );
  }

  /**
   * Takes a due message for one try: it is not due again before `until`. Being a write, it also fails where the try's outcome
   * could not be written, so that a full disk never makes a sender repeat itself. @returns false when it is no longer due.
   */
  claim(id: string, now: Moment, until: Moment): boolean {
    const sql = `UPDATE delivery SET nextAt = ? WHERE id = ? AND status = 'pending' AND nextAt <= ?`;
    return this.#run(sql, until, id, now) > 0;
  }

  /** Logs a try and moves its delivery on. */
  settle({ id, webhook }: Delivery, attempt: Attempt, after: AfterAttempt): void {
    const end = attempt.at + attempt.ms;
    this.#transaction(() => {
      this.#run(
        'INSERT INTO attempt (delivery, at, ms, status, error, snippet) VALUES (?, ?, ?, ?, ?, ?)',
        id,
        attempt.at,
        attempt.ms,
        attempt.status,
        attempt.error,
        attempt.snippet,
      );
      if (after.kind === 'retry') {
        this.#run('UPDATE delivery SET tries = tries + 1, nextAt = ? WHERE id = ?', after.nextAt, id);
        return;
      }
      const status = after.kind === 'delivered' ? 'delivered' : 'failed';
      this.#run('UPDATE delivery SET status = ?, finishedAt = ?, told = 0 WHERE id = ?', status, end, id);
      if (after.kind === 'gone') {
        this.#run("UPDATE webhook SET enabled = 0, disabledReason = 'gone' WHERE id = ?", webhook);
      }
    });
  }

  /** Sends a message again from the first try on, under its old id. @returns false when it is still on its way. */
  replay(id: string, now: Moment): boolean {
    const changed = this.#run(
      `UPDATE delivery SET status = 'pending', round = round + 1, tries = 0, nextAt = ?, finishedAt = NULL
       WHERE id = ? AND status <> 'pending' AND told = 1`,
      now,
      id,
    );
    return changed > 0;
  }

  delivery(id: string): Delivery | undefined {
    return this.#all<Delivery>('SELECT * FROM delivery WHERE id = ?', id)[0];
  }

  /** A page of a webhook's messages, newest first, before `beforeSeq`. */
  deliveries(webhook: string, beforeSeq: number, limit: number): readonly Delivery[] {
    return this.#all<Delivery>(
      'SELECT * FROM delivery WHERE webhook = ? AND seq < ? ORDER BY seq DESC LIMIT ?',
      webhook,
      beforeSeq,
      limit,
    );
  }

  attempts(delivery: string): readonly Attempt[] {
    return this.#all<Attempt>(
      'SELECT at, ms, status, error, snippet FROM attempt WHERE delivery = ? ORDER BY rowid',
      delivery,
    );
  }

  /** Finished deliveries whose outcome is not an event yet. */
  untold(limit: number): readonly Delivery[] {
    return this.#all<Delivery>(
      `SELECT * FROM delivery WHERE told = 0 AND status <> 'pending' ORDER BY seq LIMIT ?`,
      limit,
    );
  }

  markTold(id: string): void {
    this.#run('UPDATE delivery SET told = 1 WHERE id = ?', id);
  }

  counts(): OutboxCounts {
    const counts = { pending: 0, delivered: 0, failed: 0 };
    for (const { status, n } of this.#all<{ status: Delivery['status']; n: number }>(
      'SELECT status, count(*) AS n FROM delivery GROUP BY status',
    )) {
      counts[status] = n;
    }
    const [oldest] = this.#all<{ at: Moment | null }>(
      `SELECT min(delivery.createdAt) AS at FROM delivery JOIN webhook ON webhook.id = delivery.webhook
       WHERE status = 'pending' AND enabled = 1`,
    );
    return { ...counts, oldestPendingAt: oldest?.at ?? null };
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #run(sql: string, ...values: SQLInputValue[]): number {
    return guarded(() => Number(this.#statement(sql).run(...values).changes));
  }

  /** Rows of STRICT tables: the schema vouches for their types. */
  #all<Row>(sql: string, ...values: SQLInputValue[]): Row[] {
    return guarded(() => this.#statement(sql).all(...values) as Row[]);
  }

  #transaction(work: () => void): void {
    try {
      this.#db.exec('BEGIN IMMEDIATE');
      work();
      this.#db.exec('COMMIT');
    } catch (error) {
      // A full disk has rolled back already.
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw storeErrorOf(error);
    }
  }
}

function guarded<Value>(work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    throw storeErrorOf(error);
  }
}

interface WebhookRow extends Omit<Webhook, 'filter' | 'enabled'> {
  readonly filter: string;
  readonly enabled: number;
}
const toWebhook = ({ filter, enabled, ...row }: WebhookRow): Webhook => ({
  ...row,
  filter: JSON.parse(filter),
  enabled: enabled === 1,
});

interface AlertRow {
  readonly revision: number;
  readonly state: string;
  readonly fact: string;
}
