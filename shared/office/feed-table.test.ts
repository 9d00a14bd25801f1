import assert from 'node:assert/strict';
import { test } from 'node:test';
import { feedName } from '../contracts/ids.ts';
import { feedRow } from '../measures/testing/feed-row.ts';
import { FeedTable } from './feed-table.ts';

const stored = (source: string, rank = 1) => ({ source, feed: feedName(`${source} as stored`), rank });

test('without a declared feed, and after the last is retired, each source is what its events say', () => {
  const own = { feed: 'portal as stored', rank: 2, standing: 'undeclared' };
  assert.deepEqual(FeedTable.NONE.feedOf(stored('portal', 2)), own);
  const retired = new FeedTable([feedRow('office'), feedRow('office', { sources: [] }, 2)]);
  assert.deepEqual(retired.feedOf(stored('portal', 2)), own);
});

test('a declared feed decides, whatever was stored, and a source of none is quarantined below all', () => {
  const table = new FeedTable([feedRow('office', { sources: ['a', 'b'], rank: 9 })]);
  assert.deepEqual(table.feedOf(stored('b', 1)), { feed: 'office', rank: 9, standing: 'declared' });
  assert.deepEqual(table.feedOf(stored('c', 1)), { feed: 'c', rank: 10, standing: 'quarantined' });
});

test('what people state here is in no quarantine, whatever is declared', () => {
  const own = { feed: 'nhip/alerter as stored', rank: 1, standing: 'own' };
  for (const table of [FeedTable.NONE, new FeedTable([feedRow('office', { sources: ['a'] })])])
    assert.deepEqual(table.feedOf(stored('nhip/alerter', 1)), own);
});

test('a feed of no rank leaves each event that with which it was stored', () => {
  const table = new FeedTable([feedRow('office', { sources: ['a'], rank: null })]);
  assert.deepEqual([table.rankOf(stored('a', 1)), table.rankOf(stored('a', 3))], [1, 3]);
});

test('of a source that two feeds name the later statement holds, in any order of arrival', () => {
  const rows = [
    feedRow('first', { sources: ['a', 'b'] }, 1),
    feedRow('second', { sources: ['b'], rank: 2 }, 2),
  ];
  for (const known of [rows, rows.toReversed()]) {
    const table = new FeedTable(known);
    assert.deepEqual(
      ['a', 'b'].map((source) => table.feedOf(stored(source)).feed),
      ['first', 'second'],
    );
    assert.deepEqual(
      table.feeds.map((feed) => table.sourcesOf(feed)),
      [['a'], ['b']],
    );
  }
  const back = new FeedTable([...rows, feedRow('second', { sources: [] }, 3)]);
  assert.equal(back.feedOf(stored('b')).feed, 'first', 'a retired feed gives it back');
});
