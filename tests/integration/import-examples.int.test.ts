import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'csv-parse/sync';
import decision124 from '../../shared/measures/decision-124.json' with { type: 'json' };
import templates from '../../shared/measures/templates.json' with { type: 'json' };
import { assertVerified } from '../support/assert-verified.ts';
import { importCsv } from '../support/import-csv.ts';
import { startInProcess } from '../support/in-process.ts';
import { emptyDir } from '../support/standalone.ts';

const FOLDER = 'docs/import';
const NOW = Date.parse('2026-12-20T08:00:00+07:00');

/** The names of the examples, without their ending. */
const NAMES = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.csv'))
  .map((name) => name.slice(0, -'.csv'.length));

type Row = Readonly<Record<string, string>>;
// biome-ignore lint/suspicious/noExplicitAny: answers are compared field by field
type Answer = any;

/** The rows of an example as any reader of CSV sees them. */
const rowsOf = (name: string): readonly Row[] =>
  parse(readFileSync(`${FOLDER}/${name}.csv`, 'utf8'), { columns: true });
const OFFICE_UNIT = 'H19.02';
/** Columns that name a unit. */
const UNIT_COLUMNS = ['Mã đơn vị', 'Đơn vị', 'Đơn vị cấp trên', 'Sáp nhập vào', 'Đơn vị khắc phục'];
/** `20/06/2026` as `2026-06-20`; null for an empty cell. */
const dayIn = (cell = ''): string | null => (cell === '' ? null : cell.split('/').reverse().join('-'));

/** How a file is compared with what the API lists. */
interface Table {
  readonly path: string;
  readonly key: string;
  listed(item: Answer, row: Row): readonly unknown[];
  written(row: Row): readonly unknown[];
}

const TABLES: Readonly<Record<string, Table>> = {
  communications: {
    ...{ path: '/v1/duties', key: 'Mã việc' },
    listed: ({ unit, state, communicated: { on, reached, of, evidence } }) => [
      ...[unit, state, on, reached, of, evidence],
    ],
    written: (row) => [
      ...[row['Mã đơn vị'], 'communicated', dayIn(row['Ngày phổ biến'])],
      ...[Number(row['Số người nhận']), Number(row['Tổng số người']), row['Bằng chứng']],
    ],
  },
  reports: {
    ...{ path: '/v1/duties', key: 'Mã việc' },
    listed: ({ unit, state, overdue, requested: { due }, submitted }) => [
      ...[unit, state, overdue, due, submitted?.on ?? null],
    ],
    written(row) {
      const [due, on] = [dayIn(row['Hạn nộp']), dayIn(row['Ngày nộp'])];
      const answered = String(on) > String(due) ? 'submitted/late' : 'submitted/in-time';
      return [row['Mã đơn vị'], on === null ? 'asked' : answered, on === null, due, on];
    },
  },
  reviews: {
    ...{ path: '/v1/reviews', key: 'Mã cuộc rà soát' },
    listed({ on, unit, findings, conclusion, actions }, row) {
      const { what, due, ended } = actions.find(({ id }: Answer) => id === row['Số thứ tự']) ?? {};
      return [on, unit ?? '', findings.join('; '), conclusion, what ?? '', due ?? null, ended?.result ?? ''];
    },
    written: (row) => [
      ...[dayIn(row['Ngày rà soát']), row['Mã đơn vị'], row['Kết quả rà soát'], row['Kết luận']],
      ...[row['Hành động'], dayIn(row['Thời hạn']), row['Kết quả thực hiện']],
    ],
  },
};

const LAST = {
  ...{ specversion: '1.0', source: '/office', id: 'last', type: 'unit.declared.v1', time: '2026-12-01' },
  data: { unitId: 'H19.99', name: 'Đơn vị khác', effectiveFrom: '2026-12-01' },
};

/** Objectives for which people enter figures, as the examples name them, beside those of the decision. */
const OBJECTIVES = {
  objectives: [...decision124.objectives, ...templates.objectives],
};

describe('the files of docs/import', () => {
  it('name no unit that none of them declares', () => {
    const declared = new Set(rowsOf('units').map((row) => row['Mã đơn vị']));
    const named = NAMES.flatMap((name) =>
      rowsOf(name).flatMap((row) => UNIT_COLUMNS.map((column) => row[column] || undefined)),
    ).filter((unit) => unit !== undefined);
    assert.ok(named.length > 20);
    assert.deepEqual(
      named.filter((unit) => !declared.has(unit)),
      [],
    );
  });

  it('fill each objective that they feed and each row of Article 2', async (t) => {
    const nhip = await startInProcess(NOW, { OFFICE_UNIT });
    t.after(() => nhip.close());
    for (const name of NAMES) await importCsv(nhip, `${FOLDER}/${name}.csv`);
    await nhip.send(LAST);
    const figure = async (id: string) => {
      const { numerator, denominator } = (await nhip.get(`/v1/objectives/${id}?window=year`)).body;
      return `${numerator}/${denominator}`;
    };
    assert.equal(await figure('inspection-coverage'), '2/3', 'rooms with a conclusion');
    assert.equal(await figure('staff-rating'), '6/7', 'one of the seven who are rated is not rated good');
    assert.match(await figure('staff-title-standard'), /^6\//, 'who meet it on the day of the answer');
    const { body } = await nhip.get('/v1/article-2?year=2026');
    assert.deepEqual(
      (body.units as Answer[]).map(({ unit, lacks }) => [unit, lacks.includes('report')]),
      [
        ['H19.02.01', false],
        ['H19.02.02', false],
        ['H19.02.03', true],
      ],
    );
  });

  it('are all imported as they stand there, again as duplicates, and listed as their rows have it', async (t) => {
    const dataDir = emptyDir();
    const file = join(dataDir, 'objectives.json');
    writeFileSync(file, JSON.stringify(OBJECTIVES));
    const nhip = await startInProcess(NOW, { DATA_DIR: dataDir, OBJECTIVES_FILE: file });
    t.after(async () => {
      await nhip.close();
      await assertVerified(dataDir);
    });
    for (const name of NAMES) {
      const [accepted = 0, known, refused] = await importCsv(nhip, `${FOLDER}/${name}.csv`);
      assert.ok(accepted > 0 && known === 0 && refused === 0, name);
      assert.deepEqual(await importCsv(nhip, `${FOLDER}/${name}.csv`), [0, accepted, 0], name);
    }
    // What comes later is in the ledger later.
    await nhip.send(LAST);
    for (const [name, { path, key, listed, written }] of Object.entries(TABLES)) {
      const { status, body } = await nhip.get(path);
      assert.equal(status, 200, JSON.stringify(body));
      const items = new Map((body.items as Answer[]).map((item) => [item.id, item]));
      for (const row of rowsOf(name))
        assert.deepEqual(listed(items.get(row[key]), row), written(row), JSON.stringify(row));
    }
    for (const row of rowsOf('figures')) {
      const { body } = await nhip.get(`/v1/objectives/${row['Mã mục tiêu']}/figures`);
      const { state, approved, latest, recorded } = (body.items as Answer[]).find(
        ({ period }) => period === row.Kỳ,
      );
      assert.deepEqual(
        [
          ...[recorded.numerator ?? '', recorded.denominator ?? '', recorded.value ?? ''].map(String),
          ...[recorded.evidence, recorded.enteredBy, state, approved, latest],
        ],
        [
          ...[row['Tử số'], row['Mẫu số'], row['Giá trị'], row['Căn cứ'], row['Người nhập']],
          ...['late', null, null],
        ],
        'a file counts for nothing by itself',
      );
    }
    for (const row of rowsOf('apologies')) {
      const { letters } = (await nhip.get(`/v1/dossiers/${row['Mã hồ sơ']}`)).body;
      assert.deepEqual(
        (letters as Answer[]).map(({ number, date, newDueAt }) => [number, date, newDueAt]),
        [[row['Số văn bản'], dayIn(row['Ngày văn bản']), dayIn(row['Ngày hẹn trả mới'])]],
      );
    }
    const { body } = await nhip.get('/v1/reviews/actions?state=done');
    assert.deepEqual(
      (body.items as Answer[]).map(({ review, id }) => [review, id]),
      [['RS-2026-09', '1']],
    );
  });
});
