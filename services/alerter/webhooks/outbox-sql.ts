import type { ExpressionBuilder, Kysely } from 'kysely';
import { LONGEST_WAIT } from '../../../shared/alerting/retry.ts';
import type { AlertKey } from '../../../shared/alerting/rule.ts';
import type { Moment } from '../../../shared/kernel/clock.ts';
import { type SqlEngine, storable } from '../../../shared/sql/engine.ts';
import type {
  AfterAttempt,
  AlertMark,
  Attempt,
  Delivery,
  NewDelivery,
  Outbox,
  OutboxCounts,
  Settled,
  Webhook,
} from './outbox.ts';
import type { OutboxTables } from './outbox-schema.ts';

type Database = Kysely<OutboxTables>;

const DELIVERY = [
  'seq',
  'id',
  'webhook',
  'type',
  'body',
  'createdAt',
  'status',
  'round',
  'tries',
  'nextAt',
  'finishedAt',
  'traceparent',
] as const;
const ATTEMPT = ['delivery', 'at', 'ms', 'status', 'error', 'snippet'] as const;

/** What is due later than its longest pause was written by a wrong clock, and is due now. */
const isDue =
  (now: Moment) =>
  ({ eb, or }: ExpressionBuilder<OutboxTables, 'delivery'>) =>
    or([eb('nextAt', '<=', now), eb('nextAt', '>', now + LONGEST_WAIT)]);

/** The outbox in a database, with one source of queries for every engine. */
export class SqlOutbox implements Outbox {
  readonly #engine: SqlEngine<OutboxTables>;

  constructor(engine: SqlEngine<OutboxTables>) {
    this.#engine = engine;
  }

  close(): Promise<void> {
    return this.#engine.close();
  }

  async addWebhook(webhook: Webhook, secret: string): Promise<void> {
    const { id, url, description, filter, enabled, disabledReason, createdAt } = webhook;
    await this.#engine.transaction(async (db) => {
      await db
        .insertInto('webhook')
        .values({
          id,
          url,
          description: storable(description),
          filter: JSON.stringify(filter),
          enabled: Number(enabled),
          disabledReason,
          createdAt,
        })
        .execute();
      await db.insertInto('secret').values({ webhook: id, secret, createdAt }).execute();
    });
  }

  async webhooks(): Promise<readonly Webhook[]> {
    const rows = await this.#engine.run((db) =>
      db.selectFrom('webhook').selectAll().orderBy('createdAt').orderBy('id').execute(),
    );
    return rows.map(toWebhook);
  }

  async webhook(id: string): Promise<Webhook | undefined> {
    const row = await this.#engine.run((db) =>
      db.selectFrom('webhook').selectAll().where('id', '=', storable(id)).executeTakeFirst(),
    );
    return row && toWebhook(row);
  }

  async deleteWebhook(id: string): Promise<boolean> {
    const { numDeletedRows } = await this.#engine.transaction((db) =>
      db.deleteFrom('webhook').where('id', '=', storable(id)).executeTakeFirstOrThrow(),
    );
    return numDeletedRows > 0n;
  }

  async setEnabled(id: string, enabled: boolean): Promise<boolean> {
    const { numUpdatedRows } = await this.#engine.transaction((db) =>
      db
        .updateTable('webhook')
        .set({ enabled: Number(enabled), disabledReason: null })
        .where('id', '=', storable(id))
        .executeTakeFirstOrThrow(),
    );
    return numUpdatedRows > 0n;
  }

  rotateSecret(id: string, secret: string, now: Moment, expiresAt: Moment): Promise<boolean> {
    return this.#engine.transaction(async (db) => {
      const [webhook] = await this.#held(db, [id]);
      if (webhook === undefined) return false;
      await db.deleteFrom('secret').where('webhook', '=', webhook).where('expiresAt', '<=', now).execute();
      await db
        .updateTable('secret')
        .set({ expiresAt })
        .where('webhook', '=', webhook)
        .where('expiresAt', 'is', null)
        .execute();
      await db.insertInto('secret').values({ webhook, secret, createdAt: now }).execute();
      return true;
    });
  }

  async secrets(id: string, now: Moment): Promise<readonly string[]> {
    const rows = await this.#engine.run((db) =>
      db
        .selectFrom('secret')
        .select('secret')
        .where('webhook', '=', id)
        .where(({ eb, or }) => or([eb('expiresAt', 'is', null), eb('expiresAt', '>', now)]))
        .orderBy('rowid', 'desc')
        .execute(),
    );
    return rows.map(({ secret }) => secret);
  }

  async queue(deliveries: readonly NewDelivery[], now: Moment, mark?: AlertMark): Promise<void> {
    await this.#engine.transaction(async (db) => {
      const webhooks = new Set(
        await this.#held(
          db,
          deliveries.map(({ webhook }) => webhook),
        ),
      );
      const rows = deliveries
        .filter(({ webhook }) => webhooks.has(webhook))
        .map((delivery) => newRow(delivery, now));
      if (rows.length > 0) {
        await db
          .insertInto('delivery')
          .values(rows)
          .onConflict((conflict) => conflict.column('id').doNothing())
          .execute();
      }
      if (mark) await noteMark(db, mark);
    });
  }

  async alertKeys(): Promise<readonly AlertKey[]> {
    const rows = await this.#engine.run((db) =>
      db.selectFrom('alert').select('key').orderBy('key').execute(),
    );
    // Only keys of alerts are ever written there.
    return rows.map(({ key }) => key as AlertKey);
  }

  async mark(key: AlertKey): Promise<AlertMark | undefined> {
    const row = await this.#engine.run((db) =>
      db.selectFrom('alert').selectAll().where('key', '=', key).executeTakeFirst(),
    );
    return row && { key, revision: row.revision, state: JSON.parse(row.state), fact: JSON.parse(row.fact) };
  }

  due(webhook: string, now: Moment, limit: number): Promise<readonly Delivery[]> {
    return this.#engine.run((db) =>
      db
        .selectFrom('delivery')
        .select(DELIVERY)
        .where('status', '=', 'pending')
        .where('webhook', '=', webhook)
        .where(isDue(now))
        .orderBy('nextAt')
        .orderBy('seq')
        .limit(limit)
        .execute(),
    );
  }

  claim(id: string, now: Moment, until: Moment): Promise<Delivery | undefined> {
    // One statement: of two that come at once the second finds it no longer due.
    return this.#engine.transaction((db) =>
      db
        .updateTable('delivery')
        .set({ nextAt: until })
        .where('id', '=', id)
        .where('status', '=', 'pending')
        .where(isDue(now))
        .where(({ exists, selectFrom }) =>
          exists(
            selectFrom('webhook')
              .select('webhook.id')
              .whereRef('webhook.id', '=', 'delivery.webhook')
              .where('webhook.enabled', '=', 1),
          ),
        )
        .returning(DELIVERY)
        .executeTakeFirst(),
    );
  }

  settle(delivery: Delivery, attempt: Attempt, after: AfterAttempt): Promise<Settled> {
    const { id, webhook } = delivery;
    return this.#engine.transaction(async (db): Promise<Settled> => {
      if ((await this.#held(db, [webhook])).length === 0) return 'deleted';
      const { error, snippet } = attempt;
      await db
        .insertInto('attempt')
        .values({
          ...attempt,
          delivery: id,
          error: error && storable(error),
          snippet: snippet && storable(snippet),
        })
        .execute();
      const { numUpdatedRows } = await db
        .updateTable('delivery')
        .$if(after.kind === 'retry', (update) => update.set(({ eb }) => ({ tries: eb('tries', '+', 1) })))
        .set(columnsAfter(after, attempt))
        .where('id', '=', id)
        // As it was claimed: a claim that ran out is another's by now.
        .where('status', '=', 'pending')
        .where('round', '=', delivery.round)
        .where('nextAt', '=', delivery.nextAt)
        .executeTakeFirstOrThrow();
      if (after.kind === 'gone') {
        const gone = { enabled: 0, disabledReason: 'gone' };
        await db.updateTable('webhook').set(gone).where('id', '=', webhook).execute();
      }
      return numUpdatedRows > 0n ? 'settled' : 'superseded';
    });
  }

  async replay(id: string, now: Moment): Promise<boolean> {
    const { numUpdatedRows } = await this.#engine.transaction((db) =>
      db
        .updateTable('delivery')
        .set(({ eb }) => ({
          status: 'pending' as const,
          round: eb('round', '+', 1),
          tries: 0,
          nextAt: now,
          finishedAt: null,
        }))
        .where('id', '=', storable(id))
        .where('status', '<>', 'pending')
        .where('told', '=', 1)
        .executeTakeFirstOrThrow(),
    );
    return numUpdatedRows > 0n;
  }

  delivery(id: string): Promise<Delivery | undefined> {
    return this.#engine.run((db) =>
      db.selectFrom('delivery').select(DELIVERY).where('id', '=', storable(id)).executeTakeFirst(),
    );
  }

  deliveries(webhook: string, beforeSeq: number, limit: number): Promise<readonly Delivery[]> {
    return this.#engine.run((db) =>
      db
        .selectFrom('delivery')
        .select(DELIVERY)
        .where('webhook', '=', webhook)
        .where('seq', '<', beforeSeq)
        .orderBy('seq', 'desc')
        .limit(limit)
        .execute(),
    );
  }

  async attempts(deliveries: readonly string[]): Promise<ReadonlyMap<string, readonly Attempt[]>> {
    if (deliveries.length === 0) return new Map();
    const rows = await this.#engine.run((db) =>
      db.selectFrom('attempt').select(ATTEMPT).where('delivery', 'in', deliveries).orderBy('rowid').execute(),
    );
    const byDelivery = new Map<string, Attempt[]>();
    for (const { delivery, ...attempt } of rows) {
      const known = byDelivery.get(delivery);
      if (known) known.push(attempt);
      else byDelivery.set(delivery, [attempt]);
    }
    return byDelivery;
  }

  unreported(limit: number): Promise<readonly Delivery[]> {
    return this.#engine.run((db) =>
      db
        .selectFrom('delivery')
        .select(DELIVERY)
        .where('told', '=', 0)
        .where('status', '<>', 'pending')
        .orderBy('seq')
        .limit(limit)
        .execute(),
    );
  }

  async markReported({ id, round }: Pick<Delivery, 'id' | 'round'>): Promise<void> {
    await this.#engine.transaction((db) =>
      // A later round is not reported yet: this report may be of the round before.
      db.updateTable('delivery').set({ told: 1 }).where('id', '=', id).where('round', '=', round).execute(),
    );
  }

  counts(): Promise<OutboxCounts> {
    return this.#engine.run(async (db) => {
      const { pending } = await db
        .selectFrom('delivery')
        .select(({ fn }) => fn.countAll<number>().as('pending'))
        .where('status', '=', 'pending')
        .executeTakeFirstOrThrow();
      const oldest = await db
        .selectFrom('delivery')
        .innerJoin('webhook', 'webhook.id', 'delivery.webhook')
        .select(({ fn }) => fn.min<number | null>('delivery.createdAt').as('at'))
        .where('status', '=', 'pending')
        .where('enabled', '=', 1)
        .executeTakeFirst();
      return { pending, oldestPendingAt: oldest?.at ?? null };
    });
  }

  /**
   * Those of the webhooks that exist; they cannot be deleted until the transaction ends. First in every transaction that
   * touches more than one table: the deletion of a webhook waits here, not in the middle, where each would wait for the other.
   */
  async #held(db: Database, ids: readonly string[]): Promise<readonly string[]> {
    if (ids.length === 0) return [];
    const rows = await db
      .selectFrom('webhook')
      .select('id')
      .where('id', 'in', [...new Set(ids.map(storable))])
      // SQLite has one writer, which holds everything.
      .$if(this.#engine.kind === 'postgres', (select) => select.forKeyShare())
      .execute();
    return rows.map(({ id }) => id);
  }
}

const newRow = ({ id, webhook, message, traceparent }: NewDelivery, now: Moment) => ({
  id,
  webhook,
  type: message.type,
  body: JSON.stringify(message),
  createdAt: now,
  status: 'pending' as const,
  round: 0,
  tries: 0,
  nextAt: now,
  told: 0,
  traceparent: traceparent ?? null,
});

function columnsAfter(after: AfterAttempt, { at, ms }: Attempt) {
  if (after.kind === 'retry') return { nextAt: after.nextAt };
  const status = after.kind === 'delivered' ? ('delivered' as const) : ('failed' as const);
  return { status, finishedAt: at + ms, told: 0 };
}

async function noteMark(db: Database, { key, revision, state, fact }: AlertMark): Promise<void> {
  const known = { revision, state: JSON.stringify(state), fact: JSON.stringify(fact) };
  await db
    .insertInto('alert')
    .values({ key, ...known })
    .onConflict((conflict) =>
      conflict.column('key').doUpdateSet(known).whereRef('excluded.revision', '>', 'alert.revision'),
    )
    .execute();
}

const toWebhook = ({ filter, enabled, ...row }: OutboxTables['webhook']): Webhook => ({
  ...row,
  filter: JSON.parse(filter),
  enabled: enabled === 1,
});
