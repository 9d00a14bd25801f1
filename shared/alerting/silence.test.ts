import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Watch } from './rule.ts';
import { applySilence, type Silence, silenceFact, silenceFor } from './silence.ts';
import { feedSubject, objectiveSubject, rule } from './testing/subjects.ts';

const watch: Watch = { rule: rule(), subject: objectiveSubject({ status: 'breached' }) };
const feedNamed = (feed: string): Watch => ({
  rule: rule({ kind: 'feed-silent' }),
  subject: feedSubject({ feed }),
});
const feed = feedNamed('axis');

it('covers a name in any Unicode form, and an agency in any form, as written or stored', () => {
  const decomposed = 'nguồn tin'.normalize('NFD');
  const named = feedNamed('nguồn tin');
  assert.equal(silenceFor([silence({ matchers: { feed: decomposed } })], named, 150)?.id, 's1');
  const unit: Watch = { rule: rule(), subject: objectiveSubject({ scope: 'H19.12' }) };
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

it('covers only alerts that every matcher names', () => {
  const covers = (matchers: Silence['matchers'], of = watch) =>
    silenceFor([silence({ matchers })], of, 150) !== undefined;
  assert.ok(covers({ objective: 'dossier-on-time', rule: 'breach' }));
  assert.ok(!covers({ objective: 'dossier-on-time', rule: 'at-risk' }));
  assert.ok(!covers({ scope: 'H19.12' }));
  assert.ok(!covers({ feed: 'axis' }));
  assert.ok(covers({ feed: 'axis' }, feed));
  assert.ok(!covers({ objective: 'dossier-on-time' }, feed));
});

it('ends early on request, and no ending makes it longer', () => {
  const created = applySilence(new Map(), { type: 'silence.created.v1', data: silence({}) });
  const end = (at: number) =>
    applySilence(created, { type: 'silence.ended.v1', data: { id: 's1', at, by: 'duty' } }).get('s1')?.endsAt;
  assert.equal(end(150), 150);
  assert.equal(end(500), 200);
});

it('a silence of a feed whose name was written decomposed covers the feed', () => {
  const named = feedNamed('Một cửa');
  const old = silence({ matchers: { feed: 'Một cửa'.normalize('NFD') } });
  assert.equal(silenceFor([old], named, 150), old);
});

it('is the longest-lasting where several cover', () => {
  const [short, long, over] = [
    silence({}),
    silence({ id: 's2', endsAt: 300 }),
    silence({ id: 's3', endsAt: 120 }),
  ];
  for (const order of [
    [short, long, over],
    [long, short, over],
    [over, short, long],
  ])
    assert.equal(silenceFor(order, watch, 150)?.id, 's2');
});

it('stays listed when it is ended, and the end of an unknown silence ends none', () => {
  const created = applySilence(new Map(), { type: 'silence.created.v1', data: silence({}) });
  const end = (id: string) =>
    applySilence(created, { type: 'silence.ended.v1', data: { id, at: 150, by: 'duty' } });
  assert.deepEqual([...end('s1').keys()], ['s1']);
  assert.deepEqual([...end('s2').values()], [silence({})]);
  assert.equal(created.get('s1')?.endsAt, 200, 'the silences of before stay as they were');
});

it('is read back from its event as it was written, and from no other event', () => {
  for (const type of ['silence.created.v1', 'silence.ended.v1'])
    assert.deepEqual(silenceFact(type, JSON.stringify(silence({}))), { type, data: silence({}) });
  assert.equal(silenceFact('silence.unknown.v1', '{}'), undefined);
});
