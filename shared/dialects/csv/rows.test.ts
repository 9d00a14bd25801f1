import assert from 'node:assert/strict';
import { test } from 'node:test';
import { books } from '../../books/registry.ts';
import { whenText } from '../../calendar/when.ts';
import { zoneOf } from '../../calendar/zone.ts';
import { decoder } from '../../contracts/decode.ts';
import { feedName } from '../../contracts/ids.ts';
import type { Row } from './cells.ts';
import { fileDates } from './file-dates.ts';
import { readMapping } from './mapping.ts';
import { type RowEvent, rowTranslator } from './rows.ts';

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
        dueAt: '2011-03-28',
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

test('faults name the column, its value and the expected value', () => {
  const [rejected] = translator(log)(row({ ...cells, via: 'Fax', due: '31/02/2011' }));
  assert.ok(rejected?.kind === 'rejected');
  assert.deepEqual(
    rejected.faults.map(({ code, pointer, was }) => [code, pointer, was]),
    [
      ['row-invalid', '/via', '"Fax"'],
      ['row-invalid', '/due', '"31/02/2011"'],
    ],
  );
  assert.equal(rejected.faults[0]?.expected, 'one of Desk, Web');
  assert.equal(
    rejected.faults[1]?.expected,
    'a date from 1990 to 2099 in one of the forms dd/MM/yyyy HH:mm · dd/MM/yyyy · iso',
  );
});

test('a date outside the years of an office is reported as the file writes it', () => {
  const [rejected] = translator({ ...log, dates: ['dd/MM/yyyy HH:mm'] })(
    row({ ...cells, start: '26/03/0211 09:00' }),
  );
  assert.ok(rejected?.kind === 'rejected');
  assert.deepEqual(
    rejected.faults.map(({ pointer, was, expected }) => [pointer, was, expected]),
    [
      ['/due', '"28/03/2011"', 'a date from 1990 to 2099 in the form dd/MM/yyyy HH:mm'],
      ['/start', '"26/03/0211 09:00"', 'a date from 1990 to 2099 in the form dd/MM/yyyy HH:mm'],
    ],
  );
});

test('a date in a form that the mapping does not name is rejected, also where a contract could read it', () => {
  const [rejected] = translator({ ...log, dates: ['dd/MM/yyyy HH:mm'] })(
    row({ ...cells, due: '2011-03-28 00:00:00' }),
  );
  assert.ok(rejected?.kind === 'rejected');
  assert.deepEqual(
    rejected.faults.map(({ pointer }) => pointer),
    ['/due'],
  );
});

test('a date that only a condition reads is rejected by name when it is none', () => {
  const mapping = {
    ...log,
    events: [{ ...log.events[0], fields: {}, when: [{ date: 'start', notAfter: 'end' }] }],
  };
  const [rejected] = translator({ ...mapping, fields: { ...log.fields, status: { value: 'received' } } })(
    row({ ...cells, end: '31/04/2011' }),
  );
  assert.ok(rejected?.kind === 'rejected');
  assert.deepEqual(
    rejected.faults.map(({ pointer, was }) => [pointer, was]),
    [['/end', '"31/04/2011"']],
  );
});

const whole = { ...cells, via: 'Web' };
const simple = { ...log, events: log.events.slice(0, 1) };
const dataOf = (mapping: unknown, changed: Readonly<Record<string, string>>) => {
  const [event] = made(translator(mapping)(row({ ...whole, ...changed })));
  return event?.data;
};

test('texts are compared in one Unicode form, in header, cells, map and when, with either side decomposed', () => {
  const [column, text] = ['Kênh tiếp nhận', 'Trực tuyến'];
  const forms = ['NFC', 'NFD', 'NFKD'];
  for (const written of forms) {
    for (const mapped of forms) {
      const mapping = {
        ...simple,
        fields: {
          dossierId: { column: 'case' },
          channel: { column: ` ${column.normalize(mapped)}`, map: { [text.normalize(mapped)]: 'online' } },
        },
        events: [
          { ...log.events[0], when: [{ column: column.normalize(mapped), in: [text.normalize(mapped)] }] },
        ],
      };
      assert.equal(dataOf(mapping, { [column]: `${text.normalize(written)} ` })?.channel, 'online');
    }
  }
});

test('an id written in either Unicode form is one id', () => {
  assert.equal(dataOf(simple, { case: 'Hồ sơ 12'.normalize('NFD') })?.dossierId, 'Hồ sơ 12'.normalize('NFC'));
});

test('the marks that make Excel treat digits as text are no part of the text', () => {
  for (const written of ['="000123"', "'000123", ' ="000123" ', "' 000123"])
    assert.equal(dataOf(simple, { case: written })?.dossierId, '000123', written);
  assert.equal(dataOf(simple, { via: '="Web"' })?.channel, 'online');
  const when = [{ set: 'what' }];
  const conditional = { ...simple, events: [{ ...log.events[0], when }] };
  for (const empty of ['=""', "'"]) assert.equal(dataOf(conditional, { what: empty }), undefined);
});

test('an id that a spreadsheet has spoiled is no id', () => {
  const spoiled = ['1.23457E+11', '1,23E+11', '#REF!', '#N/A', '########', '=A2&B2', '=-1'];
  for (const written of spoiled) {
    const [rejected] = translator(simple)(row({ ...whole, case: written }));
    assert.ok(rejected?.kind === 'rejected', written);
    assert.deepEqual(
      rejected.faults.map(({ pointer, was }) => [pointer, was]),
      [['/case', JSON.stringify(written)]],
    );
  }
  const reason = { ...simple, fields: { ...simple.fields, reason: { column: 'what' } } };
  for (const written of ['=> chuyển phòng', 'E+', '#12', '12E'])
    assert.equal(dataOf(reason, { what: written })?.reason, written);
});

const textOf = (forms: readonly string[], zone: string, cell: string): string | undefined => {
  const when = fileDates(forms, zoneOf(zone))(cell);
  return when === undefined || when === null ? undefined : whenText(when);
};

test('a form without hours gives a day, a form with hours a moment, also when it reads midnight', () => {
  const forms: readonly [form: string, cell: string, stands: string][] = [
    ['dd/MM/yyyy', '28/03/2011', '2011-03-28'],
    ['dd/MM/yyyy HH:mm', '28/03/2011 00:00', '2011-03-27T22:00:00.000Z'],
    ['yyyyMMddHHmmss', '20110328000000', '2011-03-27T22:00:00.000Z'],
    ['iso', '2011-03-28', '2011-03-28'],
    ['iso', '2011-03-28 00:00:00', '2011-03-27T22:00:00.000Z'],
    ['iso', '2011-03-28T00:00:00+07:00', '2011-03-27T17:00:00.000Z'],
    ['epoch-s', '1301263200', '2011-03-27T22:00:00.000Z'],
    // 40630 days after 1899-12-30: 365 · 111 + 27 leap days + 88 days of 2011 + 1.
    ['excel-date', '40630', '2011-03-28'],
    ['excel-datetime', '40630', '2011-03-27T22:00:00.000Z'],
    ['excel-datetime', '40630,39652777778', '2011-03-28T07:31:00.000Z'],
  ];
  for (const [form, cell, stands] of forms)
    assert.equal(textOf([form], 'Europe/Amsterdam', cell), stands, `${form} ${cell}`);
  for (const cell of ['40630.5', '4063', '2011-03-28'])
    assert.equal(textOf(['excel-date'], 'UTC', cell), undefined);
});

test('a form accepts any number of digits of a second, and a leap second', () => {
  const forms = ['dd/MM/yyyy HH:mm:ss', 'iso'];
  const minuteOf = (cell: string) => textOf(forms, 'Asia/Ho_Chi_Minh', cell)?.slice(0, 16);
  for (const cell of [
    '20/11/2026 09:30:12.123456789012345',
    '20/11/2026 09:30:60',
    '2026-11-20 09:30:12,1234567890123',
    '2026-11-20T09:30:60.5+07:00',
  ])
    assert.equal(minuteOf(cell), '2026-11-20T02:30', cell);
  assert.equal(minuteOf('20/11/2026 09:30:61'), undefined);
});

test('a bound that is a day reaches to its end', () => {
  const states = (at: string) =>
    made(translator(log)(row({ ...cells, what: 'ask', at, end: '28/03/2011' }))).map(
      ({ data }) => data.status,
    );
  assert.deepEqual(states('28/03/2011 23:59').at(-1), 'supplement-requested');
  assert.deepEqual(states('29/03/2011 00:00').at(-1), 'completed');
});

test('a date that was never set states nothing, in every form', () => {
  const never = [
    '01/01/0001 00:00',
    '01/01/0001',
    '0001-01-01T00:00:00',
    '0001-01-01',
    '0001-01-01T00:00:00Z',
  ];
  for (const due of never) {
    assert.ok(!('dueAt' in (dataOf(simple, { due }) ?? { dueAt: 0 })), due);
    assert.equal(made(translator(log)(row({ ...whole, end: due }))).length, 1, due);
  }
  const [rejected] = translator(simple)(row({ ...whole, start: '0001-01-01' }));
  assert.ok(rejected?.kind === 'rejected');
  assert.deepEqual(
    rejected.faults.map(({ pointer, was }) => [pointer, was]),
    [['/start', '""']],
  );
});

test('an empty or blank cell of a field that must be there is a fault', () => {
  for (const empty of ['', ' ', '\u00a0', '=""']) {
    const [rejected] = translator(simple)(row({ ...whole, case: empty }));
    assert.ok(rejected?.kind === 'rejected');
    assert.deepEqual(
      rejected.faults.map(({ pointer }) => pointer),
      ['/case'],
    );
  }
});

test('a list with nothing in it leaves its field out', () => {
  const listing = { ...simple, fields: { ...simple.fields, aliases: { column: 'also', split: ';' } } };
  assert.ok(!('aliases' in (dataOf(listing, { also: ' ; ;' }) ?? { aliases: 0 })));
});

test('a line that was rejected is rejected again, one that was accepted makes no second event', () => {
  const translate = translator(simple);
  const bad = row({ ...whole, due: 'soon' });
  assert.deepEqual([translate(bad).length, translate(bad).length], [1, 1]);
  assert.deepEqual([translate(row(whole)).length, translate(row(whole)).length], [1, 0]);
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

test('a text that the mapping refuses stays in its field, and no contract accepts the event before it is mended', () => {
  const decode = decoder(books.kinds, zoneOf('Europe/Amsterdam'), () => ({
    feed: feedName('/files/log'),
    rank: 1,
  }));
  const mapping = {
    ...simple,
    fields: {
      ...log.fields,
      unitId: { column: 'unit', map: { 'Office A': 'H19.01' } },
      fieldId: { column: 'what' },
    },
  };
  const left = (changes: Readonly<Record<string, string>>) => {
    const [rejected] = translator(mapping)(row({ ...whole, ...changes }));
    assert.ok(rejected?.kind === 'rejected');
    assert.equal(decode(JSON.parse(rejected.raw)).kind, 'invalid');
    return JSON.parse(rejected.raw).data;
  };
  assert.equal(left({ unit: 'Office A', via: 'Post' }).channel, 'Post');
  const { channel, unitId } = left({ unit: 'Office B', via: 'Post' });
  assert.deepEqual([channel, unitId], ['Post', { text: 'Office B' }]);
  assert.deepEqual(left({ unit: 'Office A', what: '#REF!' }).fieldId, { text: '#REF!' });
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

test('a mapping that cannot be used states each fault and its place', () => {
  const [event] = log.events;
  assert.match(faultsOf('{')[0] ?? '', /^not JSON: /);
  const cases: readonly [object, RegExp][] = [
    [{ ...log, zone: 'Mars/Base' }, /^zone: an IANA time zone/],
    [{ ...log, zone: undefined }, /^zone: /],
    [
      { ...log, fields: { channel: { column: 'via', map: { é: 'online', 'e\u0301': 'postal' } } } },
      /^fields\.channel: one meaning for "é"/,
    ],
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
      /^fields\.dossierId: exactly one of value, date, number and column/,
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

const catalogue = {
  source: '/files/catalogue',
  zone: 'Asia/Ho_Chi_Minh',
  dates: ['dd/MM/yyyy'],
  events: [
    {
      type: 'unit.declared.v1',
      time: 'from',
      when: [{ set: 'unit' }],
      fields: {
        unitId: { column: 'unit' },
        name: { column: 'name' },
        effectiveFrom: { date: 'from' },
        procedures: {
          list: [
            { column: 'handles', split: ';', as: 'fieldId', with: { role: 'handles' } },
            { column: 'monitors', split: ';', as: 'fieldId', with: { role: 'monitors' } },
          ],
        },
        closed: { column: 'closed', map: { x: true } },
      },
    },
    {
      type: 'procedure.declared.v1',
      time: 'from',
      when: [{ set: 'procedure' }],
      fields: {
        procedureId: { column: 'procedure' },
        name: { column: 'name' },
        effectiveFrom: { date: 'from' },
        legalLimit: {
          object: { amount: { number: 'limit' }, unit: { column: 'of', map: { ngày: 'calendar-days' } } },
        },
      },
    },
  ],
};
const line = { name: 'A', from: '01/07/2025', unit: '', handles: '', monitors: '', closed: '' };
const ofUnit = { ...line, unit: 'H19.12' };
const ofProcedure = { ...line, procedure: '1.1', limit: '', of: '' };
const rejected = (cells: Readonly<Record<string, string>>) =>
  translator(catalogue)(row(cells)).flatMap((event) =>
    event.kind === 'rejected' ? event.faults.map(({ pointer, was }) => [pointer, was]) : [],
  );

test('a list of objects comes from several columns; an object from its cells, and is left out without any', () => {
  const translate = translator(catalogue);
  const [unit] = made(translate(row({ ...ofUnit, handles: 'B; A', monitors: 'C' })));
  assert.deepEqual(unit?.data.procedures, [
    { fieldId: 'A', role: 'handles' },
    { fieldId: 'B', role: 'handles' },
    { fieldId: 'C', role: 'monitors' },
  ]);
  const [bare] = made(translate(row(ofUnit)));
  assert.equal(bare?.data.procedures, undefined);
  const [procedure] = made(translate(row({ ...ofProcedure, limit: '015', of: 'ngày' })));
  assert.deepEqual(procedure?.data.legalLimit, { amount: 15, unit: 'calendar-days' });
  const [unlimited] = made(translate(row(ofProcedure)));
  assert.equal(unlimited?.data.legalLimit, undefined);
});

test('a fault within a list or an object names the column that it comes from, once', () => {
  assert.deepEqual(rejected({ ...ofUnit, handles: 'A;B', monitors: 'C; B' }), [['/monitors', '"B"']]);
  assert.deepEqual(rejected({ ...ofUnit, monitors: 'C', closed: 'x' }), [['/monitors', 'an array of 1']]);
  assert.deepEqual(rejected({ ...ofUnit, handles: '#REF!' }), [['/handles', '"#REF!"']]);
  assert.deepEqual(rejected({ ...ofProcedure, limit: '1.5', of: 'ngày' }), [['/limit', '"1.5"']]);
  assert.deepEqual(rejected({ ...ofProcedure, limit: '5' }), [['/of', 'nothing']]);
  assert.deepEqual(rejected({ ...ofProcedure, limit: '5', of: 'tuần' }), [['/of', '"tuần"']]);
});

test('a mapping names only fields that an object or a list of the contract has', () => {
  const withRule = (type: string, fields: object) => ({
    ...catalogue,
    events: [{ type, time: 'from', fields }],
  });
  const limit = (rule: object) => faultsOf(withRule('procedure.declared.v1', { legalLimit: rule }));
  assert.deepEqual(limit({ object: { weeks: { number: 'limit' } } }), [
    'events.0.fields.legalLimit: only fields of legalLimit: amount, unit',
  ]);
  assert.deepEqual(limit({ list: [{ column: 'c', split: ';', as: 'amount' }] }), [
    'events.0.fields.legalLimit: a rule for one value: legalLimit is no list of objects',
  ]);
  assert.deepEqual(faultsOf(withRule('unit.declared.v1', { name: { object: {} } })), [
    'events.0.fields.name: a rule for one value: name is no object',
  ]);
  assert.deepEqual(limit({ object: { amount: { number: 'a', column: 'b' } } }), [
    'events.0.fields.legalLimit.object.amount: exactly one of value, date, number and column',
  ]);
});
