import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { formatDay, parseDay, zoneOf } from '../../calendar/zone.ts';
import type { EventId } from '../../contracts/ids.ts';
import { unitId } from '../../contracts/ids.ts';
import type { PersonId } from '../../contracts/two-people.ts';
import type { RiskFact } from './fact.ts';
import { riskLife, yearLater } from './timeline.ts';

const zone = zoneOf('Asia/Ho_Chi_Minh');
const [lan, minh] = ['lan', 'minh'] as PersonId[] as [PersonId, PersonId];
const at = (day: string, hour = 9) => Date.parse(`${day}T${String(hour).padStart(2, '0')}:00:00+07:00`);
const riskId = 'R-1';

const described = { unitId: unitId('H19.12'), description: 'Hồ sơ dồn cuối tháng', source: 'staff' as const };
const assessment = { likelihood: 4, impact: 5, scale: 5 as const };
const plan = {
  ...{ treatment: 'reduce' as const, measures: 'Thêm người', owner: 'Trưởng phòng', due: '2026-03-31' },
};

type Stated = readonly [act: RiskFact['act'], day: string, change?: object, person?: PersonId | null];

/** A fact of each act, on a day, by a person. */
function factsOf(...acts: readonly Stated[]): RiskFact[] {
  const data = {
    identified: described,
    recorded: described,
    assessed: assessment,
    planned: plan,
    approved: {},
    treated: { evidence: 'BC 15' },
    verified: { result: 'met', comment: 'đạt' },
    judged: { effective: true, likelihood: 2, impact: 5, scale: 5, comment: 'tốt' },
    reviewed: { outcome: 'stands', comment: 'còn', seen: null },
    dismissed: { reason: 'không phải' },
  };
  return acts.map(([act, day, change = {}, person = lan], index) => ({
    ...{ id: `id-${index}` as EventId, recordedAt: at(day), time: at(day), act },
    data: { riskId, ...data[act], ...(act !== 'recorded' && { person }), ...change },
  })) as RiskFact[];
}

const life = (...acts: readonly Stated[]) => riskLife(factsOf(...acts), zone);
const stateOf = (...acts: readonly Stated[]) => life(...acts).state;

const BEGUN: readonly Stated[] = [
  ['identified', '2026-01-05'],
  ['assessed', '2026-01-06'],
  ['planned', '2026-01-07'],
];
const TREATED: readonly Stated[] = [...BEGUN, ['treated', '2026-02-02', {}, lan]];
const VERIFIED: readonly Stated[] = [...TREATED, ['verified', '2026-02-03', {}, minh]];

describe('the life of a risk', () => {
  test('leads from its identification to an effective treatment', () => {
    const acts = [...VERIFIED, ['judged', '2026-05-04', {}, minh]] as readonly Stated[];
    const states = acts.map((_, index) => stateOf(...acts.slice(0, index + 1)));
    assert.deepEqual(states, ['identified', 'assessed', 'planned', 'treated', 'verified', 'effective']);
    const { assessment: left, before } = life(...acts);
    assert.deepEqual([left?.likelihood, before?.likelihood], [2, 4]);
    const again = life(...acts, ['judged', '2026-06-04', { likelihood: 1 }, minh]);
    assert.deepEqual(
      [again.assessment?.likelihood, again.before?.likelihood],
      [1, 4],
      'of the same treatment',
    );
  });

  test('has no second person where one treated and verified it, or where no key names one', () => {
    for (const [doer, verifier] of [
      [lan, lan],
      [lan, null],
      [null, minh],
      [null, null],
    ]) {
      const acts = [...BEGUN, ['treated', '2026-02-02', {}, doer], ['verified', '2026-02-03', {}, verifier]];
      const judged = [...acts, ['judged', '2026-05-04', {}, verifier]];
      assert.equal(stateOf(...(acts as readonly Stated[])), 'unapproved', `${doer}, ${verifier}`);
      assert.equal(stateOf(...(judged as readonly Stated[])), 'unapproved', 'and is not effective');
    }
    assert.equal(
      stateOf(...TREATED, ['verified', '2026-02-03', {}, null], ['verified', '2026-02-04', {}, minh]),
      'verified',
    );
  });

  test('opens again where the treatment was not carried out, or does not work', () => {
    assert.equal(stateOf(...TREATED, ['verified', '2026-02-03', { result: 'not-met' }, minh]), 'planned');
    const again = life(...VERIFIED, ['judged', '2026-05-04', { effective: false }, minh]);
    assert.deepEqual(
      [again.state, again.plan, again.treated, again.judged?.effective],
      ['assessed', null, null, false],
    );
    const unapproved = [...TREATED, ['verified', '2026-02-03', {}, lan]] as readonly Stated[];
    assert.equal(stateOf(...unapproved, ['judged', '2026-05-04', { effective: false }, lan]), 'assessed');
  });

  test('is due until the end of the last day of its plan, and overdue at the first moment after it', () => {
    const { standings } = life(...BEGUN);
    assert.deepEqual(
      standings.map(({ side, dimensions }) => [dimensions.duty, side.account, side.due]),
      [
        ['state', 'planned', at('2026-04-01', 0)],
        ['review', 'review-awaited', at('2027-01-06', 0)],
        ['table', 'not-reviewed', null],
      ],
    );
    const later = life(...BEGUN, ['planned', '2026-02-01', { due: '2026-06-30' }]);
    const [{ side } = assert.fail()] = later.standings;
    assert.deepEqual([side.due, side.dueOriginal], [at('2026-07-01', 0), at('2026-04-01', 0)]);
  });

  test('needs an approval to be accepted, and anew after another plan or another assessment', () => {
    const accept: readonly Stated[] = [...BEGUN, ['planned', '2026-01-08', { treatment: 'accept' }]];
    assert.equal(stateOf(...accept), 'acceptance-asked');
    assert.equal(stateOf(...accept, ['approved', '2026-01-09', {}, null]), 'acceptance-asked');
    assert.equal(stateOf(...accept, ['approved', '2026-01-09', {}, minh]), 'accepted');
    const worse: Stated = ['assessed', '2026-02-01', { impact: 4 }];
    assert.equal(stateOf(...accept, ['approved', '2026-01-09', {}, minh], worse), 'acceptance-asked');
    const approved: readonly Stated[] = [...BEGUN, ['approved', '2026-01-09', {}, minh]];
    assert.equal(life(...approved).plan?.approvedBy, minh);
    assert.equal(stateOf(...approved, ['assessed', '2026-02-01']), 'approved', 'as it was');
    assert.equal(stateOf(...approved, worse), 'planned');
    const late: readonly Stated[] = [...VERIFIED, ['assessed', '2026-02-04', { impact: 4 }]];
    assert.equal(life(...late, ['approved', '2026-02-05', {}, minh]).plan?.approvedBy, minh);
    assert.equal(stateOf(...approved, ['planned', '2026-02-01']), 'planned');
  });

  test('is approved as its head had it in view, not with a plan that came later and is dated before', () => {
    const approved: readonly Stated[] = [...BEGUN, ['approved', '2026-01-09', { approves: 'id-2' }, minh]];
    const { state, toApprove } = life(...approved);
    assert.deepEqual([state, toApprove?.event], ['approved', 'id-2']);
    const other = { plan: { ...plan, measures: 'Việc khác' } };
    for (const change of [other, { assessment: { likelihood: 5, impact: 5 } }]) {
      const changed = life(...approved, ['recorded', '2026-01-08', change]);
      assert.deepEqual([changed.state, changed.plan?.approvedBy], ['planned', null]);
      const [{ findings } = assert.fail()] = changed.standings;
      assert.deepEqual(
        findings.map(({ code, event }) => [code, event]),
        [['not-applicable', 'id-3']],
      );
    }
  });

  test('is reviewed within a year, and leaves the register only by a review', () => {
    const due = (...acts: readonly Stated[]) => {
      const { reviewDue } = life(...acts);
      return reviewDue === null ? null : formatDay(reviewDue);
    };
    assert.equal(due(...BEGUN), '2027-01-05');
    assert.equal(due(...BEGUN, ['reviewed', '2026-06-01']), '2027-06-01');
    assert.equal(due(...BEGUN, ['reviewed', '2026-06-01', { next: '2026-12-01' }]), '2026-12-01');
    assert.equal(due(...BEGUN, ['reviewed', '2026-06-01', { next: '2029-12-01' }]), '2027-06-01');
    const closed = life(...BEGUN, ['reviewed', '2026-06-01', { outcome: 'no-longer-applies' }]);
    assert.deepEqual(
      [closed.state, closed.reviewDue, closed.standings.map(({ side }) => side.account)],
      ['closed', null, ['closed', 'review-ended', 'table-left']],
    );
    assert.equal(
      stateOf(
        ...BEGUN,
        ['reviewed', '2026-06-01', { outcome: 'no-longer-applies' }],
        ['reviewed', '2026-07-01'],
      ),
      'assessed',
    );
    // In the table of its unit it stands on the day of its last review, before the first one on that of its entry.
    const tableDay = (...acts: readonly Stated[]) => {
      const { legs } = life(...acts);
      return legs.flatMap(({ dimensions, to, day }) =>
        dimensions.duty === 'table' ? [`${to.account} ${formatDay(day)}`] : [],
      );
    };
    assert.deepEqual(tableDay(...BEGUN), ['not-reviewed 2026-01-05']);
    const twice: readonly Stated[] = [...BEGUN, ['reviewed', '2026-06-01'], ['reviewed', '2026-07-01']];
    assert.deepEqual(tableDay(...twice), ['reviewed 2026-07-01']);
    const left: readonly Stated[] = [...twice, ['reviewed', '2026-08-01', { outcome: 'no-longer-applies' }]];
    assert.deepEqual(tableDay(...left), ['table-left 2026-08-01']);
    assert.deepEqual(tableDay(...left, ['reviewed', '2026-09-01']), ['reviewed 2026-09-01']);
    assert.equal(formatDay(yearLater(parseDay('2028-02-29') ?? assert.fail())), '2029-02-28');
    assert.equal(formatDay(yearLater(parseDay('2026-12-31') ?? assert.fail())), '2027-12-31');
  });

  test('lists an act that its state does not allow, and is not moved by it', () => {
    const { state, standings } = life(['identified', '2026-01-05'], ['verified', '2026-01-06', {}, minh]);
    assert.equal(state, 'identified');
    assert.deepEqual(
      standings.flatMap(({ findings }) => findings),
      [{ code: 'not-applicable', event: 'id-1', detail: 'verified while identified' }],
    );
  });

  test('is not undone by the row of a file that is sent again', () => {
    const row = {
      ...described,
      assessment: { likelihood: 4, impact: 5 },
      plan,
      treated: { evidence: 'BC 15' },
    };
    const imported: readonly Stated[] = [['recorded', '2026-01-05', row]];
    assert.equal(stateOf(...imported), 'treated');
    assert.equal(
      stateOf(...imported, ['verified', '2026-02-03', {}, minh]),
      'unapproved',
      'the row names no person',
    );
    const verified: readonly Stated[] = [
      ...imported,
      ['treated', '2026-02-02', {}, lan],
      ['verified', '2026-02-03', {}, minh],
    ];
    assert.equal(stateOf(...verified, ['recorded', '2026-02-04', row]), 'verified');
    const { description, state } = life(...verified, [
      'recorded',
      '2026-02-04',
      { ...row, cause: 'thiếu người' },
    ]);
    assert.deepEqual([state, description?.cause], ['verified', 'thiếu người']);
  });

  test('is reviewed on the day that a row of a file states, unless a later one is known', () => {
    const reviewed = (...acts: readonly Stated[]) => {
      const { reviewed: last, reviewDue } = life(...acts);
      return [last && formatDay(last.on), reviewDue && formatDay(reviewDue)];
    };
    const row = (on?: string) => (on === undefined ? described : { ...described, reviewedOn: on });
    const imported: Stated = ['recorded', '2026-02-01', row('2026-01-20')];
    assert.deepEqual(reviewed(['recorded', '2026-02-01', row()]), [null, '2027-02-01']);
    assert.deepEqual(reviewed(imported), ['2026-01-20', '2027-01-20']);
    const later: readonly Stated[] = [imported, ['reviewed', '2026-03-01']];
    assert.deepEqual(reviewed(...later), ['2026-03-01', '2027-03-01']);
    assert.deepEqual(reviewed(...later, ['recorded', '2026-03-05', row('2026-02-20')])[0], '2026-03-01');
    assert.deepEqual(reviewed(...later, ['recorded', '2026-04-05', row('2026-04-02')])[0], '2026-04-02');
    // The row of a day to come counts from the day of its import.
    const ahead: readonly Stated[] = [
      ['recorded', '2026-02-01', row('2026-09-01')],
      ['reviewed', '2026-03-01'],
    ];
    assert.deepEqual(reviewed(...ahead.slice(0, 1))[0], '2026-02-01');
    // Sent again, it takes the place of no review of a person.
    assert.deepEqual(reviewed(...ahead, ['recorded', '2026-04-05', row('2026-09-01')])[0], '2026-03-01');
  });

  test('is the same for any order of its facts, and its legs lead to its standings', () => {
    const acts = factsOf(
      ...VERIFIED,
      ['judged', '2026-05-04', { effective: false }, minh],
      ['reviewed', '2026-06-01'],
    );
    const expected = riskLife(acts, zone);
    fc.assert(
      fc.property(fc.shuffledSubarray(acts, { minLength: acts.length }), (facts) => {
        assert.deepEqual(riskLife(facts, zone), expected);
      }),
    );
    for (const { dimensions, side } of expected.standings) {
      const last = expected.legs.findLast((leg) => leg.dimensions.duty === dimensions.duty);
      assert.deepEqual(last?.to, side);
    }
  });
});
