import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { BalanceQuery } from '../bookkeeping/balance.ts';
import { dossierBook } from '../books/dossier/book.ts';
import type { LocalDay } from '../calendar/zone.ts';
import { unitId } from '../contracts/ids.ts';
import { BalancesByUnit } from './balances-by-unit.ts';
import { type Amount, StubLedger } from './testing/stub-ledger.ts';

const UNITS = ['H19.01', 'H19.02', 'H19.03'].map(unitId);
const FIELDS = ['land', 'trade'];
const day = 10 as LocalDay;
const amount = fc.record({
  account: fc.constantFrom('settled/early', 'settled/late', 'paused'),
  unit: fc.option(fc.constantFrom(...UNITS), { nil: undefined }),
  field: fc.option(fc.constantFrom(...FIELDS), { nil: undefined }),
  channel: fc.constantFrom('online', 'postal'),
  count: fc.integer({ min: 1, max: 5 }),
});
const query = fc.record({
  units: fc.option(fc.subarray(UNITS), { nil: undefined }),
  where: fc.record(
    { field: fc.constantFrom(...FIELDS), channel: fc.constant('online') },
    { requiredKeys: [] },
  ),
  by: fc.constantFrom([], ['unit'], ['unit', 'field'], ['field']),
});

const ledgerOf = (amounts: readonly (typeof amount extends fc.Arbitrary<infer One> ? One : never)[]) => {
  const ledger = new StubLedger();
  ledger.amounts.push(
    ...amounts.map(
      ({ account, count, unit, field, channel }): Amount => ({
        ...{ account, count, day, knownAt: 0, original: null, due: null, dueOriginal: null },
        at: { channel, ...(unit && { unit }), ...(field && { field }) },
      }),
    ),
  );
  return ledger;
};
const askedOf = ({
  units,
  where,
  by,
}: typeof query extends fc.Arbitrary<infer One> ? One : never): BalanceQuery => ({
  ...{ book: dossierBook, from: day, to: day, by },
  filter: { ...(units && { units }), where },
});
const sorted = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).sort();

test('whatever is asked of several figures is what the ledger answers each', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(amount, { maxLength: 20 }),
      fc.array(query, { maxLength: 6 }),
      async (amounts, queries) => {
        const snapshot = ledgerOf(amounts).at();
        const shared = new BalancesByUnit((one) => snapshot.balances(one));
        for (const one of queries.map(askedOf))
          assert.deepEqual(sorted(await shared.get(one)), sorted(await snapshot.balances(one)));
      },
    ),
  );
});

test('a hundred units with fields are one question to the ledger', async () => {
  const ledger = ledgerOf([]);
  const shared = new BalancesByUnit((one) => ledger.at().balances(one));
  for (let number = 0; number < 100; number++)
    await shared.get(
      askedOf({ units: [unitId(`H19.${number}`)], where: { field: `${number}` }, by: ['unit', 'field'] }),
    );
  assert.deepEqual(ledger.reads, ['balances']);
});
