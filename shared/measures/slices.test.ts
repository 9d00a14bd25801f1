import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dossierBook } from '../books/dossier/book.ts';
import { DEFAULT_OFFICE_HOURS } from '../calendar/working-calendar.ts';
import { parseDay, zoneOf } from '../calendar/zone.ts';
import { unitTree } from '../office/unit-tree.ts';
import { builtinObjectives } from './builtin.ts';
import { type FigureRequest, frameOf } from './figure-frame.ts';
import { objectiveReader } from './known-objectives.ts';
import { OfficeSource } from './office-source.ts';
import { MEASURES } from './registry.ts';
import { SliceSource } from './slices.ts';
import { standpointOf } from './standpoint.ts';
import { StubLedger } from './testing/stub-ledger.ts';

const zone = zoneOf('Asia/Ho_Chi_Minh');
const at = (text: string) => Date.parse(`${text}+07:00`);
const day = parseDay('2026-11-20') ?? assert.fail();
const NOW = at('2026-11-23T10:00:00');

function world() {
  const ledger = new StubLedger();
  const settled = { account: 'settled/early', original: 'early', due: null, dueOriginal: null } as const;
  ledger.amounts.push(
    { ...settled, count: 3, day, knownAt: at('2026-11-20T09:00:00'), at: { unit: 'H19.01' } },
    { ...settled, count: 4, day, knownAt: at('2026-11-23T09:00:00'), at: { unit: 'H19.02' } },
  );
  const source = new SliceSource();
  const office = new OfficeSource({ zone, holidays: [], hours: DEFAULT_OFFICE_HOURS }).at(
    new StubLedger().at(),
  );
  const read = async (request: FigureRequest) => {
    const framed = frameOf(
      'dossier-on-time',
      request,
      standpointOf(ledger.now, request, () => NOW),
      {
        objectives: objectiveReader(
          { definitions: builtinObjectives(), from: 'built-in' },
          MEASURES,
        )(new Map()),
        measures: MEASURES,
        zone,
        treeOn: (day) => unitTree([], day),
      },
    );
    if (framed.kind !== 'figure') return assert.fail();
    const slices = await source.read(ledger.at(), framed.figure, await office, ['unit'], {
      balances: source.balancesOf(ledger.at(), framed.figure.known),
    });
    return slices.filter((slice) => slice.kind === 'balances');
  };
  return { ledger, read };
}
const counts = (slices: Awaited<ReturnType<ReturnType<typeof world>['read']>>) =>
  slices.flatMap(({ rows }) => rows.map(({ key: [unit], count }) => [unit, count]));

test('a slice names its book and what it is grouped by', async () => {
  const { read } = world();
  const slices = await read({});
  assert.deepEqual(
    slices.map(({ book, by }) => [book, by]),
    [[dossierBook, ['unit', 'letter']]],
  );
  assert.deepEqual(counts(slices), [
    ['H19.01', 3],
    ['H19.02', 4],
  ]);
});

test('the present is summed once for one checkpoint', async () => {
  const { ledger, read } = world();
  assert.deepEqual(counts(await read({})), counts(await read({})));
  assert.deepEqual(ledger.reads, ['balances']);
});

test('the past is read as it was known, neither from the present nor kept for it', async () => {
  const { ledger, read } = world();
  await read({});
  assert.deepEqual(counts(await read({ asOf: at('2026-11-22T00:00:00') })), [['H19.01', 3]]);
  assert.deepEqual(counts(await read({ asOf: NOW })), [
    ['H19.01', 3],
    ['H19.02', 4],
  ]);
  assert.deepEqual(ledger.reads, ['balances', 'balances', 'balances']);
});
