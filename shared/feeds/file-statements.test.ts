import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FeedName, feedName } from '../contracts/ids.ts';
import type { SourceRecord } from '../ledger/source-counts.ts';
import type { FeedDeclaredV1 } from '../office/feed-declared.v1.ts';
import type { FeedStatement } from './feed-book.ts';
import type { Feed } from './feeds.ts';
import { firstStatements, laterStatements } from './file-statements.ts';

const feed = (name: string, sources: string[], rank = 1): Feed => ({
  ...{ name: feedName(name), sources, rank, coverageFrom: null, types: [] },
});
const record = (source: string, rank: number, name = source, lastRecordedAt = 5): SourceRecord => ({
  ...{ source, feed: feedName(name), rank, type: 'dossier.status.v1', events: 1 },
  ...{ firstRecordedAt: 1, lastRecordedAt },
});
const brief = (statements: readonly FeedStatement[]) =>
  statements.map(({ data: { name, sources, rank, fromFile, fromBeginning } }) => [
    ...[name, sources.join(' '), rank, fromFile ? 'file' : 'store', fromBeginning ? 'always' : 'now'],
  ]);

test('the first import states the file, and every other source of the store as it stands', () => {
  const file = [feed('one-stop', ['/a', '/b']), feed('portal', ['/p'], 2)];
  const records = [
    record('/a', 1, 'one-stop'),
    record('/p', 2, 'portal'),
    record('/x', 1),
    record('/y', 2, 'axis'),
  ];
  assert.deepEqual(brief(firstStatements(file, records)), [
    ['/x', '/x', 1, 'store', 'always'],
    ['axis', '/y', 2, 'store', 'always'],
    ['one-stop', '/a /b', 1, 'file', 'always'],
    ['portal', '/p', 2, 'file', 'always'],
  ]);
});

test('where the file ranks otherwise than events were stored, that holds from now on', () => {
  const records = [record('/p', 2), record('/p', 1, 'portal'), record('/x', 1), record('/x', 3)];
  assert.deepEqual(brief(firstStatements([feed('portal', ['/p'])], records)), [
    ['/x', '/x', null, 'store', 'always'],
    ['portal', '/p', null, 'file', 'always'],
    ['portal', '/p', 1, 'file', 'now'],
  ]);
});

test('a source that the file does not name keeps out of the feeds of the file, whatever its events say', () => {
  const records = [record('/a', 1, 'one-stop'), record('/old', 1, 'one-stop')];
  assert.deepEqual(brief(firstStatements([feed('one-stop', ['/a'])], records)), [
    ['/old', '/old', 1, 'store', 'always'],
    ['one-stop', '/a', 1, 'file', 'always'],
  ]);
});

const stated = (data: Partial<FeedDeclaredV1> & Pick<Feed, 'name'>): FeedDeclaredV1 => ({
  ...{ sources: ['/a'], rank: 1, coverageFrom: null, types: [] },
  ...data,
});
const byName = (...all: FeedDeclaredV1[]): Map<FeedName, FeedDeclaredV1> =>
  new Map(all.map((one) => [one.name, one]));

test('later the file states what it says otherwise than before, and retires what has left it', () => {
  const [a, b, c] = ['a', 'b', 'c'].map(feedName) as [FeedName, FeedName, FeedName];
  const lastOfFile = byName(
    stated({ name: a, sources: ['/y', '/x'] }),
    stated({ name: b, sources: ['/b'] }),
    stated({ name: c, sources: ['/c'] }),
  );
  const file = [feed('a', ['/x', '/y']), feed('b', ['/b'], 2), feed('d', ['/d'])];
  assert.deepEqual(brief(laterStatements(file, { last: lastOfFile, lastOfFile })), [
    ['b', '/b', 2, 'file', 'now'],
    ['d', '/d', 1, 'file', 'now'],
    ['c', '', null, 'file', 'now'],
  ]);
});

test('a file that says what it said before leaves what was stated since by others', () => {
  const name = feedName('a');
  const lastOfFile = byName(stated({ name, sources: ['/a'] }));
  const last = byName(stated({ name, sources: ['/a', '/new'] }));
  assert.deepEqual(laterStatements([feed('a', ['/a'])], { last, lastOfFile }), []);
  assert.deepEqual(laterStatements([feed('a', ['/a', '/new'])], { last, lastOfFile: byName() }), []);
});
