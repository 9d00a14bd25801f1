import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'node:test';
import { unitId } from '../../contracts/ids.ts';
import { ALL_DAYS, at } from '../contract-events.ts';
import type { ListQuery } from '../port.ts';
import { balancesOf, changesOf, lastEntryKnownAt } from './balances.ts';
import { dossierFacts } from './fact-codecs.ts';
import { createLedger } from './ledger-file.ts';
import { readCheckpoint } from './ledger-tables.ts';
import { listStandings } from './lists.ts';
import { listKnownAt } from './lists-as-of.ts';

/** Everything the reader may ask must be found by an index: a figure may not cost what the whole ledger holds. */
describe('the plans of the queries', () => {
  let db: DatabaseSync;
  let plans: string[];

  before(() => {
    db = new DatabaseSync(':memory:');
    createLedger(db, { indexes: true });
  });
  after(() => db.close());

  /** The plan of every statement that is prepared while `ask` runs. */
  function plansOf(ask: (db: DatabaseSync) => void): string[] {
    plans = [];
    const spy = new Proxy(db, {
      get: (target, property) => {
        if (property !== 'prepare') return Reflect.get(target, property).bind(target);
        return (sql: string) => {
          const marks = (sql.match(/\?/g) ?? []).map(() => 1);
          for (const { detail } of target.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...marks)) {
            plans.push(String(detail));
          }
          return target.prepare(sql);
        };
      },
    });
    ask(spy);
    return plans;
  }

  const assertIndexed = (found: readonly string[]) => {
    assert.ok(found.length > 0, 'the plan of something was looked at');
    // The dimensions are few; a subquery is what is being summed, already narrowed.
    const scans = found.filter((plan) => /^SCAN (?!m\b|\(|d\b|dimensions\b)/.test(plan));
    assert.deepEqual(scans, []);
  };

  const balanceQuery = {
    book: 'dossier',
    ...ALL_DAYS,
    filter: { units: [unitId('H19')] },
    by: ['day'],
  } as const;
  const listQuery: ListQuery = {
    accounts: ['in-progress/timed', 'settled/late'],
    filter: { units: [unitId('H19')] },
    limit: 10,
  };
  const checkpoint = () => ({ ...readCheckpoint(db).checkpoint, entry: 10 });

  it('balances', () => assertIndexed(plansOf((spy) => balancesOf(spy, balanceQuery, checkpoint()))));
  it('balances as known then', () =>
    assertIndexed(
      plansOf((spy) => balancesOf(spy, { ...balanceQuery, knownAt: at('2026-01-05') }, checkpoint())),
    ));
  it('changes', () => assertIndexed(plansOf((spy) => changesOf(spy, balanceQuery, 5, checkpoint()))));
  it('the entry of a moment', () => assertIndexed(plansOf((spy) => lastEntryKnownAt(spy, at('2026-01-05')))));
  it('lists', () => assertIndexed(plansOf((spy) => listStandings(spy, listQuery))));
  it('lists by finding', () =>
    assertIndexed(plansOf((spy) => listStandings(spy, { ...listQuery, finding: 'no-due-date' }))));
  it('lists as known then', () =>
    assertIndexed(
      plansOf((spy) =>
        listKnownAt(spy, listQuery, at('2026-01-05'), {
          book: 'dossier',
          codec: dossierFacts,
          itemsOf: () => [],
        }),
      ),
    ));
});
