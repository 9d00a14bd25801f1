import assert from 'node:assert/strict';
import { test } from 'node:test';
import { books } from '../books/registry.ts';
import { vietnamHolidays } from '../calendar/holidays.ts';
import { workingCalendar } from '../calendar/working-calendar.ts';
import { parseDay, zoneOf } from '../calendar/zone.ts';
import { feedName } from '../contracts/ids.ts';
import { builtinObjectives } from './builtin.ts';
import type { KnownFeed } from './feeds-known.ts';
import { measureOf } from './measure.ts';
import { MEASURES } from './registry.ts';
import { type OpenLetters, type TrustInputs, trustOf } from './trust.ts';

const calendar = workingCalendar({ zone: zoneOf('Asia/Ho_Chi_Minh'), holidays: vietnamHolidays() });
const at = (text: string) => Date.parse(`${text}+07:00`);
const day = (text: string) => parseDay(text) ?? assert.fail(text);
const objective = (id: string) => builtinObjectives().find((one) => one.id === id) ?? assert.fail(id);
/** Silent after 4 working hours, in every case below. */
const onTime = { ...objective('dossier-on-time'), feedSilentWorkingHours: 4 };
const internal = { ...objective('internal-e-exchange'), feedSilentWorkingHours: 4 };

const feed = (name: string, last: string | null, change: Partial<KnownFeed> = {}): KnownFeed => ({
  feed: feedName(name),
  ...{ standing: 'undeclared', rank: 1, sources: [name] },
  types: ['dossier.status.v1'],
  events: new Map([['dossier.status.v1', 3]]),
  firstRecordedAt: last === null ? null : at('2026-01-05T08:00:00'),
  lastRecordedAt: last === null ? null : at(last),
  coverageFrom: null,
  ...change,
});
const inputs = (change: Partial<TrustInputs>): TrustInputs => ({
  feeds: [feed('one-stop', '2026-11-20T16:00:00')],
  deadLetters: [],
  setAside: [],
  lost: [],
  general: [],
  kinds: books.kinds,
  calendar,
  now: at('2026-11-20T16:30:00'),
  present: at('2026-11-20T16:30:00'),
  from: day('2026-01-01'),
  ...change,
});
const trust = (change: Partial<TrustInputs>) =>
  trustOf(onTime, measureOf(MEASURES, onTime.formula), inputs(change));

test('a feed that speaks is trusted', () => {
  assert.deepEqual(trust({}), {
    state: 'ok',
    doubts: [],
    deadLetters: 0,
    setAside: 0,
    lost: 0,
    acceptedLosses: [],
    quarantined: 0,
    freshness: [
      { feed: 'one-stop', lastRecordedAt: at('2026-11-20T16:00:00'), coverageFrom: null, silent: false },
    ],
  });
});

test('a feed is stale past its limit of working hours, not at it', () => {
  // Last heard Friday 16:00: one hour that day, three more by Monday 10:00.
  assert.equal(trust({ now: at('2026-11-23T10:00:00') }).state, 'ok');
  assert.equal(trust({ now: at('2026-11-23T10:00:00') + 1 }).state, 'stale');
});

test('a feed whose last event was recorded by a clock that was ahead may be silent', () => {
  const present = at('2026-11-20T16:30:00');
  const heard = (last: string, now = present) =>
    trust({ feeds: [feed('one-stop', last)], present, now }).state;
  assert.equal(heard('2026-11-20T16:31:00'), 'ok', 'the clocks of two hosts differ by less than a minute');
  assert.equal(heard('2028-01-01T08:00:00'), 'stale');
  assert.equal(heard('2026-11-20T16:00:00', at('2026-11-19T08:00:00')), 'ok', 'a figure of the past');
});

test('a weekend, a holiday and a night are no silence', () => {
  assert.equal(trust({ now: at('2026-11-22T23:00:00') }).state, 'ok', 'Sunday night');
  const eve = [feed('one-stop', '2026-02-13T17:00:00')];
  assert.equal(trust({ feeds: eve, now: at('2026-02-23T06:59:00') }).state, 'ok', 'the last morning of Tết');
  assert.equal(trust({ feeds: eve, now: at('2026-02-23T11:00:01') }).state, 'stale');
});

test('one silent feed of several makes the figure stale, a feed of other types does not', () => {
  const silent = feed('portal', '2026-11-01T08:00:00');
  const speaking = feed('one-stop', '2026-11-20T16:00:00');
  assert.equal(trust({ feeds: [speaking, silent] }).state, 'stale');
  const axis = { ...silent, types: ['document.exchange.v1'] };
  assert.equal(trust({ feeds: [speaking, axis] }).state, 'ok');
});

test('no feed at all, or one that never spoke, is stale', () => {
  assert.equal(trust({ feeds: [] }).state, 'stale');
  assert.equal(trust({ feeds: [feed('one-stop', null)] }).state, 'stale');
});

test('an exchange measure needs the register and the axis', () => {
  const register = feed('register', '2026-11-20T16:00:00', { types: ['document.registered.v1'] });
  const axis = feed('axis', '2026-11-10T16:00:00', { types: ['document.exchange.v1'] });
  assert.equal(
    trustOf(internal, measureOf(MEASURES, internal.formula), inputs({ feeds: [register] })).state,
    'ok',
  );
  assert.equal(
    trustOf(internal, measureOf(MEASURES, internal.formula), inputs({ feeds: [register, axis] })).state,
    'stale',
  );
});

const letters = (open: number, change: Partial<OpenLetters> = {}): OpenLetters => ({
  type: null,
  feed: null,
  doubted: null,
  open,
  ...change,
});

test('open dead letters of its own types make it incomplete', () => {
  const deadLetters = [
    letters(3, { type: 'dossier.status.v1' }),
    letters(2, { type: 'document.exchange.v1', feed: feedName('one-stop') }),
  ];
  assert.equal(trust({ deadLetters }).state, 'incomplete');
  assert.equal(trust({ deadLetters }).deadLetters, 3);
  assert.equal(trust({ deadLetters: [letters(2, { type: 'document.exchange.v1' })] }).state, 'ok');
});

test('a dead letter of no known type is a doubt of the types that its feed has sent, else of all', () => {
  const feeds = [
    feed('one-stop', '2026-11-20T16:00:00'),
    feed('axis', '2026-11-20T16:00:00', { types: ['document.exchange.v1'] }),
    feed('new', null, { types: [] }),
  ];
  const doubtful = (change: Partial<OpenLetters>) =>
    trust({ feeds, deadLetters: [letters(1, change)] }).deadLetters;
  for (const type of [null, 'dossier.status.v9']) {
    assert.equal(doubtful({ type, feed: feedName('one-stop') }), 1);
    assert.equal(doubtful({ type, feed: feedName('axis') }), 0, 'its feed sends no dossiers');
    assert.equal(doubtful({ type, feed: feedName('new') }), 1, 'its feed has sent nothing yet');
    assert.equal(doubtful({ type, feed: feedName('unheard') }), 1);
    assert.equal(doubtful({ type }), 1);
  }
});

test('messages lost on a topic are a doubt of the types seen on it, else of all', () => {
  const doubtful = (doubted: readonly string[]) => trust({ deadLetters: [letters(1, { doubted })] }).doubts;
  assert.deepEqual(doubtful(['document.exchange.v1', 'dossier.status.v1']), ['incomplete']);
  assert.deepEqual(doubtful(['document.exchange.v1']), []);
  assert.deepEqual(doubtful([]), ['incomplete']);
});

test('a window that begins before a feed tells all is partial', () => {
  const from = (text: string) =>
    trust({ feeds: [feed('one-stop', '2026-11-20T16:00:00', { coverageFrom: day(text) })] }).state;
  assert.equal(from('2026-01-01'), 'ok');
  assert.equal(from('2026-01-02'), 'partial');
});

test('of several doubts the gravest is the state and all are told', () => {
  const { state, doubts } = trust({
    feeds: [feed('one-stop', '2026-11-01T08:00:00', { coverageFrom: day('2026-06-01') })],
    deadLetters: [letters(1, { type: 'dossier.status.v1' })],
  });
  assert.equal(state, 'stale');
  assert.deepEqual(doubts, ['stale', 'incomplete', 'partial']);
});

test('a source that no feed names is needed for no freshness, and the number of its events is known', () => {
  const named = feed('one-stop', '2026-11-20T16:00:00', { standing: 'declared' });
  const unnamed = feed('stray', '2026-11-01T08:00:00', { standing: 'quarantined' });
  const { state, freshness, quarantined } = trust({ feeds: [named, unnamed] });
  assert.deepEqual([state, freshness.map((one) => one.feed), quarantined], ['ok', ['one-stop'], 3]);
  const ofOthers = {
    ...unnamed,
    types: ['document.exchange.v1'],
    events: new Map([['document.exchange.v1', 2]]),
  };
  assert.equal(trust({ feeds: [named, ofOthers] }).quarantined, 0);
  assert.equal(trust({ feeds: [unnamed] }).state, 'stale', 'nobody who is named sends it');
});

test('what people state here is a source that never falls silent', () => {
  const own = feed('nhip', '2025-01-05T08:00:00', { standing: 'own' });
  const { state, freshness } = trust({ feeds: [own] });
  assert.deepEqual([state, freshness.map(({ silent }) => silent)], ['ok', [false]]);
});

test('a dead letter from before its source was named is a doubt of what the feed sends', () => {
  const named = feed('axis', '2026-11-20T16:00:00', {
    types: ['document.exchange.v1'],
    sources: ['/feeds/edxml'],
  });
  const feeds = [feed('one-stop', '2026-11-20T16:00:00'), named];
  assert.equal(
    trust({ feeds, deadLetters: [letters(1, { feed: feedName('/feeds/edxml') })] }).deadLetters,
    0,
  );
});
