import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Balance, BalanceQuery } from '../bookkeeping/balance.ts';
import { dossierBook } from '../books/dossier/book.ts';
import type { LocalDay } from '../calendar/zone.ts';
import type { Position } from '../contracts/stored-event.ts';
import { BalanceCache, type BalanceSource } from './balance-cache.ts';

const QUERY: BalanceQuery = {
  book: dossierBook,
  from: 0 as LocalDay,
  to: 9 as LocalDay,
  filter: {},
  by: ['unit'],
};

const balance = (unit: string, due: number | null, count: number): Balance => ({
  account: 'in-progress/timed',
  original: null,
  due,
  dueOriginal: due,
  key: [unit],
  count,
});

/** A ledger in memory: a journal of single changes, and the plain sum over its beginning as the oracle. */
class Journal {
  readonly entries: Balance[] = [];
  reads = 0;
  generation = 'first';

  at(entry: number): BalanceSource {
    const { generation } = this;
    return {
      checkpoint: { position: entry as Position, knownAt: 0, entry, office: 0, generation },
      balances: async () => {
        this.reads += 1;
        return sum(this.entries.slice(0, entry));
      },
      changes: async (_query, after) => this.entries.slice(after, entry),
    };
  }
}

function sum(changes: readonly Balance[]): Balance[] {
  const sums: Balance[] = [];
  for (const change of changes) {
    const at = sums.findIndex(({ key, due }) => key[0] === change.key[0] && due === change.due);
    const known = sums[at];
    if (known) sums[at] = { ...known, count: known.count + change.count };
    else sums.push(change);
  }
  return sums.filter(({ count }) => count !== 0);
}

const sorted = (balances: readonly Balance[]) => balances.map((one) => JSON.stringify(one)).sort();

const changes = fc.array(
  fc.tuple(fc.constantFrom('H19.01', 'H19.02'), fc.constantFrom(null, 1, 2), fc.constantFrom(1, -1, 2)),
  { maxLength: 30 },
);

test('whatever snapshots are asked in whatever order, the answer is the sum over the journal up to each', async () => {
  await fc.assert(
    fc.asyncProperty(changes, fc.array(fc.nat(30), { maxLength: 12 }), async (posted, asked) => {
      const journal = new Journal();
      journal.entries.push(...posted.map(([unit, due, count]) => balance(unit, due, count)));
      const cache = new BalanceCache();
      for (const wanted of asked) {
        const entry = Math.min(wanted, posted.length);
        const got = await cache.get(QUERY, journal.at(entry));
        assert.deepEqual(sorted(got), sorted(sum(journal.entries.slice(0, entry))));
      }
    }),
  );
});

test('two readers that overlap do not add the same entries twice', async () => {
  const journal = new Journal();
  journal.entries.push(balance('H19.01', null, 1));
  const cache = new BalanceCache();
  await cache.get(QUERY, journal.at(1));
  journal.entries.push(balance('H19.01', null, 1));
  const both = await Promise.all([cache.get(QUERY, journal.at(2)), cache.get(QUERY, journal.at(2))]);
  for (const got of both) assert.deepEqual(got, [balance('H19.01', null, 2)]);
  assert.deepEqual(await cache.get(QUERY, journal.at(2)), [balance('H19.01', null, 2)]);
});

test('an answer that follows another is read from the changes alone', async () => {
  const journal = new Journal();
  const cache = new BalanceCache();
  for (let entry = 0; entry < 5; entry++) {
    await cache.get(QUERY, journal.at(entry));
    journal.entries.push(balance('H19.01', null, 1));
  }
  assert.equal(journal.reads, 1);
});

test('a rebuilt ledger voids what was known of the old one', async () => {
  const journal = new Journal();
  journal.entries.push(balance('H19.01', null, 1));
  const cache = new BalanceCache();
  await cache.get(QUERY, journal.at(1));
  journal.generation = 'second';
  journal.entries.splice(0, 1, balance('H19.02', null, 7));
  assert.deepEqual(await cache.get(QUERY, journal.at(1)), [balance('H19.02', null, 7)]);
});

test('beyond the limit the query asked longest ago is forgotten', async () => {
  const journal = new Journal();
  const cache = new BalanceCache(2);
  const query = (to: number): BalanceQuery => ({ ...QUERY, to: to as LocalDay });
  for (const to of [1, 2, 1, 3, 1]) await cache.get(query(to), journal.at(0));
  assert.equal(journal.reads, 3);
  await cache.get(query(2), journal.at(0));
  assert.equal(journal.reads, 4);
});
