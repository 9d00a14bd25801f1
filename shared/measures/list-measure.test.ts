import assert from 'node:assert/strict';
import { test } from 'node:test';
import { books } from '../books/registry.ts';
import { DEFAULT_OFFICE_HOURS } from '../calendar/working-calendar.ts';
import { parseDay, zoneOf } from '../calendar/zone.ts';
import { unitId } from '../contracts/ids.ts';
import { builtinObjectives } from './builtin.ts';
import type { FigureOutcome, FigureRequest } from './figure-frame.ts';
import { unequalLists } from './list-law.ts';
import type { Measure } from './measure.ts';
import type { ListItem } from './measured-list.ts';
import { Observatory } from './observatory.ts';
import { countsList, listed } from './testing/list-measure.ts';
import { StubLedger } from './testing/stub-ledger.ts';

const NOW = Date.parse('2026-11-23T10:00:00+07:00');
const day = (text: string) => parseDay(text) ?? assert.fail(text);

function seeing(measure: Measure) {
  const [builtin = assert.fail()] = builtinObjectives();
  const formula = { name: measure.name, version: measure.version };
  const observatory = new Observatory({
    ledger: new StubLedger(),
    measures: [measure],
    kinds: books.kinds,
    file: { definitions: [{ ...builtin, id: 'things', formula, target: '0.5', alerts: [] }], from: 'file' },
    clock: () => NOW,
    zone: zoneOf('Asia/Ho_Chi_Minh'),
    holidays: [],
    hours: DEFAULT_OFFICE_HOURS,
    deadLetters: async () => [],
    doubts: () => [],
  });
  return observatory;
}
const figureOf = <Answer>(outcome: FigureOutcome<Answer>): Answer =>
  outcome.kind === 'figure' ? outcome.figure : assert.fail(outcome.kind);

const item = (name: string, leaf: string, rest: Partial<ListItem> = {}): ListItem => ({
  ...{ amounts: { [leaf]: 1 }, keys: { unit: [name] }, day: null, shown: { name } },
  ...rest,
});
/** Two of five are done, one of them is of two fields; one is planned; one is gone and outside. */
const FIVE = [
  item('A', 'done', { keys: { unit: ['A'], field: ['land', 'trade'] }, day: day('2026-03-02') }),
  item('B', 'done', { day: day('2026-03-09') }),
  item('C', 'planned', { keys: { unit: ['C'], field: ['land'] } }),
  item('D', 'to-do'),
  item('E', 'to-do'),
  item('F', 'gone'),
];

test('the figure is the sum of what the items add to each leaf, and is judged like any other', async () => {
  const { measurement } = figureOf(await seeing(listed(...FIVE)).measure('things'));
  const { numerator, denominator, excluded, status, outlook } = measurement;
  assert.deepEqual(
    { numerator, denominator, excluded },
    { numerator: 2, denominator: 5, excluded: { gone: 1 } },
  );
  assert.equal(status, 'on-path');
  assert.deepEqual(outlook, {
    worst: { numerator: 2, denominator: 5 },
    best: { numerator: 5, denominator: 5 },
    planned: { numerator: 3, denominator: 5 },
    needed: 1,
  });
});

test('an item may add more than one, and to several leaves', async () => {
  const entry = item('A', 'done', { amounts: { done: 380, 'to-do': 20 } });
  const observatory = seeing(listed(entry, item('B', 'done', { amounts: { done: 10 } })));
  const { measurement } = figureOf(await observatory.measure('things'));
  assert.deepEqual([measurement.numerator, measurement.denominator], [390, 410]);
  const lists = await observatory.behind('things', {}, async (_, { parts }) =>
    parts.map((part) => [part.name, part.count, part.kind === 'items' && part.items.length]),
  );
  assert.deepEqual(figureOf(lists), [
    ['all', 410, 2],
    ['done', 390, 2],
    ['planned', 0, 0],
    ['to-do', 20, 1],
    ['gone', 0, 0],
  ]);
  assert.deepEqual(await unequalLists(observatory, 'things', {}), []);
});

test('the rows of a dimension are the items that have the value, and one without any is "not stated"', async () => {
  const { rows } = figureOf(await seeing(listed(...FIVE)).breakdown('things', 'field'));
  assert.deepEqual(
    rows.map(({ key, figure: { numerator, denominator } }) => [key, numerator, denominator]),
    [
      ['land', 1, 2],
      ['trade', 1, 1],
      [null, 1, 3],
    ],
  );
});

test('a filter keeps the items that have its value, in the figure as in its lists', async () => {
  const observatory = seeing(listed(...FIVE));
  const narrowed = async (request: FigureRequest) => {
    const { numerator, denominator } = figureOf(await observatory.measure('things', request)).measurement;
    const names = await observatory.behind('things', request, async (_, { parts }) =>
      parts.flatMap((part) =>
        part.kind === 'items' && part.name === 'all' ? part.items.map(({ keys }) => keys.unit?.[0]) : [],
      ),
    );
    return [numerator, denominator, ...figureOf(names)];
  };
  assert.deepEqual(await narrowed({ where: { field: 'land' } }), [1, 2, 'A', 'C']);
  assert.deepEqual(await narrowed({ unit: unitId('B') }), [1, 1, 'B']);
  assert.deepEqual(await narrowed({ unit: unitId('C'), where: { field: 'trade' } }), [0, 0]);
  assert.deepEqual(await narrowed({ where: { procedure: '1.001234' } }), [0, 0]);
});

test('without a list the figure is not computable, for the reason that the list states', async () => {
  const { status, reason, value } = figureOf(
    await seeing(countsList(async () => ({ kind: 'not-known', reason: 'no-office-unit' }))).measure('things'),
  ).measurement;
  assert.deepEqual(
    { status, reason, value },
    { status: 'not-computable', reason: 'no-office-unit', value: null },
  );
  const empty = figureOf(await seeing(listed()).measure('things')).measurement;
  assert.equal(empty.reason, 'nothing-listed');
});
