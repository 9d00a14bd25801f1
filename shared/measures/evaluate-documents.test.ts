import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Balance } from '../bookkeeping/balance.ts';
import type { DocumentAccount } from '../books/document/accounts.ts';
import { documentBook } from '../books/document/book.ts';
import type { ExchangeChannel } from '../books/document/registered.v1.ts';
import { builtinObjectives } from './builtin.ts';
import type { ObjectiveDefinition } from './definition.ts';
import { breakdown, type EvaluationContext, evaluate } from './evaluate.ts';
import { measureOf } from './measure.ts';
import { MEASURES } from './registry.ts';
import { balanceQueries, type Slice } from './tally.ts';

const objective = (id: string) => builtinObjectives().find((one) => one.id === id) ?? assert.fail(id);
const internal = objective('internal-e-exchange');
const interAgency = objective('inter-agency-e-exchange');
const literal = (
  definition: ObjectiveDefinition,
  scope: 'internal' | 'inter-agency',
): ObjectiveDefinition => ({
  ...definition,
  formula: { name: 'documents-electronic', version: 1, scope, policy: 'axis-only' },
});

const measured = (definition: ObjectiveDefinition) => ({
  definition,
  measure: measureOf(MEASURES, definition.formula),
  path: null,
});
const sliced = (rows: readonly Balance[], ...by: readonly string[]): readonly Slice[] => [
  { kind: 'balances', book: documentBook, by, rows },
];

const NOW = Date.parse('2026-11-23T10:00:00+07:00');
const context: EvaluationContext = {
  now: NOW,
  window: { current: true, stockAt: NOW },
  basis: 'adjusted',
  dueSoonUntil: NOW,
  knownSince: 0,
  seen: new Set(['document.registered.v1', 'document.exchange.v1']),
  trust: {
    ...{ state: 'ok', doubts: [], freshness: [], deadLetters: 0, setAside: 0 },
    ...{ lost: 0, acceptedLosses: [], quarantined: 0 },
  },
};
const pairs = (
  account: DocumentAccount,
  count: number,
  channel: ExchangeChannel = 'axis',
  due: number | null = null,
) => ({ account, count, original: null, due, dueOriginal: null, key: [channel] }) satisfies Balance;
const measure = (
  definition: ObjectiveDefinition,
  rows: readonly Balance[],
  change: Partial<EvaluationContext> = {},
) => evaluate(measured(definition), sliced(rows, 'channel'), { ...context, ...change });
const share = (definition: ObjectiveDefinition, ...rows: Balance[]) => {
  const { numerator, denominator } = measure(definition, rows);
  return `${numerator}/${denominator}`;
};

test('one paper copy among twenty recipients is 95 %, and breaches 100 %', () => {
  const figure = measure(interAgency, [
    pairs('exchanged/electronic', 19),
    pairs('exchanged/not-electronic', 1, 'paper', NOW - 1),
  ]);
  assert.equal(figure.value, 0.95);
  assert.equal(figure.status, 'breached');
  assert.equal(figure.lateBudget, -1);
  assert.equal(figure.open, null);
});

test('all electronic is met, and 99,999 of 100,000 is not', () => {
  assert.equal(measure(interAgency, [pairs('exchanged/electronic', 5)]).status, 'met');
  const nearly = [pairs('exchanged/electronic', 99_999), pairs('exchanged/not-electronic', 1)];
  assert.equal(measure(interAgency, nearly).status, 'breached');
});

test('the internal system counts inside the Office only, and not under the literal reading', () => {
  const rows = [pairs('exchanged/electronic', 3), pairs('exchanged/electronic', 2, 'internal-system')];
  assert.equal(share(internal, ...rows), '5/5');
  assert.equal(share(interAgency, ...rows), '3/5');
  assert.equal(share(literal(internal, 'internal'), ...rows), '3/5');
  assert.equal(share(literal(interAgency, 'inter-agency'), ...rows), '3/5');
});

test('e-mail, paper and other ways are not the axis', () => {
  for (const channel of ['email', 'paper', 'other'] as const)
    for (const definition of [internal, interAgency])
      assert.equal(share(definition, pairs('exchanged/not-electronic', 2, channel)), '0/2', channel);
});

test('a pair within its grace awaits, in neither part; at its end it has failed', () => {
  const at = (graceUntil: number) => {
    const { numerator, denominator, excluded } = measure(interAgency, [
      pairs('exchanged/electronic', 1),
      pairs('exchanged/not-electronic', 1, 'axis', graceUntil),
    ]);
    return [numerator, denominator, excluded.awaiting];
  };
  assert.deepEqual(at(NOW + 1), [1, 1, 1]);
  assert.deepEqual(at(NOW), [1, 2, 0]);
});

test('whatever awaits puts a full score at risk', () => {
  const rows = [pairs('exchanged/electronic', 9), pairs('exchanged/not-electronic', 1, 'axis', NOW + 1)];
  const { status, settleNow } = measure(interAgency, rows);
  assert.equal(status, 'at-risk');
  assert.deepEqual(settleNow, { numerator: 9, denominator: 10, value: 0.9 });
  assert.equal(measure(interAgency, rows, { window: { current: false, stockAt: NOW } }).status, 'met');
});

test('exempt, recalled and own pairs are outside, each counted by its reason', () => {
  const { numerator, denominator, excluded } = measure(interAgency, [
    pairs('exchanged/electronic', 4),
    pairs('exempt/classified', 3, 'paper'),
    pairs('exempt/regulated', 2, 'axis'),
    pairs('recalled', 1),
    pairs('to-itself', 7),
    pairs('unregistered', 8),
  ]);
  assert.equal(`${numerator}/${denominator}`, '4/4');
  assert.deepEqual(excluded, {
    'exempt-classified': 3,
    'exempt-regulated': 2,
    recalled: 1,
    'to-itself': 7,
    awaiting: 0,
  });
});

test('without a register the measure is not computable, whatever the axis saw', () => {
  const { value, status, reason } = measure(interAgency, [pairs('exchanged/electronic', 4)], {
    seen: new Set(['document.exchange.v1']),
  });
  assert.deepEqual([value, status, reason], [null, 'not-computable', 'no-register']);
});

test('while everything still awaits there is no figure', () => {
  const { reason, excluded } = measure(interAgency, [pairs('exchanged/not-electronic', 2, 'axis', NOW + 1)]);
  assert.equal(reason, 'nothing-exchanged');
  assert.equal(excluded.awaiting, 2);
});

test('documents have one figure on both bases', () => {
  const { bases } = measure(interAgency, [pairs('exchanged/electronic', 4)]);
  assert.deepEqual(bases.adjusted, bases.original);
});

test('the ledger is asked for the right book, scope and days, and always for the channel', () => {
  const window = { from: 20_454, cutTo: 20_780 } as Parameters<typeof balanceQueries>[1];
  const queryOf = (definition: ObjectiveDefinition, ...group: readonly string[]) =>
    balanceQueries(measured(definition).measure, window, {}, group)[0] ?? assert.fail();
  const { book, filter, by, from, to } = queryOf(internal, 'unit');
  assert.deepEqual(
    { book, filter, by, from, to },
    {
      book: documentBook,
      filter: { where: { scope: 'internal' } },
      by: ['unit', 'channel'],
      from: 20_454,
      to: 20_780,
    },
  );
  assert.deepEqual(queryOf(internal, 'channel').by, ['channel']);
  assert.deepEqual(queryOf(objective('dossier-on-time')).by, ['letter']);
});

test('the channel is found wherever it stands among the groups', () => {
  const rows = [
    { ...pairs('exchanged/electronic', 2), key: ['internal-system', 'H19.01'] },
    { ...pairs('exchanged/electronic', 3), key: ['axis', 'H19.02'] },
  ];
  const parts = breakdown(measured(interAgency), sliced(rows, 'channel', 'unit'), 'unit', context);
  assert.deepEqual(
    parts.map(({ key, figure }) => [key, figure.numerator, figure.denominator]),
    [
      ['H19.01', 0, 2],
      ['H19.02', 3, 3],
    ],
  );
});

test('documents that were not grouped by channel are refused', () => {
  assert.throws(() => evaluate(measured(internal), sliced([], 'unit'), context), RangeError);
});
