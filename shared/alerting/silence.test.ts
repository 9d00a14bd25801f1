import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Rule, Watch } from './rule.ts';
import { applySilence, type Silence, silenceFor } from './silence.ts';

const rule: Rule = {
  kind: 'breach',
  for: 0,
  margin: '0',
  minimumVolume: 0,
  repeatInterval: null,
};
const watch: Watch = {
  rule,
  subject: {
    kind: 'objective',
    objective: 'dossier-on-time',
    scope: 'office',
    status: 'breached',
    target: '0.96',
    numerator: 0,
    denominator: 1,
    settleNowDenominator: 1,
    stale: false,
    evidence: '',
  },
};
const feed: Watch = {
  rule: { ...rule, kind: 'feed-silent' },
  subject: { kind: 'feed', feed: 'axis', objectives: [], silent: true, lastEventAt: null, evidence: '' },
};
it('covers a name in whatever Unicode form, and an agency in whatever form, it was written or stored', () => {
  const decomposed = 'nguồn tin'.normalize('NFD');
  const named: Watch = { ...feed, subject: { ...feed.subject, feed: 'nguồn tin' } as Watch['subject'] };
  assert.equal(silenceFor([silence({ matchers: { feed: decomposed } })], named, 150)?.id, 's1');
  const unit: Watch = { ...watch, subject: { ...watch.subject, scope: 'H19.12' } as Watch['subject'] };
  assert.equal(silenceFor([silence({ matchers: { scope: '000.00.12.h19' } })], unit, 150)?.id, 's1');
  assert.equal(silenceFor([silence({ matchers: { scope: '000.00.13.h19' } })], unit, 150), undefined);
});

const silence = (changes: Partial<Silence>): Silence => ({
  id: 's1',
  matchers: {},
  startsAt: 100,
  endsAt: 200,
  createdBy: 'duty',
  comment: 'moving house',
  createdAt: 0,
  ...changes,
});

it('covers from its start up to, not including, its end', () => {
  const covered = [99, 100, 199, 200].map((now) => silenceFor([silence({})], watch, now) !== undefined);
  assert.deepEqual(covered, [false, true, true, false]);
});

it('covers only what every matcher names', () => {
  const covers = (matchers: Silence['matchers'], of = watch) =>
    silenceFor([silence({ matchers })], of, 150) !== undefined;
  assert.ok(covers({ objective: 'dossier-on-time', rule: 'breach' }));
  assert.ok(!covers({ objective: 'dossier-on-time', rule: 'at-risk' }));
  assert.ok(!covers({ scope: 'H19.12' }));
  assert.ok(!covers({ feed: 'axis' }));
  assert.ok(covers({ feed: 'axis' }, feed));
  assert.ok(!covers({ objective: 'dossier-on-time' }, feed));
});

it('ends early when told, and no ending makes it longer', () => {
  const created = applySilence(new Map(), { type: 'silence.created.v1', data: silence({}) });
  const end = (at: number) =>
    applySilence(created, { type: 'silence.ended.v1', data: { id: 's1', at, by: 'duty' } }).get('s1')?.endsAt;
  assert.equal(end(150), 150);
  assert.equal(end(500), 200);
});

it('a silence of a feed whose name was written decomposed covers the feed', () => {
  const subject: Watch['subject'] = {
    kind: 'feed',
    feed: 'Một cửa',
    objectives: [],
    silent: true,
    lastEventAt: null,
    evidence: '',
  };
  const named: Watch = { ...feed, subject };
  const old = silence({ matchers: { feed: 'Một cửa'.normalize('NFD') } });
  assert.equal(silenceFor([old], named, 150), old);
});
