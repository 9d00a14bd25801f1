import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatDay, zoneOf } from '../../calendar/zone.ts';
import type { EventId } from '../../contracts/ids.ts';
import type { DutyFact } from './acts.ts';
import { dutyLife, evaluateDuty } from './timeline.ts';

const zone = zoneOf('Asia/Ho_Chi_Minh');
const at = (day: string, hour = 9) => Date.parse(`${day}T${String(hour).padStart(2, '0')}:00:00+07:00`);
type Stated = readonly [act: DutyFact['act'], day: string, data: object];
const factsOf = (...acts: readonly Stated[]): DutyFact[] =>
  acts.map(([act, day, data], index) => ({
    ...{ id: `id-${index}` as EventId, recordedAt: at(day), time: at(day), act },
    data: { dutyId: 'BC', ...(!act.endsWith('recorded') && { person: null }), ...data },
  })) as DutyFact[];
const request = {
  ...{ unitId: 'H19.12', askedBy: 'Ban Chỉ đạo', form: 'Mẫu 05', from: '2026-01-01', to: '2026-06-30' },
  ...{ on: '2026-06-20', due: '2026-07-10' },
};
const report = { number: '15/BC-VP', evidence: 'công văn' };
const legsOf = (facts: readonly DutyFact[]) =>
  evaluateDuty(facts, zone).legs.map(
    ({ day, from, to }) => `${formatDay(day)} ${from.account} → ${to.account}`,
  );

test('a report is in time up to the end of its last day, and late from then on', () => {
  const asked = factsOf(['requested', '2026-06-20', request]);
  assert.equal(evaluateDuty(asked, zone).standings[0]?.side.due, at('2026-07-11', 0));
  const of = (on: string) =>
    legsOf(factsOf(['requested', '2026-06-20', request], ['submitted', on, { ...report, on }]));
  assert.deepEqual(of('2026-07-10'), ['2026-06-20 unstated → asked', '2026-07-10 asked → submitted/in-time']);
  assert.equal(of('2026-07-11')[1], '2026-07-11 asked → submitted/late');
});

test('a day that had not come when it was stated counts as the day of the statement', () => {
  assert.deepEqual(legsOf(factsOf(['requested', '2026-06-19', request])), ['2026-06-19 unstated → asked']);
});

test('what was passed on and is withdrawn on a later day has moved to its end alone', () => {
  const facts = factsOf(
    ['communicated', '2026-01-15', { unitId: 'H19.12', year: 2026, on: '2026-01-15' }],
    ['withdrawn', '2026-02-03', { reason: 'nhầm' }],
  );
  assert.deepEqual(legsOf(facts), ['2026-02-03 unstated → withdrawn']);
});

test('what replaces another statement is all that counts; what cannot follow is listed', () => {
  const facts = factsOf(
    ['requested', '2026-06-20', request],
    ['communicated', '2026-06-21', { unitId: 'H19.12', year: 2026, on: '2026-06-21' }],
    ['requested', '2026-06-22', { ...request, due: '2026-07-31' }],
    ['submitted', '2026-07-20', { ...report, on: '2026-07-20' }],
    ['submitted', '2026-08-02', { ...report, on: '2026-08-01' }],
  );
  const { state, findings } = dutyLife(facts, zone);
  assert.deepEqual([state, findings.map(({ event }) => event)], ['submitted/late', ['id-1']]);
  assert.deepEqual(legsOf(facts), ['2026-06-20 unstated → asked', '2026-08-01 asked → submitted/late']);
  const gone = [...facts, ...factsOf(['withdrawn', '2026-08-03', { reason: 'nhầm' }])].map((fact, index) => ({
    ...fact,
    id: `id-${index}` as EventId,
  }));
  assert.deepEqual(legsOf(gone), ['2026-06-20 unstated → asked', '2026-08-03 asked → withdrawn']);
  fc.assert(
    fc.property(fc.shuffledSubarray(gone, { minLength: gone.length }), (shuffled) => {
      assert.deepEqual(evaluateDuty(shuffled, zone), evaluateDuty(gone, zone));
    }),
  );
});

test('a row states a request and its report; a later one mends it, and undoes nothing that people stated', () => {
  const row = request;
  const submission = { ...report, on: '2026-07-12' };
  const stateOf = (...acts: readonly Stated[]) => {
    const facts = factsOf(...acts);
    assert.deepEqual(evaluateDuty(facts.toReversed(), zone), evaluateDuty(facts, zone));
    return dutyLife(facts, zone).state;
  };
  assert.equal(stateOf(['report-recorded', '2026-06-20', row]), 'asked');
  const late: readonly Stated[] = [['report-recorded', '2026-07-12', { ...row, submission }]];
  assert.equal(stateOf(...late), 'submitted/late');
  const mended = { ...row, due: '2026-07-12', submission };
  assert.equal(stateOf(...late, ['report-recorded', '2026-07-13', mended]), 'submitted/in-time');

  const byPerson: readonly Stated[] = [
    ['report-recorded', '2026-06-20', row],
    ['submitted', '2026-07-08', { ...report, on: '2026-07-08' }],
  ];
  assert.equal(
    stateOf(...byPerson, ['report-recorded', '2026-07-09', row]),
    'submitted/in-time',
    'sent again',
  );
  const gone: readonly Stated[] = [...byPerson, ['withdrawn', '2026-07-09', { reason: 'nhầm' }]];
  const { state, findings } = dutyLife(factsOf(...gone, ['report-recorded', '2026-07-10', mended]), zone);
  assert.deepEqual(
    [state, findings.map(({ detail }) => detail)],
    ['withdrawn', ['requested while withdrawn', 'submitted while withdrawn']],
  );

  // A row of an earlier day comes before the request of a person, which holds, with the answer of the row.
  const later: Stated = ['requested', '2026-07-13', { ...request, due: '2026-07-12' }];
  assert.equal(stateOf(...late, later), 'submitted/in-time');

  const communication = { year: 2026, on: '2026-01-15', means: 'họp', reached: 18, of: 20, evidence: 'BB' };
  const other: Stated = ['communication-recorded', '2026-07-14', { unitId: 'H19.12', ...communication }];
  const again: Stated = ['report-recorded', '2026-07-15', { ...row, submission }];
  assert.equal(stateOf(...late, later, other, again), 'submitted/in-time', 'sent again after a wrong row');
  assert.deepEqual(
    legsOf(factsOf(['communication-recorded', '2026-01-16', { unitId: 'H19.12', ...communication }])),
    ['2026-01-15 unstated → communicated'],
  );
});

test('of rows of one day the one that was recorded last holds, whatever their ids', () => {
  for (const [first, last] of ['ab', 'ba']) {
    const [before, after] = factsOf(
      ['report-recorded', '2026-06-20', request],
      ['report-recorded', '2026-06-20', { ...request, due: '2026-07-31' }],
    );
    const facts = [
      { ...before, id: first },
      { ...after, id: last, recordedAt: at('2026-06-20', 10) },
    ] as DutyFact[];
    for (const given of [facts, facts.toReversed()])
      assert.equal(dutyLife(given, zone).requested?.due, '2026-07-31');
  }
});
