import assert from 'node:assert/strict';
import { test } from 'node:test';
import { books } from '../books/registry.ts';
import { zoneOf } from '../calendar/zone.ts';
import { feedsFromText, feedsOf } from './feeds.ts';

const zone = zoneOf('Asia/Ho_Chi_Minh');
const read = (feeds: unknown) => feedsFromText(JSON.stringify(feeds), zone, books.kinds);

test('without a file each source is a feed of its own, local; those of the national portal are ranked below', () => {
  const { feedOf, configured } = feedsOf();
  assert.deepEqual(feedOf('/one-stop/h19'), { feed: '/one-stop/h19', rank: 1 });
  assert.deepEqual(feedOf('/feeds/dvcqg/H19.12'), { feed: '/feeds/dvcqg/H19.12', rank: 2 });
  assert.deepEqual(feedOf('/feeds/edxml'), { feed: '/feeds/edxml', rank: 1 });
  assert.deepEqual(feedOf('/feeds/dvcqgx'), { feed: '/feeds/dvcqgx', rank: 1 });
  assert.deepEqual(configured, []);
});

test('a file gathers sources under a name; what it does not name stays as it was', () => {
  const { feedOf, configured } = read([
    {
      name: 'one-stop',
      sources: ['/one-stop/a', '/one-stop/b'],
      coverageFrom: '2026-01-01',
      types: ['dossier.status.v1'],
    },
    { name: 'portal', sources: ['/feeds/dvcqg/H19.12'], rank: 3 },
  ]);
  assert.deepEqual(feedOf('/one-stop/b'), { feed: 'one-stop', rank: 1 });
  assert.deepEqual(feedOf('/feeds/dvcqg/H19.12'), { feed: 'portal', rank: 3 });
  assert.deepEqual(feedOf('/feeds/dvcqg/H19.13'), { feed: '/feeds/dvcqg/H19.13', rank: 2 });
  assert.deepEqual(configured[0], {
    name: 'one-stop',
    sources: ['/one-stop/a', '/one-stop/b'],
    rank: 1,
    coverageFrom: Date.parse('2025-12-31T17:00:00Z'),
    types: ['dossier.status.v1'],
  });
});

test('a feed of the portal is national unless its file says otherwise', () => {
  const { feedOf } = read([{ name: 'portal', sources: ['/feeds/dvcqg/H19.12'] }]);
  assert.deepEqual(feedOf('/feeds/dvcqg/H19.12'), { feed: 'portal', rank: 2 });
});

test('a file that is wrong says where', () => {
  const wrong: [unknown, RegExp][] = [
    [{}, /array/],
    [[{ name: 'a', sources: [] }], /sources/],
    [
      [{ name: 'a', sources: ['s'], rang: 7 }],
      /^Error: \/0\/rang: nothing, since this name is not known here; it was 7$/,
    ],
    [[{ name: 'a', sources: ['s'], rank: 0 }], /\/0\/rank: .* it was 0/],
    [[{ name: 'a', sources: ['s'], coverageFrom: '2023-02-29' }], /coverageFrom/],
    [[{ name: 'a', sources: ['s'], types: ['weather.v1'] }], /types/],
    [[{ name: 'a', sources: ['s', 's'] }], /two feeds have the source s/],
    [
      [
        { name: 'a', sources: ['s'] },
        { name: 'a', sources: ['t'] },
      ],
      /two feeds are named a/,
    ],
  ];
  for (const [feeds, fault] of wrong) assert.throws(() => read(feeds), fault);
  assert.throws(() => feedsFromText('{', zone, books.kinds), /JSON/);
});

test('names of a file that are written decomposed are those of the feeds', () => {
  const { feedOf } = feedsFromText(
    JSON.stringify([{ name: 'Một cửa', sources: ['/một-cửa/Đồng Nai'] }]).normalize('NFD'),
    zone,
    books.kinds,
  );
  assert.deepEqual(feedOf('/một-cửa/Đồng Nai'), { feed: 'Một cửa', rank: 1 });
});
