import assert from 'node:assert/strict';
import { test } from 'node:test';
import { localDate } from '../calendar/when.ts';
import { DEFAULT_OFFICE_HOURS } from '../calendar/working-calendar.ts';
import { HOUR, parseDay, zoneOf } from '../calendar/zone.ts';
import { eventId, feedName, unitId } from '../contracts/ids.ts';
import type { Position } from '../contracts/stored-event.ts';
import type { Checkpoint } from '../ledger/port.ts';
import type { Declared } from '../office/declared.ts';
import { type KnownOffice, OfficeSource } from './office-source.ts';
import { feedRow } from './testing/feed-row.ts';
import { StubLedger } from './testing/stub-ledger.ts';

const at = (text: string) => Date.parse(`${text}+07:00`);
const day = (text: string) => parseDay(text) ?? assert.fail(text);
const rules = {
  zone: zoneOf('Asia/Ho_Chi_Minh'),
  holidays: [],
  hours: DEFAULT_OFFICE_HOURS,
};
const TUESDAY = '2026-11-24';

const checkpoint = (position: number, office = 0, generation = 'first'): Checkpoint => ({
  position: position as Position,
  knownAt: position,
  entry: position,
  office,
  generation,
});

function declare(ledger: StubLedger, version: number, declared: Declared) {
  const time = declared.record.knownAt;
  ledger.declared.push({
    version,
    order: { time, assertedAt: time, event: eventId('office', `${version}`) },
    declared,
  });
}
const unit = (id: string, parent: string | null, knownAt = 0): Declared => ({
  kind: 'unit',
  record: {
    id: unitId(id),
    name: id,
    parent: parent === null ? null : unitId(parent),
    handlesProcedures: true,
    procedures: [],
    ending: null,
    instrument: null,
    from: day('2020-01-01'),
    to: null,
    knownAt,
  },
});
const dayOff = (text: string, knownAt = 0): Declared => ({
  kind: 'calendar-day',
  record: { day: day(text), kind: 'off', name: null, instrument: 'QĐ 1', knownAt },
});
function hear(ledger: StubLedger, feed: string, position: number, events = 1) {
  const others = ledger.sources.filter(({ source }) => source !== feed);
  ledger.sources.splice(0, ledger.sources.length, ...others, {
    ...{ source: feed, feed: feedName(feed), position, rank: 1, type: 'dossier.status.v1', events },
    ...{ firstRecordedAt: 10, lastRecordedAt: position },
  });
}
const unitsOn = ({ treeOn }: KnownOffice, text = TUESDAY) => treeOn(day(text)).units.map(({ id }) => id);
/** The end of two working hours that begin at 16:00 on Monday: the office closes at 17:00. */
const twoHoursOn = ({ calendar }: KnownOffice) => calendar.reach(at('2026-11-23T16:00:00'), 2 * HOUR);
const heard = ({ feeds }: KnownOffice) => feeds.map(({ feed, lastRecordedAt }) => [feed, lastRecordedAt]);

test('units, calendar and feeds of the ledger make the office', async () => {
  const ledger = new StubLedger();
  declare(ledger, 1, unit('H19', null));
  declare(ledger, 2, unit('H19.01', 'H19'));
  declare(ledger, 3, dayOff(TUESDAY));
  hear(ledger, 'one-stop', 5);
  const office = await new OfficeSource(rules).at(ledger.at(checkpoint(5, 3)));
  assert.deepEqual(office.treeOn(day(TUESDAY)).withDescendants(unitId('H19')), ['H19', 'H19.01']);
  assert.deepEqual(unitsOn(office, '2019-12-31'), []);
  assert.equal(twoHoursOn(office), at('2026-11-25T08:00:00'));
  assert.deepEqual(office.feeds, [
    {
      ...{ feed: 'one-stop', standing: 'undeclared', rank: 1, sources: ['one-stop'] },
      ...{ types: ['dossier.status.v1'], events: new Map([['dossier.status.v1', 1]]) },
      ...{ firstRecordedAt: 10, lastRecordedAt: 5, coverageFrom: null },
    },
  ]);
});

test('a declared feed stands among the feeds once, whether it was heard or not', async () => {
  const ledger = new StubLedger();
  hear(ledger, 'one-stop', 5);
  hear(ledger, 'found-by-itself', 6);
  const change = { types: ['document.registered.v1'], coverageFrom: localDate(day('2026-03-01')) };
  ledger.declared.push(feedRow('silent', change), feedRow('one-stop', change, 2));
  const office = await new OfficeSource(rules).at(ledger.at(checkpoint(6, 2)));
  const brief = office.feeds.map(
    ({ feed, standing, types, firstRecordedAt, lastRecordedAt, coverageFrom }) => [
      ...[feed, standing, types[0], firstRecordedAt, lastRecordedAt, coverageFrom],
    ],
  );
  const from = day('2026-03-01');
  assert.deepEqual(brief, [
    ['found-by-itself', 'quarantined', 'dossier.status.v1', 10, 6, null],
    ['one-stop', 'declared', 'dossier.status.v1', 10, 5, from],
    ['silent', 'declared', 'document.registered.v1', null, null, from],
  ]);
});

test('at the same checkpoint nothing is read again', async () => {
  const ledger = new StubLedger();
  const source = new OfficeSource(rules);
  const first = await source.at(ledger.at(checkpoint(5)));
  ledger.reads.length = 0;
  assert.equal(await source.at(ledger.at(checkpoint(5))), first);
  assert.deepEqual(ledger.reads, []);
});

test('a later checkpoint reads the feeds heard since, and keeps the others', async () => {
  const ledger = new StubLedger();
  hear(ledger, 'one-stop', 4);
  hear(ledger, 'axis', 5);
  const source = new OfficeSource(rules);
  await source.at(ledger.at(checkpoint(5)));
  ledger.reads.length = 0;
  hear(ledger, 'one-stop', 8);
  hear(ledger, 'portal', 9);
  const office = await source.at(ledger.at(checkpoint(9)));
  assert.deepEqual(heard(office), [
    ['axis', 5],
    ['one-stop', 8],
    ['portal', 9],
  ]);
  assert.deepEqual(ledger.reads, ['sources since 5']);
  ledger.reads.length = 0;
  hear(ledger, 'axis', 12);
  assert.deepEqual(heard(await source.at(ledger.at(checkpoint(12)))), [
    ['axis', 12],
    ['one-stop', 8],
    ['portal', 9],
  ]);
  assert.deepEqual(ledger.reads, ['sources since 9']);
});

test('a later checkpoint with new statements adds them to those known', async () => {
  const ledger = new StubLedger();
  declare(ledger, 1, unit('H19', null));
  declare(ledger, 2, dayOff(TUESDAY));
  const source = new OfficeSource(rules);
  const before = await source.at(ledger.at(checkpoint(5, 2)));
  ledger.reads.length = 0;
  declare(ledger, 3, unit('H19.01', 'H19'));
  declare(ledger, 4, dayOff('2026-11-25'));
  hear(ledger, 'one-stop', 7);
  const office = await source.at(ledger.at(checkpoint(7, 4)));
  assert.deepEqual(unitsOn(office), ['H19', 'H19.01']);
  assert.deepEqual(
    [twoHoursOn(before), twoHoursOn(office)],
    [at('2026-11-25T08:00:00'), at('2026-11-26T08:00:00')],
  );
  assert.deepEqual(heard(office), [['one-stop', 7]]);
  assert.deepEqual(ledger.reads, ['sources since 5', 'declared since 2']);
  assert.deepEqual(unitsOn(before), ['H19'], 'an office that was handed out stays as it was');
});

test('an earlier checkpoint, and one of a rebuilt ledger, are read as a whole', async () => {
  const ledger = new StubLedger();
  const source = new OfficeSource(rules);
  declare(ledger, 1, unit('H19', null));
  await source.at(ledger.at(checkpoint(5, 1)));
  for (const other of [checkpoint(4, 1), checkpoint(9, 1, 'second'), checkpoint(9, 1, 'third')]) {
    ledger.reads.length = 0;
    assert.deepEqual(unitsOn(await source.at(ledger.at(other))), ['H19']);
    assert.deepEqual(ledger.reads, ['declared since 0', 'sources since 0']);
  }
});

test('a rebuilt ledger voids what was known of the old one', async () => {
  const source = new OfficeSource(rules);
  const old = new StubLedger();
  declare(old, 1, unit('H19.99', null));
  hear(old, 'old', 5);
  await source.at(old.at(checkpoint(5, 1)));
  const rebuilt = new StubLedger();
  declare(rebuilt, 1, unit('H19', null));
  hear(rebuilt, 'new', 5);
  const office = await source.at(rebuilt.at(checkpoint(5, 1, 'second')));
  assert.deepEqual([unitsOn(office), heard(office)], [['H19'], [['new', 5]]]);
});

test('an earlier moment sees the office as known then, and leaves the present as it is', async () => {
  const ledger = new StubLedger();
  declare(ledger, 1, unit('H19', null, 100));
  declare(ledger, 2, unit('H19.01', 'H19', 200));
  declare(ledger, 3, dayOff(TUESDAY, 300));
  hear(ledger, 'one-stop', 5);
  const source = new OfficeSource(rules);
  const present = await source.at(ledger.at(checkpoint(5, 3)));
  const then = await source.at(ledger.at(checkpoint(5, 3)), 200);
  assert.deepEqual(unitsOn(then), ['H19', 'H19.01']);
  assert.equal(twoHoursOn(then), at('2026-11-24T08:00:00'));
  assert.deepEqual(heard(then), [['one-stop', 5]]);
  assert.deepEqual(unitsOn(await source.at(ledger.at(checkpoint(5, 3)), 0)), [], 'the moment 0 is a moment');
  assert.equal(await source.at(ledger.at(checkpoint(5, 3))), present);
});
