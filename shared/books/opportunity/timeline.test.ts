import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { zoneOf } from '../../calendar/zone.ts';
import { type EventId, unitId } from '../../contracts/ids.ts';
import type { OpportunityFact } from './acts.ts';
import { opportunityLife } from './timeline.ts';

const zone = zoneOf('Asia/Ho_Chi_Minh');
const at = (day: string, hour = 9) => Date.parse(`${day}T${String(hour).padStart(2, '0')}:00:00+07:00`);
const proposal = {
  unitId: unitId('H19.12'),
  description: 'nộp trực tuyến',
  source: 'staff',
  proposal: 'hướng dẫn',
};
const plan = { owner: 'Trưởng phòng', due: '2026-12-15' };
const ended = { outcome: 'used', result: '62%' };

type Stated = readonly [act: OpportunityFact['act'], day: string, data: object];

const factsOf = (...acts: readonly Stated[]): OpportunityFact[] =>
  acts.map(([act, day, data], index) => ({
    ...{ id: `id-${index}` as EventId, recordedAt: at(day), time: at(day), act },
    data: { opportunityId: 'C-1', ...(act !== 'recorded' && { person: null }), ...data },
  })) as OpportunityFact[];
const stateOf = (...acts: readonly Stated[]) => opportunityLife(factsOf(...acts), zone).state;

test('an opportunity is identified, planned, and used or dropped; planned anew it is open again', () => {
  const acts: readonly Stated[] = [
    ['identified', '2026-11-01', proposal],
    ['planned', '2026-11-02', plan],
    ['concluded', '2026-11-03', ended],
    ['planned', '2026-11-04', plan],
    ['concluded', '2026-11-05', { ...ended, outcome: 'dropped' }],
  ];
  const states = acts.map((_, index) => stateOf(...acts.slice(0, index + 1)));
  assert.deepEqual(states, ['identified', 'planned', 'used', 'planned', 'dropped']);
  const [{ side } = assert.fail()] = opportunityLife(factsOf(...acts.slice(0, 2)), zone).standings;
  assert.equal(side.due, at('2026-12-16', 0), 'the first moment after its last day');
  const facts = factsOf(...acts);
  const expected = opportunityLife(facts, zone);
  fc.assert(
    fc.property(fc.shuffledSubarray(facts, { minLength: facts.length }), (shuffled) => {
      assert.deepEqual(opportunityLife(shuffled, zone), expected);
    }),
  );
});

test('a row of a file states all at once; a later one what it has otherwise, and undoes nothing else', () => {
  const row = { ...proposal, plan };
  assert.equal(stateOf(['recorded', '2026-11-01', { ...row, conclusion: ended }]), 'used');
  const concluded: readonly Stated[] = [
    ['recorded', '2026-11-01', row],
    ['concluded', '2026-11-03', ended],
  ];
  assert.equal(stateOf(...concluded, ['recorded', '2026-11-04', row]), 'used');
  const mended: Stated = ['recorded', '2026-11-04', { ...row, proposal: 'khác' }];
  const { proposal: now, state } = opportunityLife(factsOf(...concluded, mended), zone);
  assert.deepEqual([now?.proposal, state], ['khác', 'used'], 'what a person concluded stays');
  const later = { ...row, plan: { ...plan, due: '2026-12-20' } };
  assert.equal(stateOf(...concluded, ['recorded', '2026-11-04', later]), 'used', 'it opens nothing again');
  const planned: readonly Stated[] = [
    ['recorded', '2026-11-01', proposal],
    ['planned', '2026-11-02', plan],
  ];
  assert.equal(stateOf(...planned, ['recorded', '2026-11-04', { ...proposal, proposal: 'khác' }]), 'planned');
  const dropped = { ...row, conclusion: { ...ended, outcome: 'dropped' } };
  assert.equal(stateOf(...concluded, ['recorded', '2026-11-04', dropped]), 'dropped');
});
