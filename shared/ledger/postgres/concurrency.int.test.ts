import assert from 'node:assert/strict';
import { beforeEach, it } from 'node:test';
import type pg from 'pg';
import { eventually } from '../../../tests/support/eventually.ts';
import { describeWithOwnPostgres } from '../../../tests/support/postgres/describe.ts';
import { dossierBook } from '../../books/dossier/book.ts';
import { dossierId, unitId } from '../../contracts/ids.ts';
import type { Position } from '../../contracts/stored-event.ts';
import { LedgerConflict, type LedgerSnapshot, type LedgerWriter } from '../port.ts';
import {
  ALL_DAYS,
  at,
  counts,
  placed,
  RULES,
  type Unplaced,
  unplaced,
  ZONE,
} from '../testing/contract-events.ts';
import { verifyLedger } from '../verify.ts';
import { openPostgresLedgerReader } from './reader.ts';
import { openPostgresLedgerWriter } from './writer.ts';

const DOSSIERS = 300;
const PAGE = 7;
const READERS = 8;

/** Each dossier is received, and later completed in time. */
const EVENTS = placed(
  (['received', 'completed'] as const).flatMap((status) =>
    Array.from({ length: DOSSIERS }, (_, index): Unplaced => {
      const id = `H19.12-260105-${String(index).padStart(5, '0')}`;
      const time = at(status === 'received' ? '2026-01-05 08:00' : '2026-01-08 08:00') + index;
      const unit = unitId(`H19.${10 + (index % 5)}`);
      const data = { dossierId: dossierId(id), status, unitId: unit, dueAt: at('2026-01-09') };
      return unplaced({ type: 'dossier.status.v1', time, data }, `${id}/${status}`, time);
    }),
  ),
);
const SETTLED = { 'settled/early': DOSSIERS };
const readAll = async (after: number, limit: number) => {
  const events = EVENTS.slice(after, after + limit);
  const head = EVENTS.at(-1)?.position ?? (after as never);
  return { events, position: events.at(-1)?.position ?? head, head };
};

await describeWithOwnPostgres('a ledger on PostgreSQL in use by many', (postgres) => {
  let pool: pg.Pool;
  beforeEach(async () => {
    pool = await postgres.newPool(READERS + 4);
  });

  /** Posts page after page until all are posted; steps back for other writers as a projector does. @returns how many pages it posted */
  async function postAll(writer: LedgerWriter): Promise<number> {
    let own = 0;
    while (writer.checkpoint.position < EVENTS.length) {
      try {
        await writer.post(await readAll(writer.checkpoint.position, PAGE));
        own += 1;
      } catch (error) {
        if (!(error instanceof LedgerConflict)) throw error;
      }
    }
    return own;
  }
  const assertVerified = async () => {
    const ledger = openPostgresLedgerReader(pool, ZONE);
    assert.deepEqual(await counts(ledger), SETTLED);
    const { ok, checks } = await verifyLedger({
      events: { readAll, head: async () => EVENTS.length as Position },
      ledger,
      rules: RULES,
    });
    assert.ok(ok, JSON.stringify(checks.filter(({ kind }) => kind === 'failed')));
    const { rows } = await pool.query('SELECT count(*) FROM ledger_1.balance WHERE count = 0');
    assert.equal(rows[0]?.count, 0, 'a sum of 0 has no row');
  };

  it('posts every page once from writers that collide', async () => {
    const writers = await Promise.all(Array.from({ length: 4 }, () => openPostgresLedgerWriter(pool, RULES)));
    const own = await Promise.all(writers.map(postAll));
    const posted = own.reduce((sum, each) => sum + each, 0);
    assert.equal(posted, Math.ceil(EVENTS.length / PAGE), `${own}`);
    await assertVerified();
  });

  it('shows every reader a state that adds up, while it is written', async () => {
    const writer = await openPostgresLedgerWriter(pool, RULES);
    let isOver = false;
    const seen = new Set<number>();
    const watch = async () => {
      const reader = openPostgresLedgerReader(pool, ZONE);
      let last = 0;
      while (!isOver) {
        const position = await reader.snapshot(async (ledger) => {
          await assertAddsUp(ledger);
          return ledger.checkpoint.position;
        });
        assert.ok(position >= last, 'no reader sees an older state');
        last = position;
        seen.add(position);
      }
    };
    const watching = Promise.all(Array.from({ length: READERS }, watch));
    await postAll(writer);
    isOver = true;
    await watching;
    assert.ok(seen.size > 5, `states seen: ${[...seen]}`);
    await assertVerified();
  });

  it('returns its connection when the reading function fails', async () => {
    await openPostgresLedgerWriter(pool, RULES);
    const reader = openPostgresLedgerReader(pool, ZONE);
    for (let round = 0; round < 30; round += 1) {
      await assert.rejects(
        reader.snapshot(async () => {
          throw new RangeError('not this one');
        }),
        RangeError,
      );
    }
    const atOnce = Array.from({ length: READERS }, () => reader.checkpoint());
    assert.equal((await Promise.all(atOnce)).length, READERS);
  });

  it('loses nothing and counts nothing twice after repeated kills of its server', async () => {
    const { server } = postgres;
    const writer = await openPostgresLedgerWriter(pool, RULES);
    const reader = openPostgresLedgerReader(pool, ZONE);
    let kills = 0;
    let failures = 0;
    while (writer.checkpoint.position < EVENTS.length) {
      const killing =
        writer.checkpoint.position >= (kills + 1) * 120
          ? server.kill().then(() => true)
          : Promise.resolve(false);
      // The next pages are posted while it dies.
      try {
        for (let page = 0; page < 4; page += 1) {
          await writer.post(await readAll(writer.checkpoint.position, PAGE));
        }
      } catch (error) {
        assert.ok(error instanceof Error && 'code' in error);
        assert.ok(['unavailable', 'ledger-conflict'].includes(String(error.code)), String(error));
        failures += 1;
      }
      if (!(await killing)) continue;
      kills += 1;
      await assert.rejects(reader.checkpoint(), { code: 'unavailable' });
      await server.restart();
      await eventually(() => reader.checkpoint());
    }
    assert.ok(kills >= 3 && failures >= 1, `killed ${kills} times, ${failures} posts failed`);
    await assertVerified();
  });
});

/** Received = in progress + settled, by the balances and by the journal, within one snapshot. */
async function assertAddsUp(ledger: LedgerSnapshot): Promise<void> {
  const query = { book: dossierBook, ...ALL_DAYS, filter: {}, by: ['unit'] } as const;
  const balances = await ledger.balances(query);
  const fromJournal = await ledger.changes(query, 0);
  const sorted = (rows: typeof balances) => rows.map((row) => JSON.stringify(row)).sort();
  assert.deepEqual(sorted(fromJournal), sorted(balances));
  const total = balances.reduce((sum, { count }) => sum + count, 0);
  assert.equal(total, 0);
  const open = balances.filter(({ account }) => account === 'in-progress/timed');
  const received = Math.min(ledger.checkpoint.position, DOSSIERS);
  const settled = Math.max(ledger.checkpoint.position - DOSSIERS, 0);
  assert.equal(
    open.reduce((sum, { count }) => sum + count, 0),
    received - settled,
  );
}
