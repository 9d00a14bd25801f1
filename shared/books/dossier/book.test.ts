import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, when as day, eventNamed, OFFICE, OFFICE_THEN } from '../../../tests/support/facts.ts';
import type { ExtensionRule } from '../../bookkeeping/extension-rule.ts';
import type { KnownFact, Subject } from '../../bookkeeping/subject.ts';
import {
  dossierId,
  eventId,
  feedName,
  fieldId,
  procedureId,
  streamName,
  unitId,
} from '../../contracts/ids.ts';
import type { Position, RecordedEvent } from '../../contracts/stored-event.ts';
import type { DossierApologyV1 } from './apology.v1.ts';
import { dossierBook } from './book.ts';
import type { DossierFact } from './fact.ts';
import type { DossierStatusV1 } from './status.v1.ts';

const RECORDED = at('2024-06-01 08:00');
const recorded = (sourceId: string): RecordedEvent => ({
  position: 1 as Position,
  stream: streamName('dossier-a'),
  revision: 0,
  id: eventId('portal', sourceId),
  type: 'dossier.status.v1',
  data: '{}',
  metadata: { source: 'portal', sourceId, feed: feedName('portal'), rank: 2 },
  recordedAt: RECORDED,
});
const [status, apology] = dossierBook.events;
const factOf = (data: DossierStatusV1) =>
  status?.factOf(recorded('1'), { time: day('2024-05-03'), data }, OFFICE_THEN) ?? assert.fail();

const NEEDED: DossierStatusV1 = { dossierId: dossierId('H19.12-240501-0001'), status: 'received' };
const FULL: DossierStatusV1 = {
  dossierId: dossierId('H19.12-240501-0001'),
  aliases: [dossierId('H19-240501-0009')],
  status: 'completed',
  assertedAt: at('2024-05-04 08:00'),
  sequence: 0,
  corrects: '0',
  receivedAt: day('2024-05-01'),
  dueAt: day('2024-05-10'),
  dueBasis: 'extension',
  limitUnit: 'hours',
  finishedAt: at('2024-05-03 10:00'),
  returnedAt: day('2024-05-06'),
  outcome: 'refused',
  unitId: unitId('H19.12'),
  fieldId: fieldId('land'),
  procedureId: procedureId('2.000635'),
  channel: 'postal',
  marks: ['defaulted'],
};
const FACT: DossierFact = {
  ...{
    id: eventId('portal', '1'),
    recordedAt: RECORDED,
    rank: 2,
    time: day('2024-05-03'),
    status: 'completed',
  },
  ...{ assertedAt: at('2024-05-04 08:00'), sequence: 0, corrects: eventId('portal', '0') },
  ...{ defaulted: true, timeInferred: undefined },
  ...{ receivedAt: day('2024-05-01'), dueAt: day('2024-05-10'), dueBasis: 'extension', limitUnit: 'hours' },
  ...{ finishedAt: at('2024-05-03 10:00'), returnedAt: day('2024-05-06'), outcome: 'refused' },
  ...{
    unit: unitId('H19.12'),
    field: fieldId('land'),
    procedure: procedureId('2.000635'),
    channel: 'postal',
  },
  ...{ anyExtension: undefined, letter: undefined },
};
const LETTER: DossierApologyV1 = {
  ...{ dossierId: dossierId('H19.12-240501-0001'), letterNumber: '45/TXL-VP' },
  ...{ date: day('2024-05-02'), newDueAt: day('2024-05-20'), corrects: '0' },
};
const letterOf = (data: DossierApologyV1, extensionRule: ExtensionRule) =>
  apology?.factOf(recorded('1'), { time: day('2024-05-03'), data }, { ...OFFICE_THEN, extensionRule }) ??
  assert.fail();

test('a fact holds all that its event states, and knows what it does not state', () => {
  assert.deepEqual(factOf(FULL), FACT);
  const { id, recordedAt, rank, time, status: named, ...others } = factOf(NEEDED);
  assert.deepEqual([id, recordedAt, rank, time, named], [FACT.id, RECORDED, 2, FACT.time, 'received']);
  assert.deepEqual(new Set(Object.values(others)), new Set([undefined]));
  const { defaulted, timeInferred } = factOf({ ...NEEDED, marks: ['time-inferred'] });
  assert.deepEqual([defaulted, timeInferred], [undefined, true]);
});

test('the fact of a letter is of its date, and an extension where it names a due date', () => {
  const { id, rank, recordedAt, corrects } = FACT;
  const stated = Object.fromEntries(
    Object.entries(letterOf(LETTER, 'any')).filter(([, value]) => value !== undefined),
  );
  assert.deepEqual(stated, {
    ...{ id, rank, recordedAt, corrects, status: 'apology', letter: '45/TXL-VP' },
    ...{ time: day('2024-05-02'), assertedAt: day('2024-05-03') },
    ...{ dueAt: day('2024-05-20'), dueBasis: 'extension', anyExtension: true },
  });
  const { newDueAt: _, ...bare } = LETTER;
  const moving = letterOf(bare, 'any');
  assert.deepEqual([moving.dueAt, moving.dueBasis, moving.anyExtension], [undefined, undefined, undefined]);
  assert.equal(letterOf(LETTER, 'once-before-due').anyExtension, undefined);
});

test('an event names its dossier and the aliases of it', () => {
  assert.deepEqual(status?.subjectOf(FULL), {
    name: 'H19.12-240501-0001',
    aliases: ['H19-240501-0009'],
  });
  assert.deepEqual(status?.subjectOf(NEEDED).aliases, []);
});

test('a fact comes back from its stored form as it was', () => {
  const { codec } = dossierBook;
  const back = (fact: DossierFact) => codec.decode(JSON.parse(JSON.stringify(codec.encode(fact))));
  for (const fact of [
    factOf(FULL),
    factOf(NEEDED),
    letterOf(LETTER, 'any'),
    letterOf(LETTER, 'once-before-due'),
    { ...FACT, sequence: 7, timeInferred: true, defaulted: undefined, channel: 'in-person' } as const,
    { ...FACT, dueAt: null, dueBasis: 'receipt-slip', limitUnit: 'days', outcome: 'granted' } as const,
    { ...FACT, status: 'registered', timeInferred: true, channel: 'online' } as const,
  ])
    assert.deepEqual(back(fact), fact);
});

test('the unit of a fact is replaced by the unit that it stands for', () => {
  const { unitsIn, withUnits } = dossierBook;
  assert.deepEqual(unitsIn(FACT), ['H19.12']);
  assert.deepEqual(
    withUnits(FACT, (unit) => unitId(`${unit}.01`)),
    { ...FACT, unit: 'H19.12.01' },
  );
  const none = factOf(NEEDED);
  assert.deepEqual(unitsIn(none), []);
  assert.equal(
    withUnits(none, () => assert.fail()),
    none,
  );
});

const known = (id: string, name: string, fact: Partial<DossierFact>): KnownFact<DossierFact> => ({
  fact: {
    id: eventNamed(id),
    recordedAt: RECORDED,
    rank: 1,
    time: at('2024-05-03 09:00'),
    status: 'received',
    ...fact,
  },
  ...{ name, aliases: [], source: 'one-stop', rank: 1, knownAt: 1 },
});
const subject = (...facts: KnownFact<DossierFact>[]): Subject<DossierFact> => ({
  number: 1,
  names: facts.map(({ name }) => ({ name, origin: 1 })),
  origins: [{ source: 'one-stop', rank: 1 }],
  known: facts,
  posted: [],
});
const itemOf = (of: Subject<DossierFact>, account: string, due: number | null = null) =>
  dossierBook.itemOf(of, { account, due, apart: null }, OFFICE);

test('a dossier has the smallest id of its best feed; the others are its aliases', () => {
  const one = subject(
    known('1', 'z', { rank: 1 }),
    known('2', 'a', { rank: 2 }),
    known('3', 'm', { rank: 1 }),
    known('4', 'b', { rank: 2 }),
    known('5', 'c', { rank: 0, status: 'apology', letter: '1/XL' }),
  );
  const { id, aliases } = itemOf(one, 'in-progress/no-due-date');
  assert.deepEqual([id, aliases], ['m', ['a', 'b', 'c', 'z']]);
});

test('an item shows the state of a dossier', () => {
  const stated = { receivedAt: day('2024-05-02'), dueAt: day('2024-05-10') };
  const where = { unit: unitId('H19.12'), field: fieldId('land'), procedure: procedureId('2.1') };
  const one = subject(known('1', 'a', { ...stated, ...where, channel: 'online' }));
  const due = at('2024-05-11 00:00');
  assert.deepEqual(itemOf(one, 'in-progress/timed', due), {
    ...{ id: 'a', aliases: [], account: 'in-progress/timed', ...where, channel: 'online' },
    ...{ receivedAt: day('2024-05-02'), dueAt: day('2024-05-10'), originalDueAt: day('2024-05-10') },
    ...{ overdueFrom: due, endedAt: null, original: null, reversions: 0, letters: [], findings: [] },
  });
});

test('an item shows which letter moved the due date, and the last twenty', () => {
  const extended = { dueAt: day('2024-05-20'), dueBasis: 'extension' } as const;
  const letter = (id: number, date: string, more: Partial<DossierFact> = {}) =>
    known(`l${id}`, 'a', { status: 'apology', time: day(date), letter: `${id}/XL`, ...more });
  const received = known('1', 'a', { dueAt: day('2024-05-10') });
  const { letters } = itemOf(
    subject(received, letter(2, '2024-05-09', extended), letter(1, '2024-05-08')),
    'in-progress/timed',
  );
  assert.deepEqual(letters, [
    { number: '1/XL', date: '2024-05-08', newDueAt: null, moved: false },
    { number: '2/XL', date: '2024-05-09', newDueAt: '2024-05-20', moved: true },
  ]);
  const many = Array.from({ length: 21 }, (_, index) => letter(index + 10, `2024-06-${index + 10}`));
  const shown = itemOf(subject(received, ...many), 'in-progress/timed').letters.map(({ number }) => number);
  assert.deepEqual([shown.length, shown[0], shown.at(-1)], [20, '11/XL', '30/XL']);
});

test('in a list of the past a dossier stands in its account of that day, with its due date then while open', () => {
  const one = subject(known('1', 'a', { dueAt: day('2024-05-10') }));
  const then = (account: string) => {
    const item = itemOf(one, account, 5);
    return [item.account, item.overdueFrom];
  };
  const due = at('2024-05-11 00:00');
  assert.deepEqual(then('in-progress/timed'), ['in-progress/timed', due], 'its account of now');
  assert.deepEqual(then('paused'), ['paused', 5]);
  assert.deepEqual(then('settled/late'), ['settled/late', due]);
});

test('a dossier has one standing, since the day of its last leg', () => {
  const received = known('1', 'a', { unit: unitId('H19.12') });
  const { legs, standings } = dossierBook.evaluate([received], OFFICE);
  assert.equal(legs.length, 1);
  assert.deepEqual(
    standings.map(({ side, day: since, dimensions }) => [side.account, since, dimensions.unit]),
    [['in-progress/no-due-date', OFFICE.dayOf(at('2024-05-03 09:00')), 'H19.12']],
  );
  const none = dossierBook.evaluate([known('1', 'a', { status: 'registered' })], OFFICE);
  assert.deepEqual([none.legs.length, none.standings[0]?.day], [0, null]);
});
