import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'node:test';
import { dossierBook } from '../../books/dossier/book.ts';
import { dossierId, unitId } from '../../contracts/ids.ts';
import { balancesOf } from '../sql/balances.ts';
import type { Queries, Sql } from '../sql/queries.ts';
import { ALL_DAYS, at, day, post, RULES, unplaced, ZONE } from '../testing/contract-events.ts';
import { EVERY_QUESTION } from '../testing/every-question.ts';
import { createLedger } from './ledger-file.ts';
import { SqliteQueries } from './queries.ts';
import { SqliteLedgerWriter } from './writer.ts';

const DAY = 86_400_000;
const START = at('2026-01-05 08:00');
const DOSSIERS = 60;
const LAST = START + (DOSSIERS - 1) * DAY;
const MIDST = { entry: DOSSIERS, last: LAST, knownAt: LAST - DAY, longAgo: LAST - 20 * DAY };

/** Every query of the reader must use an index: the cost of a figure must not grow with the whole ledger. */
describe('the plans of the queries', () => {
  let db: DatabaseSync;

  before(async () => {
    db = new DatabaseSync(':memory:');
    createLedger(db, RULES, { indexes: true });
    const received = Array.from({ length: DOSSIERS }, (_, number) => {
      const time = START + number * DAY;
      const data = {
        dossierId: dossierId(`H19.12-260105-${String(number).padStart(4, '0')}`),
        unitId: unitId('H19.01'),
        status: 'received' as const,
      };
      return unplaced({ type: 'dossier.status.v1', time, data }, `e${number}`, time);
    });
    await post(new SqliteLedgerWriter(db, RULES), received);
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
      const plans = await plansOf((spy) => ask(spy, MIDST));
      assert.ok(plans.length > 0, 'at least one plan was checked');
      // The dimensions and the days are few; a subquery holds rows to sum or to sort, already narrowed.
      const scans = plans.filter((plan) =>
        /^SCAN (?!m\b|taken\b|part\b|paged\b|\(|found\b|days\b|ahead\b|of_days\b|d\b|dimensions\b|CONSTANT ROW|every\b|moved\b|sides\b|summed\b|pairs\b)/.test(
          plan,
        ),
      );
      assert.deepEqual(scans, []);
    });
  }

  it('sum up to the day of the moment by the clock of the office', async () => {
    const days: unknown[] = [];
    class Spy extends SqliteQueries {
      override arrays(query: Sql) {
        if (query.text.includes('balance')) days.push(query.values.at(-1));
        return super.arrays(query);
      }
    }
    // In UTC it is still the day before.
    const knownAt = at('2026-02-03 00:30');
    const query = { book: dossierBook, ...ALL_DAYS, filter: {}, by: [], knownAt };
    await balancesOf(new Spy(db), query, { entry: DOSSIERS, knownAt: LAST }, ZONE);
    assert.equal(days[0], day('2026-02-03'));
  });

  it('find the entries of the past by their day', async () => {
    const plans = await Promise.all(EVERY_QUESTION.map(({ ask }) => plansOf((spy) => ask(spy, MIDST))));
    assert.ok(plans.flat().some((plan) => /journal_by_day \(day=\? AND rowid>\? AND rowid<\?\)/.test(plan)));
  });
});
