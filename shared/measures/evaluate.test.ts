import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Balance } from '../bookkeeping/balance.ts';
import type { DossierAccount } from '../books/dossier/accounts.ts';
import { dossierBook } from '../books/dossier/book.ts';
import { builtinObjectives } from './builtin.ts';
import { breakdown, type EvaluationContext, evaluate, worst } from './evaluate.ts';
import { measureOf } from './measure.ts';
import { MEASURES } from './registry.ts';
import type { Slice } from './tally.ts';
import { visitedUnits } from './testing/cumulative-measure.ts';
import type { Trust } from './trust.ts';

const definition = builtinObjectives().find(({ id }) => id === 'dossier-on-time') ?? assert.fail();
const onTime = { definition, measure: measureOf(MEASURES, definition.formula), path: null };
/** Rows without a letter of apology, unless their key has it. */
const sliced = (rows: readonly Balance[], ...by: readonly string[]): readonly Slice[] => [
  {
    ...{ kind: 'balances', book: dossierBook, by: [...by, 'letter'] },
    rows: rows.map((one) => (one.key.length > by.length ? one : { ...one, key: [...one.key, null] })),
  },
];

const NOW = Date.parse('2026-11-23T10:00:00+07:00');
const SOON = Date.parse('2026-11-25T07:00:00+07:00');
const TRUSTED: Trust = {
  state: 'ok',
  doubts: [],
  freshness: [],
  deadLetters: 0,
  setAside: 0,
  lost: 0,
  acceptedLosses: [],
  quarantined: 0,
};
const context: EvaluationContext = {
  now: NOW,
  window: { current: true, stockAt: NOW },
  basis: 'adjusted',
  dueSoonUntil: SOON,
  knownSince: 0,
  seen: new Set(['dossier.status.v1']),
  trust: TRUSTED,
};
const past = { ...context, window: { current: false, stockAt: NOW - 1 } };

const row = (account: DossierAccount, count: number, rest: Partial<Balance> = {}): Balance => ({
  account,
  count,
  original: null,
  due: null,
  dueOriginal: null,
  key: [],
  ...rest,
});
const timed = (count: number, due: number, dueOriginal: number | null = due) =>
  row('in-progress/timed', count, { due, dueOriginal });
const measure = (rows: readonly Balance[], change: Partial<EvaluationContext> = {}) =>
  evaluate(onTime, sliced(rows), { ...context, ...change });
const early = row('settled/early', 60, { original: 'early' });
const punctual = row('settled/on-time', 36, { original: 'on-time' });
const late = (count: number) => row('settled/late', count, { original: 'late' });

test('early and on time over all settled: 96 of 100 meets 96 %', () => {
  const { value, numerator, denominator, status, lateBudget, reason } = measure([early, punctual, late(4)]);
  assert.deepEqual(
    { value, numerator, denominator, status, lateBudget, reason },
    { value: 0.96, numerator: 96, denominator: 100, status: 'met', lateBudget: 0, reason: null },
  );
});

test('95.995 % breaches, with a budget of one too many', () => {
  const figure = measure([row('settled/early', 19_199, { original: 'early' }), late(801)]);
  assert.equal(figure.status, 'breached');
  assert.equal(figure.lateBudget, -1);
});

test('nothing settled is not computable, and never 100 %', () => {
  for (const rows of [[], [timed(3, NOW - 1)], [row('withdrawn', 2)]]) {
    const { value, status, reason, lateBudget, settleNow, assured } = measure(rows);
    assert.deepEqual(
      { value, status, reason, lateBudget, settleNow, assured },
      {
        value: null,
        status: 'not-computable',
        reason: 'nothing-settled',
        lateBudget: null,
        settleNow: null,
        assured: false,
      },
    );
  }
});

test('what cannot be timed is left out and counted', () => {
  const { denominator, excluded } = measure([
    early,
    row('settled/no-due-date', 5, { original: 'no-due-date' }),
    row('settled/no-finish-date', 3, { original: 'early' }),
    row('withdrawn', 7),
    row('refused-at-intake', 2),
    row('outside', 11),
  ]);
  assert.equal(denominator, 60);
  assert.deepEqual(excluded, {
    'no-due-date': 5,
    'no-finish-date': 3,
    withdrawn: 7,
    'refused-at-intake': 2,
  });
});

test('an overdue dossier puts a target at risk that would be missed were it settled now', () => {
  const { status, settleNow, open } = measure([early, punctual, late(4), timed(1, NOW - 1)]);
  assert.equal(status, 'at-risk');
  assert.deepEqual(settleNow, { numerator: 96, denominator: 101, value: 96 / 101 });
  assert.equal(open?.overdue, 1);
  const spare = row('settled/early', 24, { original: 'early' });
  assert.equal(
    measure([early, punctual, spare, late(4), timed(1, NOW - 1)]).status,
    'met',
    '120 of 125 is 96 %',
  );
});

test('breached wins over at risk', () => {
  assert.equal(measure([early, punctual, late(5), timed(9, NOW - 1)]).status, 'breached');
});

test('a window that is over is never at risk', () => {
  const { status, settleNow } = measure([early, punctual, late(4), timed(9, NOW - 2)], past);
  assert.equal(status, 'met');
  assert.equal(settleNow, null);
});

test('overdue from its due moment on, due soon up to and with the horizon', () => {
  const open = (due: number) => {
    const stock = measure([timed(1, due)]).open;
    return [stock?.overdue, stock?.dueSoon];
  };
  assert.deepEqual(open(NOW - 1), [1, 0]);
  assert.deepEqual(open(NOW), [1, 0]);
  assert.deepEqual(open(NOW + 1), [0, 1]);
  assert.deepEqual(open(SOON), [0, 1]);
  assert.deepEqual(open(SOON + 1), [0, 0]);
});

test('the open stock in its parts', () => {
  const rows = [
    timed(2, NOW - 1),
    timed(3, NOW + 1),
    timed(4, SOON + 1),
    row('in-progress/no-due-date', 5),
    row('paused', 6, { due: NOW - 1 }),
  ];
  assert.deepEqual(measure(rows).open, { total: 20, overdue: 2, dueSoon: 3, paused: 6, noDueDate: 5 });
});

test('in a window that is over nothing is due soon, and overdue is as it was at its end', () => {
  const rows = [timed(2, NOW - 1), timed(3, NOW), timed(4, SOON)];
  assert.deepEqual(measure(rows, past).open, { total: 9, overdue: 2, dueSoon: 0, paused: 0, noDueDate: 0 });
});

test('late ones are counted with and without a letter of apology, on each basis', () => {
  const rows = [
    row('settled/late', 3, { original: 'late', key: ['issued'] }),
    row('settled/late', 4, { original: 'late' }),
    row('settled/early', 5, { original: 'late', key: ['issued'] }),
    row('settled/on-time', 6, { original: 'on-time', key: ['issued'] }),
  ];
  const lateOn = (basis: 'adjusted' | 'original') => {
    const { numerator, denominator, parts } = measure(rows, { basis });
    const late = parts.filter(({ name }) => name.startsWith('late'));
    return [denominator - numerator, ...late.map(({ name, count }) => [name, count])];
  };
  assert.deepEqual(lateOn('adjusted'), [7, ['late', 7], ['late-with-letter', 3], ['late-without-letter', 4]]);
  assert.deepEqual(lateOn('original'), [
    12,
    ['late', 12],
    ['late-with-letter', 8],
    ['late-without-letter', 4],
  ]);
});

test('each basis has its own figure, stock and status; both are always given', () => {
  const rows = [
    row('settled/early', 10, { original: 'late' }),
    row('settled/on-time', 80, { original: 'on-time' }),
    row('settled/late', 1, { original: 'late' }),
    row('settled/on-time', 4, { original: 'no-due-date' }),
    row('settled/no-due-date', 2, { original: 'early' }),
    row('settled/no-finish-date', 1, { original: 'early' }),
    timed(3, NOW + 1, NOW - 1),
    row('in-progress/no-due-date', 1, { dueOriginal: NOW - 1 }),
  ];
  const { basis, bases } = measure(rows);
  assert.equal(basis, 'adjusted');
  const brief = ({ numerator, denominator, status, excluded, open }: (typeof bases)['adjusted']) => [
    numerator,
    denominator,
    status,
    excluded['no-due-date'],
    excluded['no-finish-date'],
    open?.overdue,
  ];
  assert.deepEqual(brief(bases.adjusted), [94, 95, 'met', 2, 1, 0]);
  assert.deepEqual(brief(bases.original), [82, 93, 'breached', 4, 1, 4]);
  assert.equal(measure(rows, { basis: 'original' }).status, 'breached');
});

test('as of a moment before anything was known there is no figure', () => {
  assert.equal(measure([early], { knownSince: NOW + 1 }).reason, 'not-yet-known');
  assert.equal(measure([early], { knownSince: NOW }).status, 'met');
});

test('only a target met on trusted data may be shown green', () => {
  assert.equal(measure([early]).assured, true);
  assert.equal(measure([early], { trust: { ...TRUSTED, state: 'stale' } }).assured, false);
  assert.equal(measure([early, late(60)]).assured, false);
});

test('the formula stands beside the figure, in two languages and for its basis', () => {
  const { formula } = measure([early]);
  assert.equal(`${formula.name} v${formula.version}`, 'dossiers-on-time v1');
  assert.match(formula.text.vi, /hẹn trả đã điều chỉnh/);
  assert.match(measure([early], { basis: 'original' }).formula.text.en, /original due date/);
});

const unitRow = fc.record({
  account: fc.constantFrom<DossierAccount>(
    'settled/early',
    'settled/on-time',
    'settled/late',
    'settled/no-due-date',
    'settled/no-finish-date',
    'withdrawn',
    'refused-at-intake',
    'in-progress/timed',
    'in-progress/no-due-date',
    'paused',
  ),
  original: fc.constantFrom('early', 'on-time', 'late', 'no-due-date', null),
  due: fc.constantFrom(NOW - 1, NOW + 1, SOON + 1, null),
  dueOriginal: fc.constantFrom(NOW - 1, NOW + 1, null),
  key: fc.tuple(fc.constantFrom('H19.01', 'H19.02', 'H19.03', null)),
  count: fc.integer({ min: 1, max: 500 }),
});

test('the parts of a breakdown add up to the whole, in every count', () => {
  fc.assert(
    fc.property(
      fc.array(unitRow, { maxLength: 30 }),
      fc.constantFrom('adjusted', 'original'),
      (rows, basis) => {
        const asked = { ...context, basis };
        const slices = sliced(rows, 'unit');
        const whole = evaluate(onTime, slices, asked);
        const parts = breakdown(onTime, slices, 'unit', asked).map(({ figure }) => figure);
        const sum = (of: (figure: (typeof parts)[number]) => number | undefined) =>
          parts.reduce((total, figure) => total + (of(figure) ?? 0), 0);
        assert.equal(
          sum((one) => one.numerator),
          whole.numerator,
        );
        assert.equal(
          sum((one) => one.denominator),
          whole.denominator,
        );
        for (const reason of ['no-due-date', 'no-finish-date', 'withdrawn', 'refused-at-intake'] as const)
          assert.equal(
            sum((one) => one.excluded[reason]),
            whole.excluded[reason],
          );
        for (const stock of ['total', 'overdue', 'dueSoon', 'paused', 'noDueDate'] as const)
          assert.equal(
            sum((one) => one.open?.[stock]),
            whole.open?.[stock],
          );
      },
    ),
  );
});

test('a dimension that was not asked for cannot be broken down by', () => {
  assert.throws(() => breakdown(onTime, sliced([], 'unit'), 'field', context), RangeError);
});

test('the worst part has the smallest share among those large enough', () => {
  const of = (unit: string | null, good: number, bad: number) => [
    row('settled/early', good, { key: [unit], original: 'early' }),
    row('settled/late', bad, { key: [unit], original: 'late' }),
  ];
  const rows = [of('large', 90, 10), of('small', 1, 1), of('twin', 180, 20), of(null, 99, 1)].flat();
  const parts = breakdown(onTime, sliced(rows, 'unit'), 'unit', context);
  assert.equal(worst(parts, 1)?.key, 'small');
  assert.equal(worst(parts, 3)?.key, 'twin', 'of equal shares the one with more late dossiers');
  assert.equal(worst(parts, 1_000), undefined);
});

const HALF = { target: '0.5', comparator: '>=' } as const;
const visits = (undecided: 'inside' | 'outside', change: Partial<EvaluationContext> = {}) => {
  const objective = {
    definition: HALF,
    measure: visitedUnits(undecided).apply({ name: 'units-visited', version: 1 }),
    path: null,
  };
  const rows = [
    row('settled/early', 4),
    row('settled/late', 1),
    row('paused', 3),
    row('in-progress/timed', 2),
  ];
  return evaluate(objective, sliced(rows), { ...context, ...change });
};

test('a measure that grows has its undecided subjects inside or outside its share', () => {
  // 4 visited, 1 refused the visit, 5 not yet visited, 3 of them planned.
  const { numerator, denominator, excluded, status, outlook } = visits('inside');
  assert.deepEqual([numerator, denominator, excluded, status], [4, 10, {}, 'on-path']);
  assert.deepEqual(outlook, {
    ...{ worst: { numerator: 4, denominator: 10 }, best: { numerator: 9, denominator: 10 } },
    ...{ planned: { numerator: 7, denominator: 10 }, needed: 1 },
  });
  const apart = visits('outside');
  assert.deepEqual([apart.numerator, apart.denominator], [4, 5]);
  assert.deepEqual(apart.excluded, { planned: 3, unplanned: 2 });
  assert.deepEqual([apart.status, apart.outlook], [status, outlook]);
});

test('what a rate shows of the present, a measure that grows does not', () => {
  const { lateBudget, settleNow } = visits('inside');
  assert.deepEqual([lateBudget, settleNow], [null, null]);
  assert.equal(measure([early]).outlook, null);
});

test('after its window a measure that grows is judged by its share alone', () => {
  const over = (undecided: 'inside' | 'outside') => visits(undecided, past);
  assert.deepEqual([over('inside').status, over('inside').outlook], ['breached', null]);
  assert.equal(over('outside').status, 'met');
});
