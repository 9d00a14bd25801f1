import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'node:test';
import type { Queries } from '../sql/queries.ts';
import { at } from '../testing/contract-events.ts';
import { EVERY_QUESTION } from '../testing/every-question.ts';
import { createLedger } from './ledger-file.ts';
import { SqliteQueries } from './queries.ts';

/** Every query of the reader must use an index: the cost of a figure must not grow with the whole ledger. */
describe('the plans of the queries', () => {
  let db: DatabaseSync;

  before(() => {
    db = new DatabaseSync(':memory:');
    createLedger(db, { indexes: true });
  });
  after(() => db.close());

  /** The plan of every statement that is prepared while `ask` runs. */
  async function plansOf(ask: (db: Queries) => Promise<unknown>): Promise<string[]> {
    const plans: string[] = [];
    const prepare = (sql: string) => {
      const marks = (sql.match(/\?/g) ?? []).map(() => 1);
      for (const { detail } of db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...marks)) {
        plans.push(String(detail));
      }
      return db.prepare(sql);
    };
    await ask(new SqliteQueries({ prepare }));
    return plans;
  }

  for (const { name, ask } of EVERY_QUESTION) {
    it(`${name}`, async () => {
      const plans = await plansOf((spy) => ask(spy, { entry: 10, knownAt: at('2026-01-05') }));
      assert.ok(plans.length > 0, 'at least one plan was checked');
      // The dimensions are few; a subquery holds rows to sum or to sort, already narrowed.
      const scans = plans.filter((plan) =>
        /^SCAN (?!m\b|moved\b|touched\b|stood\b|part\b|paged\b|\(|d\b|dimensions\b)/.test(plan),
      );
      assert.deepEqual(scans, []);
    });
  }
});
