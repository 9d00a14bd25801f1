import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Part } from '../client/api.ts';
import { evidence, objective } from '../testing/examples.ts';
import { wordsIn } from '../text/words.ts';
import { subjectOf } from './alerts.ts';
import { doubtsOf } from './doubts.ts';
import { fieldsOf, listedIn } from './listed.ts';
import { failedWord, leaves, reachedBy, titleOf } from './parts.ts';
import { notReady, qualityOf } from './quality.ts';

const vi = wordsIn('vi');
const NO_DOUBT = {
  state: 'ok',
  doubts: [],
  deadLetters: 0,
  setAside: 0,
  lost: 0,
  acceptedLosses: [],
  quarantined: 0,
};
const part = (name: string, counts: Part['counts'], count = 1, of?: string[]): Part => ({
  name,
  title: { vi: `Mục ${name}`, en: `Part ${name}` },
  count,
  counts,
  ...(of && { of }),
});

test('a union is no leaf, and the parts that reach the objective are named within a sentence', () => {
  const [lost, broken, kept] = [part('lost', 'against'), part('broken', 'against'), part('kept', 'for')];
  const parts = [part('failed', 'against', 2, ['lost', 'broken']), lost, broken, kept];
  assert.deepEqual(leaves({ parts }, 'against'), [lost, broken]);
  assert.equal(reachedBy({ parts }, vi), 'mục kept');
  assert.equal(titleOf({ parts }, 'failed', vi), 'Mục failed');
  assert.equal(titleOf({ parts }, 'brand-new', vi), 'brand-new');
});

test('one failure has its own word', () => {
  const en = wordsIn('en');
  assert.deepEqual(
    [1, -1, 0, 2].map((count) => failedWord(objective(), count, en)),
    ['late dossier', 'late dossier', 'late dossiers', 'late dossiers'],
  );
});

test('a doubt is given with its reason, in the words of the page or by its code', () => {
  const doubtful = objective({
    trust: {
      ...NO_DOUBT,
      state: 'stale',
      doubts: ['clock', 'behind', 'unverified', 'stale', 'incomplete', 'brand-new'],
      ...{ deadLetters: 3, setAside: 1, lost: 2 },
    },
    freshness: [
      { feed: '/one-stop/office', lastRecordedAt: null, silent: true, coverageFrom: null },
      { feed: '/axis', lastRecordedAt: null, silent: false, coverageFrom: null },
    ],
  });
  assert.deepEqual(doubtsOf(doubtful, vi), [
    'Đồng hồ máy chủ có thể sai: chưa thể tin các mốc thời gian',
    'Sổ chưa theo kịp kho sự kiện: số liệu có thể cũ',
    'Kiểm tra phát hiện dữ liệu lưu trữ bị thay đổi hoặc hỏng',
    'Nguồn tin im lặng quá giới hạn: /one-stop/office',
    '3 tin lỗi chưa xử lý',
    'Kho sự kiện đã mất 2 sự kiện cũ',
    '1 sự kiện không ghi được vào sổ, chưa có trong số liệu',
    'brand-new',
  ]);
  assert.deepEqual(doubtsOf({ ...doubtful, freshness: [] }, vi)[3], 'Chưa có nguồn tin nào');
  assert.deepEqual(
    doubtsOf(
      objective({
        trust: { ...NO_DOUBT, state: 'good' },
      }),
      vi,
    ),
    [],
  );
});

test('what lacks a record is counted in the word for what the objective lists', () => {
  const parts = [{ ...part('unapproved', 'open'), missing: true }];
  const said = (lists: string) =>
    (['vi', 'en'] as const).flatMap((language) =>
      doubtsOf(objective({ trust: NO_DOUBT, freshness: [], lists, parts }), wordsIn(language)),
    );
  assert.deepEqual(said('periods'), ['Mục unapproved: 1 kỳ', 'Part unapproved: 1 period']);
  assert.deepEqual(said('staff'), ['Mục unapproved: 1 người', 'Part unapproved: 1 person']);
  assert.deepEqual(said('drills'), ['Mục unapproved: 1', 'Part unapproved: 1']);
});

test('the key of its list decides the columns of a list; of an unknown book they are its fields', () => {
  assert.equal(listedIn(evidence).columns, 'dossiers');
  const { dossiers: _, documents: __, ...frame } = evidence;
  assert.equal(listedIn({ ...frame, documents: [] }).columns, 'documents');
  assert.equal(listedIn({ ...frame, inspectedUnits: [] }).columns, 'inspectedUnits');
  assert.equal(listedIn({ ...frame, periods: [] }).columns, 'periods');
  const drills = [
    { id: 'T-1', unit: 'H19.01', findings: [{ code: 'late' }] },
    { id: 'T-2', unit: null, concluded: true },
  ];
  assert.ok(frame.parts.length > 0);
  const answer = { ...frame, drills };
  const listed = listedIn(answer);
  assert.ok(listed.columns === 'fields');
  assert.deepEqual(fieldsOf(listed.items), ['id', 'unit', 'concluded']);
  assert.deepEqual(
    listed.items.map((row) => [...row.values()]),
    [
      ['T-1', 'H19.01'],
      ['T-2', null, true],
    ],
  );
});

test('rejected events are counted once, across the objectives in doubt', () => {
  const doubted = (deadLetters: number) =>
    objective({
      trust: { ...NO_DOUBT, state: 'incomplete', doubts: ['incomplete'], deadLetters },
    });
  assert.equal(qualityOf([doubted(2), doubted(3)], undefined)?.rejected, 3);
  assert.equal(qualityOf([doubted(2)], { items: [], total: 7 })?.rejected, 7);
  assert.equal(qualityOf([doubted(0)], { items: [], total: 0 }), null);
});

test('each part with a fault in its data is listed, once for all objectives of one formula', () => {
  const [undated, sound, healed] = [
    { ...part('undated', 'outside', 4), fault: true },
    part('sound', 'outside', 9),
    { ...part('healed', 'outside', 0), fault: true },
  ];
  const formula = (name: string) => ({
    name,
    version: 1,
    text: { vi: 'x', en: 'x' },
    options: {},
    settings: {},
  });
  const of = (id: string, name: string) =>
    objective({ id, formula: formula(name), parts: [undated, sound, healed], trust: NO_DOUBT });
  const quality = qualityOf([of('a', 'one'), of('b', 'one'), of('c', 'other')], undefined);
  assert.deepEqual(
    quality?.faulty.map((one) => [one.objective, one.part.name]),
    [
      ['a', 'undated'],
      ['c', 'undated'],
    ],
  );
});

test('a part that is not ready is named with its reason', () => {
  const checks = [
    { name: 'projector', ok: true },
    { name: 'kafka', ok: false, reason: 'no broker', since: '2026-11-23T02:00:00.000Z' },
  ];
  const [sentence, ...more] = notReady({ ready: false, checks }, vi);
  assert.match(sentence ?? '', /^kafka không sẵn sàng từ .*09:00.*: no broker$/);
  assert.deepEqual(more, []);
});

test('an alert is about an objective, of the office or of a unit, or about a feed', () => {
  const of = (subject: Readonly<Record<string, unknown>>) => subjectOf({ subject });
  const office = of({ objective: 'a', scope: 'office', numerator: 1, denominator: 2, target: 0.9 });
  assert.deepEqual(
    [office.objective, office.unit, office.denominator, office.target],
    ['a', undefined, 2, 0.9],
  );
  assert.equal(of({ objective: 'a', scope: 'H19.07' }).unit, 'H19.07');
  const feed = of({ feed: '/axis', lastEventAt: null });
  assert.deepEqual([feed.objective, feed.feed, feed.lastEventAt], [undefined, '/axis', null]);
});
