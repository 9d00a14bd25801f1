import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { books } from '../../shared/books/registry.ts';
import { vietnamHolidays } from '../../shared/calendar/holidays.ts';
import { DEFAULT_OFFICE_HOURS } from '../../shared/calendar/working-calendar.ts';
import { openEventReader } from '../../shared/event-store/sqlite/store.ts';
import { foldRulesOf } from '../../shared/ledger/fold-rules.ts';
import { openLedgerReader } from '../../shared/ledger/sqlite/reader.ts';
import { verifyLedger } from '../../shared/ledger/verify.ts';
import { OFFICE } from '../support/facts.ts';
import { importCsv } from '../support/import-csv.ts';
import { type InProcess, startInProcess } from '../support/in-process.ts';
import { emptyDir } from '../support/standalone.ts';

/** Two provinces and their merger on 1 July 2025, as the office learns it. The present is Monday 4 August 2025, 09:00. */
const NOW = Date.parse('2025-08-04T09:00:00+07:00');
const MINUTE = 60_000;
const dataDir = emptyDir();
let nhip: InProcess;
before(async () => {
  nhip = await startInProcess(NOW, { DATA_DIR: dataDir, OFFICE_UNIT: '000.00.02.H19' });
});
after(() => nhip.close());

const eventOf = (id: string, type: string, time: string, data: object) => ({
  specversion: '1.0',
  source: '/catalogue',
  ...{ id, type, time, data },
});
const unit = (
  id: string,
  effectiveFrom: string,
  more: { readonly name?: string; readonly [field: string]: unknown },
) =>
  eventOf(`${id} ${effectiveFrom} ${JSON.stringify(more)}`, 'unit.declared.v1', effectiveFrom, {
    unitId: id,
    name: id,
    effectiveFrom,
    ...more,
  });
const settled = (unitId: string, number: string, day: string, more: object = {}) => {
  const dossierId = `${unitId}-${number}`;
  return [
    eventOf(`${dossierId} in`, 'dossier.status.v1', `${day}T08:00:00`, {
      ...{ dossierId, status: 'received', unitId, dueAt: `${day}T17:00:00`, dueBasis: 'receipt-slip' },
      ...more,
    }),
    eventOf(`${dossierId} out`, 'dossier.status.v1', `${day}T16:00:00`, { dossierId, status: 'completed' }),
  ];
};

interface Listed {
  readonly id: string;
  readonly level: number;
  readonly parent: string | null;
  readonly status: string;
  readonly successor: string | null;
  readonly handlesProcedures: boolean;
  readonly procedures: readonly { readonly field: string; readonly name: string | null }[];
}
const tree = async (query: string) => {
  const { body } = await nhip.get(`/v1/units?${query}`);
  return (body as unknown as { items: Listed[] }).items;
};
const outline = async (query: string) =>
  (await tree(query)).map(({ level, id, status }) => `${level} ${id} ${status}`);
const counted = async (query: string) => {
  const { body } = await nhip.get(`/v1/objectives/dossier-on-time?${query}`);
  return body.denominator;
};
const rows = async (query: string) => {
  const { body } = await nhip.get(`/v1/objectives/dossier-on-time/breakdown?${query}`);
  const { parts } = body as { parts: { key: string; name: string | null; denominator: number }[] };
  return parts.map(({ key, name, denominator }) => [key, name, denominator]).sort();
};
const FIRST_HALF = 'from=2025-01-01&to=2025-06-30';
const WITH_JULY = 'from=2025-01-01&to=2025-07-01';

describe('a merger on 1 July 2025, declared a month later', () => {
  let before = '';

  test('until it is declared the two units stand apart', async () => {
    await nhip.send(
      unit('H19', '2024-01-01', { name: 'Đồng Nai' }),
      unit('H10', '2024-01-01', { name: 'Bình Phước' }),
      unit('H19.02', '2024-01-01', { name: 'Văn phòng UBND tỉnh', parentId: 'H19', handlesProcedures: true }),
      unit('H10.02', '2024-01-01', {
        ...{ name: 'Văn phòng UBND Bình Phước', parentId: 'H10' },
        procedures: [{ fieldId: 'Đất đai', role: 'monitors' }],
      }),
      ...settled('H19.02', '250303-0001', '2025-03-03'),
      ...settled('H10.02', '250304-0001', '2025-03-04', { fieldId: 'Đất đai' }),
      ...settled('H10.02', '250630-0002', '2025-06-30', { fieldId: 'Đất đai' }),
      ...settled('H10.02', '250701-0003', '2025-07-01', { fieldId: 'Đất đai' }),
    );
    assert.deepEqual(await outline('on=2025-08-04'), [
      '0 H10 active',
      '1 H10.02 active',
      '0 H19 active',
      '1 H19.02 active',
    ]);
    assert.equal(await counted(`unit=H19.02&${WITH_JULY}`), 1);
    before = new Date(nhip.now).toISOString();
    nhip.now += MINUTE;
  });

  test('from its day on the merged unit is below its successor with what it did before, a row of its own; a window that ends on the day before is as it was', async () => {
    await nhip.send(
      unit('H10.02', '2025-07-01', {
        mergedInto: 'H19.02',
        name: 'Văn phòng cũ',
        instrument: 'NQ 202/2025/QH15',
      }),
    );
    assert.deepEqual(
      [await counted(`unit=H19.02&${FIRST_HALF}`), await counted(`unit=H10&${FIRST_HALF}`)],
      [1, 2],
    );
    assert.deepEqual(
      [await counted(`unit=H19.02&${WITH_JULY}`), await counted(`unit=H10&${WITH_JULY}`)],
      [4, 0],
    );
    assert.deepEqual(await rows(`by=unit&unit=H19&${WITH_JULY}`), [
      ['H10.02', 'Văn phòng cũ', 3],
      ['H19.02', 'Văn phòng UBND tỉnh', 1],
    ]);
    assert.deepEqual(await rows(`by=unit&unit=H10&${FIRST_HALF}`), [
      ['H10.02', 'Văn phòng UBND Bình Phước', 2],
    ]);
  });

  test('as of a moment before it was declared the figure is as it was known then', async () => {
    assert.equal(await counted(`unit=H19.02&${WITH_JULY}&asOf=${before}`), 1);
    assert.deepEqual(await outline(`on=2025-08-04&asOf=${before}`), [
      '0 H10 active',
      '1 H10.02 active',
      '0 H19 active',
      '1 H19.02 active',
    ]);
  });

  test('the tree of the day before has it as active with its procedures, that of the day as merged without', async () => {
    const seen = async (on: string) => {
      const found = (await tree(`on=${on}`)).find(({ id }) => id === 'H10.02');
      return [
        found?.parent,
        found?.status,
        found?.successor,
        found?.handlesProcedures,
        found?.procedures.length,
      ];
    };
    assert.deepEqual(await seen('2025-06-30'), ['H10', 'active', null, true, 1]);
    assert.deepEqual(await seen('2025-07-01'), ['H19.02', 'merged', 'H19.02', false, 0]);
    assert.deepEqual(await outline('under=H19'), ['0 H19 active', '1 H19.02 active', '2 H10.02 merged']);
    assert.equal((await nhip.get('/v1/units?on=2025-02-30')).status, 400);
  });

  test('of two statements of one day the greater holds, in either order', async () => {
    const again = (id: string, assertedAt: string, more: object) =>
      eventOf(id, 'unit.declared.v1', '2025-07-15', {
        ...{ unitId: 'H10.05', name: 'Sở', effectiveFrom: '2025-07-15', assertedAt },
        ...more,
      });
    const [closing, merging] = [
      again('closing', '2025-07-20T08:00:00', { closed: true, parentId: 'H10' }),
      again('merging', '2025-07-19T08:00:00', { mergedInto: 'H19.02' }),
    ];
    await nhip.send(closing, merging);
    assert.deepEqual(await outline('under=H10'), ['0 H10 active', '1 H10.05 closed']);
  });

  test('a row of the table of identifiers that comes later cures the past of a merger', async () => {
    await nhip.send(
      ...settled('00.07.H10', '250305-0001', '2025-03-05'),
      unit('00.07.H10', '2025-07-01', { mergedInto: '00.02.H19' }),
    );
    assert.equal(await counted(`unit=H19.02&${WITH_JULY}`), 4);
    nhip.now += MINUTE;
    const mapped = (agencyId: string, unitId: string) =>
      eventOf(`${agencyId} ${unitId}`, 'agency-id.mapped.v1', '2025-08-01', { agencyId, unitId });
    await nhip.send(mapped('00.07.H10', 'H10.07'), mapped('00.02.H19', 'H19.02'));
    assert.equal(await counted(`unit=H19.02&${WITH_JULY}`), 5);
    assert.equal(await counted(`unit=H10.07&${FIRST_HALF}`), 1);
  });
});

describe('names', () => {
  test('rows by field and by procedure carry the name of the last day that they cover, as known at the moment', async () => {
    const before = new Date(nhip.now).toISOString();
    nhip.now += MINUTE;
    const field = (name: string, effectiveFrom: string) =>
      eventOf(`${name}`, 'field.declared.v1', effectiveFrom, { fieldId: 'Đất đai', name, effectiveFrom });
    await nhip.send(
      field('Đất đai (tỉnh)', '2024-01-01'),
      field('Đất đai (hai cấp)', '2025-07-01'),
      eventOf('p', 'procedure.declared.v1', '2025-01-01', {
        ...{ procedureId: '1.012756.H19', name: 'Đăng ký đất đai lần đầu', fieldId: 'Đất đai' },
        ...{ legalLimit: { amount: 20, unit: 'working-days' }, effectiveFrom: '2025-01-01' },
      }),
      ...settled('H19.02', '250630-0009', '2025-06-30', { procedureId: '1.012756', fieldId: 'Đất đai' }),
    );
    const june = 'from=2025-06-30&to=2025-06-30';
    assert.deepEqual(await rows(`by=field&${june}`), [['Đất đai', 'Đất đai (tỉnh)', 2]]);
    assert.deepEqual(await rows(`by=field&${WITH_JULY}&unit=H10.02`), [['Đất đai', 'Đất đai (hai cấp)', 3]]);
    assert.deepEqual(await rows(`by=field&${WITH_JULY}&unit=H10.02&asOf=${before}`), [['Đất đai', null, 3]]);
    assert.deepEqual(await rows(`by=procedure&${june}&unit=H19.02`), [
      ['1.012756', 'Đăng ký đất đai lần đầu', 1],
    ]);
  });

  test('the catalogues are listed in pages, as of a day, all pages as known at the first', async () => {
    const procedure = (number: number) =>
      eventOf(`p${number}`, 'procedure.declared.v1', '2025-07-01', {
        ...{ procedureId: `2.00000${number}`, name: `Thủ tục ${number}`, effectiveFrom: '2025-07-01' },
      });
    await nhip.send(procedure(1), procedure(2));
    type Page = { items: { id: string; fieldName: string | null }[]; total: number; next?: string };
    const page = async (query: string) => (await nhip.get(`/v1/procedures?${query}`)).body as unknown as Page;
    const first = await page('limit=2');
    assert.deepEqual([first.items.map(({ id }) => id), first.total], [['1.012756', '2.000001'], 3]);
    nhip.now += MINUTE;
    await nhip.send(procedure(3));
    const second = await page(`limit=2&cursor=${first.next}`);
    assert.deepEqual(
      [second.items.map(({ id }) => id), second.total, second.next],
      [['2.000002'], 3, undefined],
    );
    assert.deepEqual(
      (await page('on=2025-06-30')).items.map(({ id, fieldName }) => [id, fieldName]),
      [['1.012756', 'Đất đai (tỉnh)']],
    );
    assert.deepEqual(
      (await page('field=Đất đai')).items.map(({ fieldName }) => fieldName),
      ['Đất đai (hai cấp)'],
    );
    assert.equal((await nhip.get(`/v1/fields?cursor=${first.next}`)).status, 400, 'a cursor of another list');
    const { body } = await nhip.get('/v1/fields');
    assert.deepEqual([body.total, (body.items as { name: string }[])[0]?.name], [1, 'Đất đai (hai cấp)']);
  });
});

test('OFFICE_UNIT is the office in the tree by any of its identifiers, and says when nothing declares it', async () => {
  const officeUnit = async (query: string) => (await nhip.get(`/v1/units?${query}`)).body.officeUnit;
  assert.deepEqual(await officeUnit('on=2025-08-04'), {
    ...{ id: 'H19.02', name: 'Văn phòng UBND tỉnh', status: 'active' },
  });
  assert.deepEqual(await officeUnit('on=2023-12-31'), {
    ...{ id: 'H19.02', name: 'Văn phòng UBND tỉnh', status: 'undeclared' },
  });
});

test('the ledger agrees with its events', async () => {
  const ledger = openLedgerReader(join(dataDir, 'ledger.db'), OFFICE);
  const events = await openEventReader(join(dataDir, 'events.db'));
  const holidays = vietnamHolidays();
  const rules = foldRulesOf({ books, zone: OFFICE, holidays, hours: DEFAULT_OFFICE_HOURS });
  assert.equal((await verifyLedger({ ledger, events, rules })).ok, true);
  await ledger.close();
  await events.close();
});

describe('the catalogues of docs/import', () => {
  let server: InProcess;
  before(async () => {
    server = await startInProcess(NOW);
  });
  after(() => server.close());

  const items = async (path: string) =>
    (await server.get(path)).body.items as Readonly<Record<string, unknown>>[];

  test('are imported as they stand there, and again as duplicates', async () => {
    for (const [name, rows] of Object.entries({ units: 9, fields: 3, procedures: 2 })) {
      const file = `docs/import/${name}.csv`;
      assert.deepEqual(await importCsv(server, file), [rows, 0, 0], name);
      assert.deepEqual(await importCsv(server, file), [0, rows, 0], name);
    }
    // What comes later is in the ledger later.
    await server.send(unit('H19.99', '2026-01-01', {}));
  });

  test('say what their columns say', async () => {
    const units = await items('/v1/units?on=2025-07-01');
    assert.deepEqual(
      units.map(({ level, id, status, procedures }) => [level, id, status, procedures]),
      [
        [0, 'H19', 'active', []],
        [
          1,
          'H19.02',
          'active',
          [
            { field: 'Y tế', name: 'Khám bệnh và chữa bệnh', role: 'monitors' },
            { field: 'Đất đai', name: 'Đất đai, bồi thường, hỗ trợ và tái định cư', role: 'monitors' },
          ],
        ],
        [2, 'H10.02', 'merged', []],
        [
          2,
          'H19.02.01',
          'active',
          [
            { field: 'Y tế', name: 'Khám bệnh và chữa bệnh', role: 'monitors' },
            { field: 'Đất đai', name: 'Đất đai, bồi thường, hỗ trợ và tái định cư', role: 'monitors' },
          ],
        ],
        [2, 'H19.02.02', 'active', [{ field: 'Văn thư', name: 'Văn thư và lưu trữ', role: 'handles' }]],
        [
          2,
          'H19.02.03',
          'active',
          [
            { field: 'Y tế', name: 'Khám bệnh và chữa bệnh', role: 'handles' },
            { field: 'Đất đai', name: 'Đất đai, bồi thường, hỗ trợ và tái định cư', role: 'handles' },
          ],
        ],
        [
          1,
          'H19.12',
          'active',
          [{ field: 'Đất đai', name: 'Đất đai, bồi thường, hỗ trợ và tái định cư', role: 'handles' }],
        ],
        [1, 'H19.31', 'closed', []],
      ],
    );
    assert.deepEqual(
      (await items('/v1/procedures')).map(({ id, legalLimit }) => [id, legalLimit]),
      [
        ['1.012756', { amount: 20, unit: 'working-days' }],
        ['2.000635', { amount: 4, unit: 'working-hours' }],
      ],
    );
  });

  test('a row that is wrong is listed with its line, column, value and what is expected', async () => {
    const [head = '', , office = ''] = readFileSync('docs/import/units.csv', 'utf8').split('\n');
    const file = join(emptyDir(), 'units.csv');
    const wrong = 'H10.09,Sở cũ,,Đất đai,,H19.02,,01/07/2025,,,01/07/2025';
    writeFileSync(file, [head, office, wrong, ''].join('\n'));
    assert.deepEqual(await importCsv(server, file, 'docs/import/units.mapping.json'), [0, 1, 1]);
    const [letter] = readFileSync(`${file}.rejected.ndjson`, 'utf8').trim().split('\n');
    const { line, faults } = JSON.parse(letter ?? '');
    assert.equal(line, 3);
    assert.deepEqual(faults, [
      {
        code: 'row-invalid',
        pointer: '/Lĩnh vực trực tiếp thực hiện',
        detail: 'left out, since a merged or closed unit handles nothing, but was an array of 1',
      },
    ]);
  });
});
