import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { allIn, type Selection } from '../bookkeeping/selection.ts';
import { dossierBook } from '../books/dossier/book.ts';
import { books } from '../books/registry.ts';
import { localDate } from '../calendar/when.ts';
import { DEFAULT_OFFICE_HOURS } from '../calendar/working-calendar.ts';
import { parseDay, zoneOf } from '../calendar/zone.ts';
import { feedName, streamName, unitId } from '../contracts/ids.ts';
import type { LostEvents } from '../contracts/lost-events.ts';
import type { Position } from '../contracts/stored-event.ts';
import type { Moment } from '../kernel/clock.ts';
import { builtinObjectives } from './builtin.ts';
import type { FigureOutcome } from './figure-frame.ts';
import { Observatory, type ObservatoryOptions } from './observatory.ts';
import { MEASURES } from './registry.ts';
import { feedRow } from './testing/feed-row.ts';
import { objectiveRow } from './testing/objective-row.ts';
import { type Amount, StubLedger } from './testing/stub-ledger.ts';
import { subjectsIn } from './testing/subjects-in.ts';
import type { GeneralDoubt } from './trust.ts';

const at = (text: string) => Date.parse(`${text}+07:00`);
const day = (text: string) => parseDay(text) ?? assert.fail(text);
/** A Monday. Sixteen working hours later it is Wednesday, 10:00. */
const NOW = at('2026-11-23T10:00:00');
const FRIDAY = at('2026-11-20T16:00:00');

function world(change: Partial<ObservatoryOptions> = {}) {
  const ledger = new StubLedger();
  ledger.now = { ...ledger.now, position: 9 as Position, knownAt: FRIDAY };
  const observatory = new Observatory({
    ledger,
    measures: MEASURES,
    kinds: books.kinds,
    file: { definitions: builtinObjectives(), from: 'built-in' },
    clock: () => NOW,
    zone: zoneOf('Asia/Ho_Chi_Minh'),
    holidays: [],
    hours: DEFAULT_OFFICE_HOURS,
    deadLetters: async () => [],
    doubts: () => [],
    ...change,
  });
  const hear = (feed: string, type: string, firstRecordedAt: Moment, lastRecordedAt = NOW) =>
    ledger.sources.push({
      ...{ source: feed, feed: feedName(feed), position: 9, rank: 1, type, events: 1 },
      ...{ firstRecordedAt, lastRecordedAt },
    });
  const add = (account: string, count: number, where: Amount['at'], rest: Partial<Amount> = {}) =>
    ledger.amounts.push({
      ...{ account, count, at: where, original: null, due: null, dueOriginal: null },
      ...{ day: day('2026-11-20'), knownAt: FRIDAY },
      ...rest,
    });
  return { ledger, observatory, hear, add };
}
const figureOf = <Answer>(outcome: FigureOutcome<Answer>): Answer =>
  outcome.kind === 'figure' ? outcome.figure : assert.fail(outcome.kind);

/** 15 of 20 on time in the first unit, 24 of 25 in the second, 1 of 2 in the third. */
function settled(add: ReturnType<typeof world>['add']) {
  add('settled/early', 15, { unit: 'H19.01', field: 'land' });
  add('settled/late', 5, { unit: 'H19.01', field: 'trade' });
  add('settled/on-time', 24, { unit: 'H19.02', field: 'trade' });
  add('settled/late', 1, { unit: 'H19.02', field: 'land' });
  add('settled/early', 1, { unit: 'H19.03' });
  add('settled/late', 1, { unit: 'H19.03' });
}

test('the objectives and the formulas are those of the definitions, each once', async () => {
  const [first, ...others] = builtinObjectives();
  assert.ok(first);
  const { observatory } = world({
    file: { definitions: [first, { ...first, version: 2 }, ...others], from: 'file' },
  });
  assert.deepEqual(await observatory.objectiveIds(), [
    'dossier-on-time',
    'internal-e-exchange',
    'inter-agency-e-exchange',
    'staff-title-standard',
    'staff-rating',
    'inspection-coverage',
  ]);
  assert.equal(observatory.measures, MEASURES);
});

test('a figure counts what was settled in its window, and names the worst unit and field of 20 and more', async () => {
  const { observatory, add } = world();
  settled(add);
  add('settled/late', 70, { unit: 'H19.02' }, { day: day('2025-12-31') });
  const { measurement, worstUnit, worstField } = figureOf(await observatory.measure('dossier-on-time'));
  assert.deepEqual([measurement.numerator, measurement.denominator], [40, 47]);
  assert.equal(measurement.basis, 'adjusted');
  assert.deepEqual([worstUnit?.key, worstUnit?.figure.denominator], ['H19.01', 20]);
  assert.equal(worstField?.key, 'trade', '24 of 29; land has 15 of 16');
});

test('a unit of 19 is no candidate for the worst', async () => {
  const { observatory, add } = world();
  add('settled/late', 19, { unit: 'H19.01' });
  const { worstUnit } = figureOf(await observatory.measure('dossier-on-time'));
  assert.equal(worstUnit, undefined);
});

test('documents have no field, so that none is the worst', async () => {
  const { observatory, add, hear } = world();
  hear('register', 'document.registered.v1', FRIDAY);
  add('exchanged/electronic', 30, { unit: 'H19.01', channel: 'axis', scope: 'internal' });
  add('exchanged/electronic', 50, { unit: 'H19.01', channel: 'axis', scope: 'inter-agency' });
  const figure = figureOf(await observatory.measure('internal-e-exchange'));
  assert.equal(figure.measurement.denominator, 30);
  assert.equal(figure.worstUnit?.key, 'H19.01');
  assert.equal(figure.worstField, undefined);
});

test('the unit, the basis and the days of a request narrow the figure', async () => {
  const { observatory, add } = world();
  settled(add);
  add('settled/early', 3, { unit: 'H19.01' }, { day: day('2026-11-19'), original: 'late' });
  const count = async (request: Parameters<typeof observatory.measure>[1]) => {
    const { measurement } = figureOf(await observatory.measure('dossier-on-time', request));
    return [measurement.basis, measurement.numerator, measurement.denominator];
  };
  assert.deepEqual(await count({ unit: unitId('H19.01') }), ['adjusted', 18, 23]);
  assert.deepEqual(await count({ where: { field: 'land' } }), ['adjusted', 15, 16]);
  const window = { from: day('2026-11-19'), to: day('2026-11-19') };
  assert.deepEqual(await count({ window }), ['adjusted', 3, 3]);
  assert.deepEqual(await count({ window, basis: 'original' }), ['original', 0, 3]);
});

test('due soon is what is due within the working hours of the definition', async () => {
  const { observatory, add } = world();
  const open = (due: string) => add('in-progress/timed', 1, { unit: 'H19.01' }, { due: at(due) });
  open('2026-11-23T09:59:59');
  open('2026-11-25T10:00:00');
  open('2026-11-25T10:00:01');
  const { measurement } = figureOf(await observatory.measure('dossier-on-time'));
  const { total, overdue, dueSoon } = measurement.open ?? assert.fail();
  assert.deepEqual({ total, overdue, dueSoon }, { total: 3, overdue: 1, dueSoon: 1 });
});

test('all objectives in force are measured, in their order', async () => {
  const [first, second] = builtinObjectives();
  assert.ok(first && second);
  const later = { ...first, id: 'coffee', validFrom: day('2027-01-01'), validTo: day('2027-12-31') };
  const { observatory } = world({ file: { definitions: [second, later, first], from: 'file' } });
  assert.deepEqual(
    (await observatory.measureAll()).figures.map(({ definition }) => definition.id),
    ['internal-e-exchange', 'dossier-on-time'],
  );
});

test('an objective without a figure says why', async () => {
  const { observatory } = world();
  const known = builtinObjectives().map(({ id }) => id);
  assert.deepEqual(await observatory.measure('coffee'), { kind: 'unknown-objective', known });
  const asOf = at('2023-10-04T12:00:00');
  const from = day('2023-10-05');
  const refused = { kind: 'not-yet-in-force', from };
  assert.deepEqual(await observatory.breakdown('dossier-on-time', 'unit', { asOf }), refused);
  assert.deepEqual(await observatory.behind('dossier-on-time', { asOf }, () => assert.fail()), refused);
});

test('an earlier moment asks for the definitions, the amounts and the feeds as known then', async () => {
  const [objective] = builtinObjectives();
  assert.ok(objective);
  const { ledger, observatory, add } = world();
  ledger.declared.push(
    objectiveRow(1, objective, { knownAt: 0 }),
    objectiveRow(2, { ...objective, target: '0.8' }, { knownAt: FRIDAY }),
  );
  settled(add);
  const asOf = FRIDAY - 1;
  const then = figureOf(await observatory.measure('dossier-on-time', { asOf }));
  assert.equal(then.measurement.denominator, 0);
  assert.equal(then.asOf, asOf);
  const now = figureOf(await observatory.measure('dossier-on-time'));
  assert.equal(now.measurement.denominator, 47);
  assert.deepEqual(now.pin, { now: NOW, knownAt: FRIDAY, upTo: 9 });
  assert.deepEqual([then.definition.target, now.definition.target], ['0.96', '0.8']);
});

test('what a newer version has stated is listed, and says why it is not computable', async () => {
  const [objective, ...others] = builtinObjectives();
  assert.ok(objective);
  const { ledger, observatory, add } = world();
  settled(add);
  const otherwise = { formula: { name: 'coffee', version: 1 } };
  ledger.declared.push(objectiveRow(1, objective, { knownAt: FRIDAY, otherwise }));
  const { figures, from } = await observatory.measureAll();
  assert.deepEqual(from.objectives.differing, [objective.id]);
  const [first, ...rest] = figures;
  assert.deepEqual([first?.definition.id, first?.understood], [objective.id, false]);
  const { status, reason, denominator, parts } = first?.measurement ?? assert.fail();
  assert.deepEqual([status, reason, denominator, parts], ['not-computable', 'formula-unknown', 0, []]);
  assert.equal(first?.measure.name, 'coffee');
  assert.equal(rest.length, others.length);
});

test('before the first event of its books a figure is not yet known', async () => {
  const { ledger, observatory, add } = world();
  settled(add);
  const reason = async (knownSince: Moment | null) => {
    ledger.knownSince = knownSince;
    return figureOf(await observatory.measure('dossier-on-time')).measurement.reason;
  };
  assert.equal(await reason(NOW + 1), 'not-yet-known');
  assert.equal(await reason(NOW), null);
  assert.equal(await reason(null), null);
});

test('the register counts as sent from its first event on', async () => {
  const { observatory, hear } = world();
  hear('axis', 'document.exchange.v1', 1);
  hear('register', 'document.registered.v1', FRIDAY);
  const reason = async (asOf: Moment) =>
    figureOf(await observatory.measure('internal-e-exchange', { asOf })).measurement.reason;
  assert.equal(await reason(FRIDAY - 1), 'no-register');
  assert.equal(await reason(FRIDAY), 'nothing-exchanged');
});

test('a declared register that has sent nothing is none', async () => {
  const { observatory, ledger } = world();
  ledger.declared.push(feedRow('register', { types: ['document.registered.v1'] }));
  const { measurement } = figureOf(await observatory.measure('internal-e-exchange'));
  assert.equal(measurement.reason, 'no-register');
  assert.deepEqual(measurement.trust.freshness.length, 1);
});

test('silent feeds, open dead letters and a late coverage make a figure doubtful', async () => {
  const letters = [{ type: 'dossier.status.v1', feed: null, doubted: null, open: 2 }];
  const { observatory, hear, ledger } = world({ deadLetters: async () => letters });
  ledger.declared.push(feedRow('one-stop', { coverageFrom: localDate(day('2026-01-02')) }));
  // Four working hours after Friday 16:00 it is Monday 10:00, the last moment that is no silence.
  hear('one-stop', 'dossier.status.v1', FRIDAY, FRIDAY - 1);
  const doubts = async (request = {}) => {
    const { trust } = figureOf(await observatory.measure('dossier-on-time', request)).measurement;
    return [trust.deadLetters, ...trust.doubts];
  };
  assert.deepEqual(await doubts(), [2, 'stale', 'incomplete', 'partial']);
  assert.deepEqual(await doubts({ asOf: NOW - 1, window: 'month' }), [2, 'incomplete']);
});

test('events set aside and what is doubtful of every figure make a figure doubtful', async () => {
  let general: readonly GeneralDoubt[] = [];
  const byChain: LostEvents[] = [];
  const { ledger, observatory, hear } = world({ doubts: () => general, lostByChain: () => byChain });
  hear('one-stop', 'dossier.status.v1', FRIDAY);
  const doubts = async (request = {}) => {
    const { trust } = figureOf(await observatory.measure('dossier-on-time', request)).measurement;
    return [trust.setAside, ...trust.doubts];
  };
  assert.deepEqual(await doubts(), [0]);
  ledger.setAside.push({ type: 'document.registered.v1', events: 5 });
  assert.deepEqual(await doubts(), [0], 'of another measure');
  ledger.setAside.push(
    { type: 'dossier.status.v1', events: 1_600 },
    { type: 'dossier.status.v9', events: 2 },
  );
  assert.deepEqual(await doubts(), [1_602, 'incomplete']);
  const lost = async () => {
    const { trust } = figureOf(await observatory.measure('dossier-on-time')).measurement;
    return [trust.lost, ...trust.doubts];
  };
  const cut = { stream: streamName('dossier-1'), before: 3, events: 3 };
  ledger.lost.push({ type: 'dossier.status.v1', ...cut });
  byChain.push({ type: 'audit.key-created.v1', ...cut, stream: streamName('audit') });
  assert.deepEqual(await lost(), [3, 'incomplete']);
  byChain.push({ type: 'dossier.status.v1', ...cut });
  assert.deepEqual(await lost(), [3, 'incomplete'], 'the same events');
  byChain.push({ type: 'unit.declared.v1', ...cut, stream: streamName('unit-1') });
  assert.deepEqual(await lost(), [6, 'incomplete'], 'any figure may rest on reference data');
  general = ['behind', 'unverified', 'clock'];
  assert.deepEqual(await doubts(), [1_602, 'unverified', 'clock', 'behind', 'incomplete']);
  const past = await doubts({ asOf: FRIDAY - 1 });
  assert.ok(!past.includes('behind'), 'the ledger knows all of a moment before its last event');
  assert.ok(past.includes('unverified'));
});

test('the rows of a breakdown add up to its figure, by a dimension and by day', async () => {
  const { observatory, add } = world();
  settled(add);
  add('settled/early', 3, { unit: 'H19.01' }, { day: day('2026-11-19') });
  const rows = async (by: string) => {
    const { measurement, rows: all } = figureOf(await observatory.breakdown('dossier-on-time', by));
    assert.equal(measurement.denominator, 50);
    return all.map(({ key, figure }) => [key, figure.numerator, figure.denominator]);
  };
  assert.deepEqual(await rows('unit'), [
    ['H19.01', 18, 23],
    ['H19.02', 24, 25],
    ['H19.03', 1, 2],
  ]);
  assert.deepEqual(await rows('field'), [
    ['land', 15, 16],
    ['trade', 24, 29],
    [null, 4, 5],
  ]);
  assert.deepEqual(await rows('day'), [
    [day('2026-11-20'), 40, 47],
    [day('2026-11-19'), 3, 3],
  ]);
});

const LATE: readonly Selection[] = ['issued', null].map((letter) => ({
  ...{ account: 'settled/late', among: { dimension: 'letter', values: [letter] } },
}));

test('behind a figure stand its parts, each with the query that lists it', async () => {
  const { observatory, add } = world();
  settled(add);
  const asOf = NOW - 1;
  const request = { asOf, unit: unitId('H19.01') };
  const behind = await observatory.behind('dossier-on-time', request, async (ledger, { parts, calendar }) => {
    assert.equal(ledger.checkpoint.position, 9);
    assert.equal(calendar.isWorkingDay(day('2026-11-22')), false);
    return parts.filter(({ name }) => ['settled', 'late', 'withdrawn'].includes(name));
  });
  const query = (...anyOf: Selection[]) => ({
    anyOf,
    filter: { units: ['H19.01'], where: {} },
    from: day('2026-01-01'),
    to: day('2026-11-23'),
    knownAt: asOf,
  });
  assert.deepEqual(
    subjectsIn(figureOf(behind)).map(({ name, count, book, query: asked }) => ({ name, count, book, asked })),
    [
      {
        name: 'settled',
        count: 20,
        book: dossierBook,
        asked: query(...allIn('settled/early', 'settled/on-time'), ...LATE),
      },
      { name: 'late', count: 5, book: dossierBook, asked: query(...LATE) },
      { name: 'withdrawn', count: 0, book: dossierBook, asked: query(...allIn('withdrawn')) },
    ],
  );
});

test('a list without an objective stands at the moment that is asked', async () => {
  const { observatory } = world();
  const asOf = FRIDAY;
  const seen = await observatory.from({ asOf }, async (ledger, { pin, known, feeds, calendar }) => {
    assert.equal(calendar.isWorkingDay(day('2026-11-22')), false);
    return { position: ledger.checkpoint.position, pin, known, feeds };
  });
  assert.deepEqual(seen, {
    position: 9,
    pin: { now: asOf, knownAt: asOf, upTo: 9 },
    known: { knownAt: asOf },
    feeds: [],
  });
});

test('whatever is asked, the dead letters are counted before the ledger is held', async () => {
  const steps: string[] = [];
  const observatory = new Observatory({
    ledger: {
      async snapshot() {
        steps.push('held');
        throw new Error('enough');
      },
      checkpoint: () => assert.fail(),
      close: async () => {},
    },
    measures: MEASURES,
    kinds: new Map(),
    file: { definitions: [], from: 'file' },
    clock: () => 0,
    zone: zoneOf('Asia/Ho_Chi_Minh'),
    holidays: [],
    hours: DEFAULT_OFFICE_HOURS,
    deadLetters: async () => {
      await nextTurn();
      steps.push('counted');
      return [];
    },
    doubts: () => [],
  });
  for (const ask of [
    () => observatory.measure('a'),
    () => observatory.measureAll(),
    () => observatory.breakdown('a', 'unit'),
    () => observatory.behind('a', {}, async () => 1),
  ]) {
    steps.length = 0;
    await assert.rejects(ask(), /enough/);
    assert.deepEqual(steps, ['counted', 'held']);
  }
});

test('figures of the past and lists are read where they may take long, the present where it was', async () => {
  const slow = new StubLedger();
  const { observatory } = world({ slow });
  const { snapshot } = slow;
  let read = 0;
  slow.snapshot = (ask) => {
    read += 1;
    return snapshot(ask);
  };
  const isSlow = async (ask: () => Promise<unknown>) => {
    const before = read;
    await ask();
    return read > before;
  };
  const today = day('2026-11-23');
  const yesterday = day('2026-11-22');
  assert.equal(await isSlow(() => observatory.measureAll()), false);
  assert.equal(await isSlow(() => observatory.measureAll({ window: { from: yesterday, to: today } })), false);
  assert.equal(
    await isSlow(() => observatory.breakdown('dossier-on-time', 'unit', { window: 'year' })),
    false,
  );
  assert.equal(
    await isSlow(() => observatory.measureAll({ window: { from: yesterday, to: yesterday } })),
    true,
  );
  assert.equal(await isSlow(() => observatory.measure('dossier-on-time', { asOf: FRIDAY })), true);
  assert.equal(await isSlow(() => observatory.breakdown('dossier-on-time', 'day', { asOf: FRIDAY })), true);
  assert.equal(await isSlow(() => observatory.behind('dossier-on-time', {}, async () => {})), true);
  assert.equal(await isSlow(() => observatory.list({}, async () => {})), true);
  assert.equal(await isSlow(() => observatory.from({ asOf: FRIDAY }, async () => {})), false);
});
