import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatDay, zoneOf } from '../../calendar/zone.ts';
import type { EventId } from '../../contracts/ids.ts';
import type { ReviewFact } from './acts.ts';
import { reviewLife } from './timeline.ts';

const zone = zoneOf('Asia/Ho_Chi_Minh');
const at = (day: string, hour = 9) => Date.parse(`${day}T${String(hour).padStart(2, '0')}:00:00+07:00`);
const held = {
  objectiveId: 'dossier-on-time',
  findings: ['thiếu người'],
  conclusion: 'thêm người',
  seen: null,
};
const action = { what: 'điều người', owner: 'Trưởng phòng', due: '2026-12-15' };

type Stated = readonly [act: ReviewFact['act'], day: string, data: object];
const factsOf = (...acts: readonly Stated[]): ReviewFact[] =>
  acts.map(([act, day, data], index) => ({
    ...{ id: `id-${index}` as EventId, recordedAt: at(day), time: at(day), act },
    data: { reviewId: 'RS-1', ...(act !== 'recorded' && { person: null }), ...data },
  })) as ReviewFact[];

const ACTS = factsOf(
  ['held', '2026-11-20', held],
  ['planned', '2026-11-21', { actionId: '1', ...action }],
  ['planned', '2026-11-22', { actionId: '2', ...action, due: '2026-12-01' }],
  ['ended', '2026-11-25', { actionId: '2', outcome: 'done', result: 'xong' }],
  ['ended', '2026-11-26', { actionId: '3', outcome: 'done', result: 'không có' }],
  ['held', '2026-11-27', { ...held, unitId: 'H19.12' }],
);

test('a review has an amount of its own and one for each action, due until the end of its last day', () => {
  const { standings, held: review, actions } = reviewLife(ACTS, zone);
  assert.deepEqual(
    standings.map(({ side, dimensions, day }) => [
      ...[dimensions.action, dimensions.unit, side.account, side.due],
      day && formatDay(day),
    ]),
    [
      ['review', 'H19.12', 'held', null, '2026-11-20'],
      ['1', 'H19.12', 'action-open', at('2026-12-16', 0), '2026-11-21'],
      ['2', 'H19.12', 'action-done', null, '2026-11-25'],
    ],
  );
  assert.deepEqual(
    [review && formatDay(review.on), actions.map(({ state }) => state)],
    ['2026-11-20', ['action-open', 'action-done']],
  );
  assert.deepEqual(
    standings[0]?.findings.map(({ event }) => event),
    ['id-4'],
  );
});

test('an action that is planned anew is open again', () => {
  const again = [...ACTS, ...factsOf(['planned', '2026-12-01', { actionId: '2', ...action }])];
  const { actions } = reviewLife(
    again.map((fact, index) => ({ ...fact, id: `id-${index}` as EventId })),
    zone,
  );
  assert.deepEqual(
    actions.map(({ state, ended }) => [state, ended]),
    [
      ['action-open', null],
      ['action-open', null],
    ],
  );
});

test('a review is the same for any order of its facts', () => {
  const expected = reviewLife(ACTS, zone);
  fc.assert(
    fc.property(fc.shuffledSubarray(ACTS, { minLength: ACTS.length }), (facts) => {
      assert.deepEqual(reviewLife(facts, zone), expected);
    }),
  );
});

test('a row states a review with one action; a later one changes what it states otherwise, and opens nothing again', () => {
  const row = {
    on: '2026-11-20',
    objectiveId: held.objectiveId,
    findings: ['thiếu người'],
    conclusion: 'thêm',
  };
  const first = { ...row, action: { id: '1', ...action } };
  const second = { ...row, action: { id: '2', ...action, outcome: 'dropped', result: 'không' } };
  const said: readonly Stated[] = [
    ['recorded', '2026-11-25', first],
    ['recorded', '2026-11-25', second],
    ['ended', '2026-11-26', { actionId: '1', outcome: 'done', result: 'xong' }],
    ['planned', '2026-11-27', { actionId: '2', ...action }],
  ];
  const told = (...more: readonly Stated[]) => {
    const life = reviewLife(factsOf(...said, ...more), zone);
    assert.deepEqual(reviewLife(factsOf(...said, ...more).reverse(), zone), life);
    return [
      life.held && formatDay(life.held.on),
      ...life.actions.map(({ id, what, state }) => [id, what, state]),
    ];
  };
  const now = [
    ['1', 'điều người', 'action-done'],
    ['2', 'điều người', 'action-open'],
  ];
  assert.deepEqual(told(), ['2026-11-20', ...now]);
  assert.deepEqual(told(['recorded', '2026-11-28', first], ['recorded', '2026-11-28', second]), [
    '2026-11-20',
    ...now,
  ]);
  assert.deepEqual(
    told([
      'recorded',
      '2026-11-28',
      { ...first, on: '2026-11-19', action: { id: '1', ...action, what: 'khác' } },
    ]),
    ['2026-11-19', ['1', 'khác', 'action-done'], now[1]],
  );
});
