import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseDay, zoneOf } from '../../calendar/zone.ts';
import { type EventId, unitId } from '../../contracts/ids.ts';
import type { ConcludedFact, FindingFact, InspectionFact, PlannedFact, VisitedFact } from './fact.ts';
import { inspectionTimeline } from './timeline.ts';

const ZONE = zoneOf('Asia/Ho_Chi_Minh');
const at = (text: string) => Date.parse(`${text}T09:00:00+07:00`);
const day = (text: string) => parseDay(text) ?? assert.fail(text);

let last = 0;
/** Each is recorded on its day, and stated after those before it. */
const stated = (time: string) => {
  last += 1;
  return {
    id: `${String(last).padStart(6, '0')}` as EventId,
    recordedAt: at(time) + last,
    time: at(time) + last,
  };
};
const OF = { unit: unitId('H19.02.A'), inspection: 'par' } as const;
const planned = (time: string, until: string, more: Partial<PlannedFact> = {}): PlannedFact => ({
  ...{ kind: 'planned', ...stated(time), ...OF, until, ...more },
});
const visited = (time: string, more: Partial<VisitedFact> = {}): VisitedFact => ({
  ...{ kind: 'visited', ...stated(time), ...OF, at: at(time), ...more },
});
const concluded = (time: string, more: Partial<ConcludedFact> = {}): ConcludedFact => ({
  ...{ kind: 'concluded', ...stated(time), ...OF, at: at(time), ...more },
});
const found = (time: string, finding: string, more: Partial<FindingFact> = {}): FindingFact => ({
  ...{ kind: 'finding', ...stated(time), finding, ...more },
});
const closed = (time: string, finding: string): InspectionFact => ({
  ...{ kind: 'finding-closed', ...stated(time), finding, at: at(time) },
});

const courseOf = (...facts: readonly InspectionFact[]) =>
  inspectionTimeline(facts, ZONE).inspection.legs.map(({ day: on, to }) => [on, to.account]);
const anomaliesOf = (...facts: readonly InspectionFact[]) =>
  inspectionTimeline(facts, ZONE).inspection.findings.map(({ code }) => code);

describe('an inspection', () => {
  it('goes from its plan by each visit to its conclusion, on their days', () => {
    assert.deepEqual(
      courseOf(
        planned('2026-01-12', '2026-03-31'),
        visited('2026-03-09'),
        visited('2026-03-10'),
        concluded('2026-03-31'),
      ),
      [
        [day('2026-01-12'), 'planned'],
        [day('2026-03-09'), 'visited/planned'],
        [day('2026-03-10'), 'visited/planned'],
        [day('2026-03-31'), 'concluded/planned'],
      ],
    );
  });

  it('counts without a plan, and by file without a visit', () => {
    assert.deepEqual(courseOf(concluded('2026-03-31', { mode: 'by-file' })), [
      [day('2026-03-31'), 'concluded/unplanned'],
    ]);
  });

  it('is unplanned when its plan is dated after it had begun; planned on the day itself', () => {
    const late = [visited('2026-03-09'), planned('2026-03-10', '2026-03-31')];
    assert.deepEqual(courseOf(...late), [[day('2026-03-09'), 'visited/unplanned']]);
    assert.deepEqual(anomaliesOf(...late), ['planned-after-begin']);
    const same = [visited('2026-03-09'), planned('2026-03-09', '2026-03-31')];
    assert.deepEqual(courseOf(...same), [
      [day('2026-03-09'), 'planned'],
      [day('2026-03-09'), 'visited/planned'],
    ]);
    assert.deepEqual(anomaliesOf(...same), []);
  });

  it('is held to the last statement of its plan, and leaves the plan when that is cancelled', () => {
    const plan = planned('2026-01-12', '2026-03-31');
    const moved = planned('2026-02-02', '2026-06-30');
    const { inspection } = inspectionTimeline([moved, plan], ZONE);
    assert.equal(inspection.side.due, Date.parse('2026-07-01T00:00:00+07:00'));
    assert.equal(inspection.day, day('2026-01-12'));
    const cancelled = planned('2026-04-01', '2026-06-30', { isCancelled: true });
    assert.deepEqual(courseOf(plan, moved, cancelled), [
      [day('2026-01-12'), 'planned'],
      [day('2026-04-01'), 'cancelled'],
    ]);
    assert.deepEqual(courseOf(plan, cancelled, visited('2026-05-04')), [
      [day('2026-05-04'), 'visited/unplanned'],
    ]);
  });

  it('is held to the row that was recorded last, where a sheet was mended without another day', () => {
    const time = at('2026-01-12');
    for (const [first, second] of ['ab', 'ba']) {
      const before = planned('2026-01-12', '2026-03-31', { id: first as EventId, time });
      const after = planned('2026-01-12', '2026-04-30', { id: second as EventId, time });
      for (const facts of [
        [before, after],
        [after, before],
      ])
        assert.equal(inspectionTimeline(facts, ZONE).plan?.until, '2026-04-30');
    }
  });

  it('is not moved by a visit after its conclusion, which is noted', () => {
    const facts = [visited('2026-03-09'), concluded('2026-03-31'), visited('2026-05-04')];
    assert.deepEqual(courseOf(...facts), [
      [day('2026-03-09'), 'visited/unplanned'],
      [day('2026-03-31'), 'concluded/unplanned'],
    ]);
    assert.deepEqual(anomaliesOf(...facts), ['visited-after-conclusion']);
  });

  it('is not concluded by a conclusion that is still to come when it is recorded', () => {
    const facts = [visited('2026-03-09'), concluded('2026-03-10', { at: at('2026-03-31') })];
    assert.deepEqual(courseOf(...facts), [[day('2026-03-09'), 'visited/unplanned']]);
    assert.deepEqual(anomaliesOf(...facts), ['future']);
  });

  it('is of the unit, field, mode and announcement that were stated last; another unit is noted', () => {
    const facts = [
      visited('2026-03-09', { announced: false, mode: 'on-site' }),
      concluded('2026-03-31', { unit: unitId('H19.02.B') }),
    ];
    const { inspection, mode, announced } = inspectionTimeline(facts, ZONE);
    assert.equal(inspection.dimensions.unit, 'H19.02.B');
    assert.deepEqual([mode, announced], ['on-site', false]);
    assert.deepEqual(anomaliesOf(...facts), ['unit-differs']);
  });

  it('forgets what was corrected, whichever arrived first', () => {
    const wrong = concluded('2026-03-31');
    const right = visited('2026-03-30', { corrects: wrong.id });
    assert.deepEqual(courseOf(right, wrong), [[day('2026-03-30'), 'visited/unplanned']]);
    assert.deepEqual(
      inspectionTimeline([wrong, right], ZONE)
        .classified.map(({ use }) => use)
        .sort(),
      ['applied', 'replaced'],
    );
  });
});

describe('a finding', () => {
  const linesOf = (...facts: readonly InspectionFact[]) =>
    inspectionTimeline(facts, ZONE).lines.map(({ finding, side, dimensions, findings }) => [
      ...[finding, side.account, side.due, dimensions.unit],
      ...findings.map(({ code }) => code),
    ]);

  it('is open from its day until its due date is over, for the unit that has to mend it', () => {
    assert.deepEqual(
      linesOf(
        concluded('2026-03-31'),
        found('2026-03-31', '1', { dueAt: at('2026-06-30') }),
        found('2026-03-31', '2', { unit: unitId('H19.02.B') }),
      ),
      [
        ['1', 'finding/open', Date.parse('2026-07-01T00:00:00+07:00'), 'H19.02.A'],
        ['2', 'finding/open', null, 'H19.02.B'],
      ],
    );
  });

  it('is closed on the day on which its mending was verified, not before it was found', () => {
    const facts = [concluded('2026-03-31'), found('2026-03-31', '1'), closed('2026-03-30', '1')];
    const [line = assert.fail()] = inspectionTimeline(facts, ZONE).lines;
    assert.deepEqual([line.side.account, line.day], ['finding/closed', day('2026-03-31')]);
  });

  it('of no inspection, or closed without being stated, is noted and moves nothing', () => {
    assert.deepEqual(linesOf(found('2026-03-31', '1')), [
      ['1', 'finding/open', null, null, 'without-inspection'],
    ]);
    assert.deepEqual(linesOf(concluded('2026-03-31'), closed('2026-04-01', '1')), [
      ['1', 'unknown', null, 'H19.02.A', 'closed-without-finding'],
    ]);
  });
});

describe('any facts', () => {
  const days = fc.integer({ min: 1, max: 28 }).map((n) => `2026-03-${String(n).padStart(2, '0')}`);
  const fact = fc.oneof(
    fc
      .tuple(days, days, fc.boolean())
      .map(([time, until, off]) => planned(time, until, off ? { isCancelled: true } : {})),
    days.map((time) => visited(time)),
    days.map((time) => concluded(time)),
    fc.tuple(days, fc.constantFrom('1', '2')).map(([time, name]) => found(time, name)),
    fc.tuple(days, fc.constantFrom('1', '2')).map(([time, name]) => closed(time, name)),
  );

  it('come to the same in any order and however often they arrive; each chain runs forward in time', () => {
    fc.assert(
      fc.property(fc.array(fact, { maxLength: 8 }), fc.array(fc.nat()), (facts, order) => {
        const shuffled = facts
          .map((one, index) => [order[index] ?? 0, one] as const)
          .sort(([a], [b]) => a - b)
          .map(([, one]) => one);
        const timeline = inspectionTimeline(facts, ZONE);
        assert.deepEqual(inspectionTimeline([...shuffled, ...facts], ZONE), timeline);
        for (const { legs, side } of [timeline.inspection, ...timeline.lines]) {
          let from = 'unknown';
          let since = -Infinity;
          for (const leg of legs) {
            assert.equal(leg.from.account, from);
            assert.ok(leg.day >= since);
            [from, since] = [leg.to.account, leg.day];
          }
          assert.equal(side.account, from);
        }
        assert.equal(timeline.classified.length, facts.length);
      }),
    );
  });
});
