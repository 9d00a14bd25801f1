import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import type pg from 'pg';
import { describeWithPostgres } from '../../../tests/support/postgres/describe.ts';
import { dossierId, unitId } from '../../contracts/ids.ts';
import type { Checkpoint } from '../port.ts';
import { at, placed, RULES, type Unplaced, unplaced } from '../testing/contract-events.ts';
import { EVERY_QUESTION } from '../testing/every-question.ts';
import { PostgresQueries } from './queries.ts';
import { ledgerSchema } from './schema.ts';
import { openPostgresLedgerWriter } from './writer.ts';

const DOSSIERS = 20_000;
const PAGE = 5_000;
const DAY = 86_400_000;

/** Dossiers of 40 units over 200 days: half of them settled, a few without a due date. */
function* statuses(): Generator<Unplaced> {
  for (let number = 0; number < DOSSIERS; number += 1) {
    const id = dossierId(`H19.12-260105-${String(number).padStart(5, '0')}`);
    const unit = unitId(`H19.${String(number % 40).padStart(2, '0')}`);
    const received = at('2026-01-05 08:00') + Math.floor(number / 100) * DAY;
    const data = {
      dossierId: id,
      unitId: unit,
      ...(number % 50 === 0 ? {} : { dueAt: received + 10 * DAY }),
    };
    const statusOf = (status: 'received' | 'completed', time: number) =>
      unplaced({ type: 'dossier.status.v1', time, data: { ...data, status } }, `${status}/${number}`, time);
    yield statusOf('received', received);
    if (number % 2 === 0) yield statusOf('completed', received + (number % 17) * DAY);
  }
}

/** Tables whose size is that of the office's history; the others are few. */
const LARGE = ['journal', 'balance', 'subject', 'name', 'standing', 'finding'];

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly Plans?: readonly Plan[];
}

function* nodesOf(plan: Plan): Generator<Plan> {
  yield plan;
  for (const below of plan.Plans ?? []) yield* nodesOf(below);
}

/** Every query of the reader must use an index: the cost of a figure must not grow with the whole ledger. */
await describeWithPostgres('the plans of the queries on PostgreSQL', (postgres) => {
  let pool: pg.Pool;
  let checkpoint: Checkpoint;

  before(async () => {
    pool = await postgres.newPool();
    const writer = await openPostgresLedgerWriter(pool, RULES);
    const events = placed([...statuses()].sort((a, b) => a.recordedAt - b.recordedAt));
    for (let start = 0; start < events.length; start += PAGE) {
      const page = events.slice(start, start + PAGE);
      const last = page.at(-1);
      if (last) await writer.post({ events: page, position: last.position });
    }
    checkpoint = writer.checkpoint;
    await pool.query('ANALYZE');
  });

  for (const { name, ask } of EVERY_QUESTION) {
    it(`read no large table from end to end: ${name}`, async () => {
      const read: string[] = [];
      const scanned: string[] = [];
      const client = await pool.connect();
      const explain = async (query: pg.QueryConfig) => {
        const { rows } = await client.query({
          text: `EXPLAIN (FORMAT JSON) ${query.text}`,
          values: query.values ?? [],
        });
        for (const node of nodesOf(rows[0]['QUERY PLAN'][0].Plan)) {
          const table = node['Relation Name'];
          if (table !== undefined) read.push(table);
          if (node['Node Type'] === 'Seq Scan' && LARGE.includes(table ?? ''))
            scanned.push(`${table}: ${query.text}`);
        }
        return client.query(query);
      };
      const spy = new Proxy(client, {
        get: (target, property) =>
          property === 'query' ? explain : Reflect.get(target, property).bind(target),
      });
      const { entry, knownAt: last } = checkpoint;
      try {
        const midst = { entry, last, knownAt: last - DAY, longAgo: last - 20 * DAY };
        await ask(new PostgresQueries(spy, ledgerSchema('ledger_1')), midst);
      } finally {
        client.release();
      }
      assert.ok(read.length > 0, 'at least one plan was checked');
      assert.deepEqual(scanned, []);
    });
  }
});
