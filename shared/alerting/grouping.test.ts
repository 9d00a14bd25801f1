import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type FeedChange, groupsOf } from './grouping.ts';
import type { AlertKey } from './rule.ts';
import { feedSubject } from './testing/subjects.ts';

const changes = (count: number, kind: FeedChange['kind']): FeedChange[] =>
  Array.from({ length: count }, (_, at) => ({
    ...{ key: `${kind}${at}` as AlertKey, subject: feedSubject({ feed: `${kind}${at}` }), kind },
  }));

it('up to three feeds that change alike have a message each', () => {
  assert.equal(groupsOf([...changes(3, 'fired'), ...changes(3, 'resolved')]).size, 0);
});

it('of four the first sends the message about all, and each change is in one', () => {
  const parts = groupsOf([...changes(4, 'fired'), ...changes(2, 'resolved')]);
  const first = parts.get('fired0' as AlertKey);
  assert.ok(first?.kind === 'sends');
  assert.deepEqual(
    first.others.map(({ feed }) => feed),
    ['fired1', 'fired2', 'fired3'],
  );
  for (const at of [1, 2, 3])
    assert.deepEqual(parts.get(`fired${at}` as AlertKey), { kind: 'is-in', toldBy: 'fired0' });
  assert.equal(parts.size, 4);
});

it('a message is about a hundred feeds at most', () => {
  const sending = [...groupsOf(changes(250, 'fired')).values()].flatMap((part) =>
    part.kind === 'sends' ? [part.others.length + 1] : [],
  );
  assert.deepEqual(sending, [100, 100, 50]);
});
