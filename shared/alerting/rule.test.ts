import assert from 'node:assert/strict';
import { it } from 'node:test';
import { alertKey, alertStream, type ObjectiveSubject, outrankedBy, readingOf } from './rule.ts';
import { feedSubject, objectiveSubject, rule as ruleOf } from './testing/subjects.ts';

const rule = ruleOf({ margin: '0.005', minimumVolume: 20 });
const subject = objectiveSubject({
  scope: 'H19.12',
  numerator: 970,
  denominator: 1000,
  settleNowDenominator: 1000,
});
const breach = (changes: Partial<ObjectiveSubject>) =>
  readingOf({ rule, subject: { ...subject, ...changes } }, false);
const atRisk = (changes: Partial<ObjectiveSubject>, outranked = false) =>
  readingOf({ rule: { ...rule, kind: 'at-risk' }, subject: { ...subject, ...changes } }, outranked);

it('names an alert by objective, scope and rule, or by feed', () => {
  assert.equal(alertKey({ rule, subject }), 'dossier-on-time:H19.12:breach');
  assert.equal(
    alertKey({ rule: { ...rule, kind: 'feed-silent' }, subject: feedSubject() }),
    'one-stop:feed-silent',
  );
});

it('sees a breach only where the objective is breached', () => {
  assert.equal(breach({ status: 'breached' }), 'active');
  assert.equal(breach({ status: 'at-risk' }), 'clear');
  assert.equal(breach({ status: 'met' }), 'clear');
});

it('is clear from target plus margin on, exactly: 96.5 % is, 96.4 % is not', () => {
  assert.equal(breach({ numerator: 965 }), 'clear');
  assert.equal(breach({ numerator: 964 }), 'within-margin');
});

it('does not round: 9,649,999 of 10,000,000 is not 96.5 %', () => {
  assert.equal(breach({ numerator: 9_649_999, denominator: 10_000_000 }), 'within-margin');
  assert.equal(breach({ numerator: 9_650_000, denominator: 10_000_000 }), 'clear');
});

it('is clear at 100 % where target plus margin would be more', () => {
  assert.equal(breach({ target: '1', numerator: 1000 }), 'clear');
  assert.equal(breach({ target: '1', numerator: 999, status: 'breached' }), 'active');
});

it('raises nothing below the minimum volume, nor on a figure that cannot be computed', () => {
  assert.equal(breach({ status: 'breached', numerator: 0, denominator: 19 }), 'low-volume');
  assert.equal(breach({ status: 'breached', numerator: 0, denominator: 20 }), 'active');
  assert.equal(breach({ status: 'not-computable', numerator: 0, denominator: 0 }), 'no-data');
});

it('believes bad news of a silent feed, but not good news', () => {
  assert.equal(breach({ status: 'breached', doubted: true }), 'active');
  assert.equal(breach({ status: 'met', numerator: 1000, doubted: true }), 'no-data');
});

it('judges the end of at-risk by the figure after settling everything overdue now', () => {
  // 970 of 1,000 with 5 overdue: 970/1,005 = 96.517 %; with 6: 970/1,006 = 96.421 %.
  assert.equal(atRisk({ settleNowDenominator: 1005 }), 'clear');
  assert.equal(atRisk({ settleNowDenominator: 1006 }), 'within-margin');
  assert.equal(atRisk({ status: 'at-risk', settleNowDenominator: 1011 }), 'active');
});

it('lets a firing breach speak for at-risk', () => {
  assert.equal(atRisk({ status: 'breached' }), 'active');
  assert.equal(atRisk({ status: 'breached' }, true), 'superseded');
  assert.equal(outrankedBy({ rule: { ...rule, kind: 'at-risk' }, subject }), 'dossier-on-time:H19.12:breach');
  assert.equal(outrankedBy({ rule, subject }), undefined);
});

it('lets no breach speak for a feed', () => {
  assert.equal(outrankedBy({ rule: { ...rule, kind: 'at-risk' }, subject: feedSubject() }), undefined);
});

it('sees of a feed whether it is silent, independent of other alerts', () => {
  const feed = (silent: boolean, outranked: boolean) =>
    readingOf({ rule: { ...rule, kind: 'feed-silent' }, subject: feedSubject({ silent }) }, outranked);
  assert.deepEqual([feed(true, true), feed(false, false)], ['active', 'clear']);
});

it('adds a margin of fewer decimals than the target exactly', () => {
  const of = (numerator: number) => {
    const exact = { ...rule, margin: '0.1' };
    return readingOf(
      { rule: exact, subject: { ...subject, target: '0.8125', numerator, denominator: 10_000 } },
      false,
    );
  };
  assert.deepEqual([of(9_124), of(9_125)], ['within-margin', 'clear']);
});

it('has a stream of its own', () => {
  assert.equal(alertStream(alertKey({ rule, subject })), 'alert-dossier-on-time:H19.12:breach');
});

it('is clear of a figure that grows whenever it is neither missed nor at risk, however far its share', () => {
  const grows = { cumulative: true, numerator: 200 } as const;
  for (const status of ['on-path', 'met'] as const) {
    assert.equal(breach({ ...grows, status }), 'clear');
    assert.equal(atRisk({ ...grows, status }), 'clear');
  }
  assert.equal(breach({ ...grows, status: 'at-risk' }), 'clear');
  assert.equal(atRisk({ ...grows, status: 'at-risk' }), 'active');
  assert.equal(breach({ ...grows, status: 'breached' }), 'active');
  assert.equal(breach({ ...grows, status: 'on-path', doubted: true }), 'no-data');
});
