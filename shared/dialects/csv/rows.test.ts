import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readMapping } from './mapping.ts';
import { type Row, type RowEvent, rowTranslator } from './rows.ts';

const translator = (mapping: unknown) => {
  const read = readMapping(JSON.stringify(mapping));
  assert.ok(read.kind === 'mapping', JSON.stringify(read));
  return rowTranslator(read.mapping);
};
const faultsOf = (mapping: unknown) => {
  const read = readMapping(typeof mapping === 'string' ? mapping : JSON.stringify(mapping));
  return read.kind === 'invalid' ? read.faults : [];
};
const row = (cells: Readonly<Record<string, string>>): Row => new Map(Object.entries(cells));

interface Made {
  readonly id: string;
  readonly time: string;
  readonly data: Readonly<Record<string, unknown>>;
}
const made = (events: readonly RowEvent[]): readonly Made[] =>
  events.map((event) => {
    assert.ok(event.kind === 'event', JSON.stringify(event));
    return event.cloudEvent as Made;
  });

const log = {
  source: '/files/log',
  zone: 'Europe/Amsterdam',
  dates: ['dd/MM/yyyy HH:mm', 'dd/MM/yyyy', 'iso'],
  fields: {
    dossierId: { column: 'case' },
    channel: { column: 'via', map: { Desk: 'in-person', Web: 'online' } },
  },
  events: [
    { time: 'start', fields: { status: { value: 'received' }, dueAt: { date: 'due' } } },
    { time: 'end', when: [{ set: 'end' }], fields: { status: { value: 'completed' } } },
    {
      time: 'at',
      when: [{ date: 'at', notAfter: 'end' }],
      fields: { status: { column: 'what', map: { ask: 'supplement-requested' }, otherwise: 'skip' } },
    },
  ],
};
const cells = {
  case: 'C1',
  via: 'Desk',
  start: '26/03/2011 09:00',
  due: '28/03/2011',
  end: '',
  at: '27/03/2011 10:00',
  what: 'scan',
};

test('columns, constants, maps and dates make an event in the zone of the file', () => {
  // Amsterdam went to summer time on 2011-03-27: 1 hour ahead of UTC before, 2 after.
  assert.deepEqual(
    made(translator(log)(row(cells))).map(({ time, data }) => ({ time, ...data })),
    [
      {
        time: '2011-03-26T08:00:00.000Z',
        dossierId: 'C1',
        status: 'received',
        channel: 'in-person',
        dueAt: '2011-03-27T22:00:00.000Z',
      },
    ],
  );
});

test('case columns repeated on each row make their events once', () => {
  const translate = translator(log);
  const ended = { ...cells, end: '28/03/2011 12:00' };
  assert.equal(translate(row(ended)).length, 2);
  assert.deepEqual(translate(row({ ...ended, at: '28/03/2011 10:00' })), []);
});

test('the same statement in another form of date is the same event', () => {
  const [one] = made(translator(log)(row(cells)));
  const [other] = made(translator(log)(row({ ...cells, start: '2011-03-26T08:00:00Z', due: '2011-03-28' })));
  assert.equal(one?.id, other?.id);
});

test('an activity counts up to the end of its case and not after it', () => {
  const statuses = (at: string, end: string) =>
    made(translator(log)(row({ ...cells, what: 'ask', at, end }))).map(({ data }) => data.status);
  assert.deepEqual(statuses('28/03/2011 11:59', '28/03/2011 12:00'), [
    'received',
    'completed',
    'supplement-requested',
  ]);
  assert.deepEqual(statuses('28/03/2011 12:00', '28/03/2011 12:00'), [
    'received',
    'completed',
    'supplement-requested',
  ]);
  assert.deepEqual(statuses('28/03/2011 12:01', '28/03/2011 12:00'), ['received', 'completed']);
  assert.deepEqual(statuses('28/03/2011 12:01', ''), ['received', 'supplement-requested']);
});

test('faults name the column, what it was and what it should be', () => {
  const [rejected] = translator(log)(row({ ...cells, via: 'Fax', due: '31/02/2011' }));
  assert.ok(rejected?.kind === 'rejected');
  assert.deepEqual(
    rejected.faults.map(({ code, pointer, was }) => [code, pointer, was]),
    [
      ['row-invalid', '/via', '"Fax"'],
      ['row-invalid', '/due', '"2011-02-31"'],
    ],
  );
  assert.equal(rejected.faults[0]?.expected, 'one of Desk, Web');
});

test('a missing time is named by its column', () => {
  const [rejected] = translator(log)(row({ ...cells, start: '' }));
  assert.ok(rejected?.kind === 'rejected');
  assert.equal(rejected.faults[0]?.pointer, '/start');
});

test('a rejected event keeps none of the cells that the mapping does not name', () => {
  const [rejected] = translator(log)(row({ ...cells, due: 'soon', applicant: 'SECRET' }));
  assert.ok(rejected?.kind === 'rejected' && !JSON.stringify(rejected).includes('SECRET'));
});

test('empty cells leave their fields out, lists are parted', () => {
  const mapping = {
    ...log,
    fields: {
      dossierId: { column: 'case' },
      aliases: { column: 'also', split: ';' },
      unitId: { column: 'unit' },
    },
    events: log.events.slice(0, 1),
  };
  const [event] = made(translator(mapping)(row({ ...cells, also: ' A1; ;A2', unit: ' ' })));
  assert.deepEqual(event?.data.aliases, ['A1', 'A2']);
  assert.ok(event && !('unitId' in event.data));
});

test('a mapping that cannot be used says each fault and its place', () => {
  const [event] = log.events;
  assert.match(faultsOf('{')[0] ?? '', /^not JSON: /);
  const cases: readonly [object, RegExp][] = [
    [{ ...log, zone: 'Mars/Base' }, /^zone: an IANA time zone/],
    [{ ...log, zone: undefined }, /^zone: /],
    [{ ...log, dates: ['DD.MM.YY'] }, /^dates\.0: iso, epoch-ms/],
    [{ ...log, delimiter: ';;' }, /^delimiter: one character/],
    [{ ...log, events: [] }, /^events: /],
    [{ ...log, wat: 1 }, /^mapping: Unrecognized key: "wat"/],
    [
      { ...log, fields: { dossier: { column: 'case' } } },
      /^fields\.dossier: a field of dossier\.status\.v1: dossierId,/,
    ],
    [
      { ...log, fields: { dossierId: { column: 'a', value: 'b' } } },
      /^fields\.dossierId: exactly one of value, date and column/,
    ],
    [
      { ...log, fields: { dossierId: { date: 'a', map: {} } } },
      /^fields\.dossierId: map, otherwise and split only beside column/,
    ],
    [
      { ...log, events: [{ ...event, when: [{ set: 'a', in: ['b'] }] }] },
      /^events\.0\.when\.0: one of \{set\}/,
    ],
    [{ ...log, events: [{ ...event, type: 'staff.rating.v9' }] }, /^events\.0\.type: /],
  ];
  for (const [mapping, expected] of cases) {
    const faults = faultsOf(mapping);
    assert.match(faults.join('\n'), expected);
  }
});
