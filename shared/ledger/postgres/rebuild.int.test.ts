import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type pg from 'pg';
import { eventually } from '../../../tests/support/eventually.ts';
import { describeWithPostgres } from '../../../tests/support/postgres/describe.ts';
import { dossierBook } from '../../books/dossier/book.ts';
import { dossierId, unitId } from '../../contracts/ids.ts';
import { type RecordedEvent, START } from '../../contracts/stored-event.ts';
import type { EventStore } from '../../event-store/port.ts';
import type { LedgerReader, LedgerWriter } from '../port.ts';
import type { RebuildOutcome } from '../rebuild.ts';
import { at, counts, placed, RULES, type Unplaced, unplaced, ZONE } from '../testing/contract-events.ts';
import { verifyLedger } from '../verify.ts';
import { openPostgresLedgerReader } from './reader.ts';
import { rebuildPostgresLedger } from './rebuild.ts';
import { openPostgresLedgerWriter } from './writer.ts';

function received(number: number): Unplaced {
  const data = {
    dossierId: dossierId(`H19.12-260105-${String(number).padStart(5, '0')}`),
    status: 'received',
    unitId: unitId('H19.12'),
    dueAt: at('2026-01-09'),
  } as const;
  const time = at('2026-01-05 08:00');
  return unplaced({ type: 'dossier.status.v1', time, data }, `received/${number}`, time + number);
}
const many = (count: number, from = 0) => Array.from({ length: count }, (_, index) => received(from + index));

/** Events in memory, read as those of a store are. */
class Events {
  readonly all: RecordedEvent[] = [];
  /** Called before each page. */
  beforePage: () => Promise<void> = async () => {};

  add(events: readonly Unplaced[]): RecordedEvent[] {
    const added = placed(events, this.all.length + 1);
    this.all.push(...added);
    return added;
  }

  readonly readStream: EventStore['readStream'] = async () => [];
  readonly head: EventStore['head'] = async () => this.all.at(-1)?.position ?? START;
  readonly readAll: EventStore['readAll'] = async (after, limit) => {
    await this.beforePage();
    const events = this.all.slice(after, after + limit);
    const head = this.all.at(-1)?.position ?? after;
    return { events, position: events.at(-1)?.position ?? after, head };
  };
}

await describeWithPostgres('a ledger rebuilt on PostgreSQL', (postgres) => {
  let pool: pg.Pool;
  let events: Events;
  let writer: LedgerWriter;
  let reader: LedgerReader;
  beforeEach(async () => {
    pool = await postgres.newPool();
    events = new Events();
    writer = await openPostgresLedgerWriter(pool, RULES);
    reader = openPostgresLedgerReader(pool, ZONE);
  });

  const rebuild = (signal = new AbortController().signal): Promise<RebuildOutcome> =>
    rebuildPostgresLedger({ events, pool, rules: RULES, signal, onProgress: () => {} });
  /** Posts new events as the live projector does. */
  const postNew = async () => {
    const page = await events.readAll(writer.checkpoint.position, 1_000);
    if (page.events.length > 0) await writer.post(page);
  };
  const ledgers = async () => {
    const { rows } = await pool.query("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'ledger\\_%'");
    return rows.map(({ nspname }) => String(nspname));
  };
  const assertVerified = async () => {
    const { ok, checks } = await verifyLedger({ events, ledger: reader, rules: RULES });
    assert.ok(ok, JSON.stringify(checks.filter(({ kind }) => kind === 'failed')));
  };

  for (const count of [0, 1, 400]) {
    it(`of ${count} events is the same ledger in a new generation, and the old one is gone`, async () => {
      events.add(many(count));
      await postNew();
      const before = await reader.checkpoint();
      const outcome = await rebuild();
      assert.equal(outcome.kind, 'rebuilt');
      const after = await reader.checkpoint();
      assert.deepEqual({ ...after, generation: '' }, { ...before, generation: '' });
      assert.notEqual(after.generation, before.generation);
      assert.deepEqual(await counts(reader), count === 0 ? {} : { 'in-progress/timed': count });
      assert.equal((await ledgers()).length, 1);
      await assertVerified();
    });
  }

  it('is the ledger on which the live writer continues', async () => {
    events.add(many(3));
    await postNew();
    await rebuild();
    events.add(many(2, 10));
    await assert.rejects(postNew(), { code: 'ledger-conflict' });
    assert.deepEqual(writer.checkpoint, await reader.checkpoint());
    await postNew();
    assert.deepEqual(await counts(reader), { 'in-progress/timed': 5 });
    await assertVerified();
  });

  it('never shows less than the live ledger, which continues beside it', async () => {
    events.add(many(30));
    let number = 1_000;
    let seen = 0;
    const look = async () => {
      // Two readers run at once, and the later answer may be the earlier state: it must only not precede the state seen before the query.
      const before = seen;
      const { position } = await reader.checkpoint();
      assert.ok(position >= before, `${position} after ${before}`);
      seen = Math.max(seen, position);
    };
    /** As often as rebuilds come between. */
    const postAll = (): Promise<void> =>
      postNew().catch((error) => {
        if (error.code !== 'ledger-conflict') throw error;
        return postAll();
      });
    let isLive = true;
    const live = async () => {
      while (isLive) {
        const [added] = events.add(many(1, number));
        number += 1;
        await postAll();
        assert.ok(added && writer.checkpoint.position >= added.position);
        await look();
      }
    };
    const running = live();
    try {
      for (let round = 1; round <= 4; round += 1) {
        const outcome = await rebuild();
        assert.equal(outcome.kind, 'rebuilt');
        await look();
      }
    } finally {
      isLive = false;
      await running;
    }
    assert.deepEqual(await counts(reader), { 'in-progress/timed': events.all.length });
    await assertVerified();
  });

  it('catches up under the lock with the last posts of the live ledger', async () => {
    events.add(many(5));
    await postNew();
    let looks = 0;
    const source: Pick<EventStore, 'readAll' | 'readStream'> = {
      readStream: events.readStream,
      readAll: async (after, limit) => {
        const page = await events.readAll(after, limit);
        if (page.events.length > 0) return page;
        looks += 1;
        // The rebuild reads the head after the filling and after the indexes; later events are in the live ledger only.
        if (looks === 2) {
          events.add(many(2, 50));
          await postNew();
        }
        return page;
      },
    };
    const { signal } = new AbortController();
    const outcome = await rebuildPostgresLedger({
      events: source,
      pool,
      rules: RULES,
      signal,
      onProgress: () => {},
    });
    assert.equal(looks, 2);
    assert.equal(outcome.kind === 'rebuilt' && outcome.checkpoint.position, 7);
    assert.deepEqual(await counts(reader), { 'in-progress/timed': 7 });
  });

  it('is unchanged when a rebuild is cancelled', async () => {
    events.add(many(3));
    await postNew();
    const { generation } = await reader.checkpoint();
    const stop = new AbortController();
    events.beforePage = async () => stop.abort();
    assert.deepEqual(await rebuild(stop.signal), { kind: 'cancelled' });
    assert.equal((await reader.checkpoint()).generation, generation);
    assert.equal((await ledgers()).length, 1);
  });

  it('is unchanged when the new ledger would lack an event that it has', async () => {
    events.add(many(3));
    await postNew();
    events.add([{ ...received(9), data: '{' }]);
    const { generation } = await reader.checkpoint();
    const outcome = await rebuild();
    assert.equal(outcome.kind === 'poisoned' && outcome.poison.position, 4);
    assert.equal((await reader.checkpoint()).generation, generation);
    assert.equal((await ledgers()).length, 1);
  });

  it('is rebuilt without the events that it had set aside itself, and they are listed as before', async () => {
    events.add([...many(3), { ...received(9), data: '{' }]);
    await postNew();
    const listed = () => reader.snapshot((snapshot) => snapshot.setAsideEvents(START, 10));
    const before = await listed();
    assert.equal((await rebuild()).kind, 'rebuilt');
    assert.deepEqual(await listed(), before);
    assert.equal(before.length, 1);
  });

  it('of another version is replaced in spite of an event that cannot be folded', async () => {
    events.add([...many(3), { ...received(9), data: '{' }]);
    await postNew();
    await pool.query('UPDATE nhip.ledger_in_force SET version = version - 1');
    assert.equal((await rebuild()).kind, 'rebuilt');
    assert.deepEqual(await counts(reader), { 'in-progress/timed': 3 });
  });

  it('is unchanged when a rebuild is interrupted, and the next start removes the leftovers', async () => {
    events.add(many(3));
    await postNew();
    const { generation } = await reader.checkpoint();
    events.beforePage = async () => {
      await pool.query(
        `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database =
           (SELECT oid FROM pg_database WHERE datname = current_database())`,
      );
    };
    await assert.rejects(rebuild(), { code: 'unavailable' });
    assert.equal((await reader.checkpoint()).generation, generation);
    assert.equal((await ledgers()).length, 2, 'the unfinished ledger is still there');
    events.beforePage = async () => {};
    writer = await openPostgresLedgerWriter(pool, RULES);
    assert.equal((await ledgers()).length, 1);
    assert.deepEqual(await counts(reader), { 'in-progress/timed': 3 });
  });

  it('leaves a foreign schema alone, even one named like a ledger', async () => {
    await pool.query('CREATE SCHEMA ledger_2024; CREATE TABLE ledger_2024.account (id integer)');
    events.add(many(3));
    await postNew();
    assert.equal((await rebuild()).kind, 'rebuilt');
    writer = await openPostgresLedgerWriter(pool, RULES);
    assert.deepEqual((await pool.query('SELECT id FROM ledger_2024.account')).rows, []);
    await pool.query('DROP SCHEMA ledger_2024 CASCADE');
  });

  it('is built by one at a time', async () => {
    events.add(many(3));
    let second: Promise<RebuildOutcome> | undefined;
    events.beforePage = async () => {
      if (second) return;
      second = rebuild();
      await assert.rejects(second, { code: 'rebuild-running' });
    };
    assert.equal((await rebuild()).kind, 'rebuilt');
    assert.ok(second);
  });

  it('replaces one of another version, which readers and writers refuse', async () => {
    events.add(many(3));
    await postNew();
    await pool.query('UPDATE nhip.ledger_in_force SET version = 999');
    await assert.rejects(reader.checkpoint(), { code: 'ledger-version' });
    await assert.rejects(openPostgresLedgerWriter(pool, RULES), { code: 'ledger-version' });
    assert.equal((await rebuild()).kind, 'rebuilt');
    assert.deepEqual(await counts(reader), { 'in-progress/timed': 3 });
  });

  describe('while a snapshot reads the old one', () => {
    it('keeps it for that snapshot, and drops it afterwards', async () => {
      events.add(many(3));
      await postNew();
      const before = await reader.checkpoint();
      let rebuilt: Promise<RebuildOutcome> | undefined;
      await reader.snapshot(async (ledger) => {
        rebuilt = rebuild();
        await eventually(async () => (await reader.checkpoint()).generation !== before.generation);
        await eventually(async () => {
          // It has tried to drop the old ledger without waiting: a waiting lock would block the next reader until the snapshot ends.
          const { rows } = await pool.query(
            `SELECT query FROM pg_stat_activity JOIN pg_locks USING (pid)
             WHERE locktype = 'advisory' AND state = 'idle' AND query = 'ROLLBACK'`,
          );
          return rows.length > 0;
        });
        assert.equal(ledger.checkpoint.generation, before.generation);
        const balances = await ledger.balances({
          book: dossierBook,
          from: ZONE.dayOf(at('2026-01-01')),
          to: ZONE.dayOf(at('2026-02-01')),
          filter: {},
          by: [],
        });
        assert.equal(balances.find(({ account }) => account === 'in-progress/timed')?.count, 3);
        assert.equal((await ledgers()).length, 2);
      });
      await rebuilt;
      assert.equal((await ledgers()).length, 1);
    });
  });
});
