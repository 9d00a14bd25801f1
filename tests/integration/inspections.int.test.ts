import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { importCsv } from '../support/import-csv.ts';
import { type InProcess, startInProcess } from '../support/in-process.ts';
import { nhip as runNhip } from '../support/process.ts';
import { emptyDir } from '../support/standalone.ts';

/** Friday. */
const NOW = Date.parse('2026-08-28T10:00:00+07:00');
const COVERAGE = '/v1/objectives/inspection-coverage';

const eventOf = (type: string, time: string, data: object) => ({
  specversion: '1.0',
  source: '/office',
  id: JSON.stringify([type, time, data]),
  ...{ type, time, data },
});
const unit = (unitId: string, data: object, effectiveFrom = '2026-01-01') =>
  eventOf('unit.declared.v1', effectiveFrom, { unitId, name: `Phòng ${unitId}`, effectiveFrom, ...data });
const fields = (...names: string[]) => ({
  parentId: 'H19.02',
  procedures: names.map((fieldId) => ({ fieldId, role: 'handles' })),
});
/** Rooms A to G below the office, a unit below room A, and a room without procedures. */
const UNITS = [
  unit('H19.02', { handlesProcedures: true }),
  unit('H19.02.A', fields('land')),
  unit('H19.02.A1', { ...fields('land'), parentId: 'H19.02.A' }),
  unit('H19.02.B', {
    parentId: 'H19.02',
    procedures: [
      { fieldId: 'trade', role: 'monitors' },
      { fieldId: 'land', role: 'handles' },
    ],
  }),
  unit('H19.02.C', { parentId: 'H19.02', handlesProcedures: true }),
  unit('H19.02.D', fields('trade')),
  unit('H19.02.E', { parentId: 'H19.02' }),
  unit('H19.02.F', fields('land')),
  unit('H19.02.G', fields('health')),
];
const MERGER = unit('H19.02.F', { mergedInto: 'H19.02.A' }, '2026-07-01');

const about = (name: string, kind = 'par') => ({
  inspectionId: `26/${kind}/${name}`,
  unitId: `H19.02.${name}`,
  kind,
});
const planned = (name: string, time: string, plannedUntil: string, more: object = {}) =>
  eventOf('inspection.planned.v1', time, { ...about(name), plannedUntil, ...more });
const visited = (name: string, visitedAt: string, more: object = {}) =>
  eventOf('inspection.visited.v1', visitedAt, { ...about(name), visitedAt, ...more });
const concluded = (name: string, concludedAt: string, more: object = {}) =>
  eventOf('inspection.concluded.v1', concludedAt, { ...about(name), concludedAt, ...more });
const finding = (name: string, findingId: string, time: string, more: object = {}) =>
  eventOf('inspection.finding.v1', time, { inspectionId: about(name).inspectionId, findingId, ...more });
const closed = (name: string, findingId: string, closedAt: string) =>
  eventOf('inspection.finding-closed.v1', closedAt, {
    inspectionId: about(name).inspectionId,
    findingId,
    closedAt,
  });

/** 15 working days after Tuesday 10 March are over with Tuesday 31 March; after Monday 3 August with Saturday 22 August, which is worked. */
const EVENTS = [
  planned('A', '2026-01-12', '2026-03-31', {
    plannedFrom: '2026-03-01',
    announced: true,
    instrument: '26/KH-VP',
  }),
  visited('A', '2026-03-09', { mode: 'on-site' }),
  visited('A', '2026-03-10'),
  concluded('A', '2026-03-31', { conclusionNumber: '45/TB-VP' }),
  concluded('B', '2026-05-05', { mode: 'by-file', announced: false }),
  planned('C', '2026-01-12', '2026-06-30'),
  visited('D', '2026-08-03', { announced: false }),
  visited('F', '2026-03-10'),
  concluded('F', '2026-04-01'),
  planned('G', '2026-01-12', '2026-11-30'),
  concluded('E', '2026-04-02'),
  concluded('Z', '2026-04-03'),
  concluded('C', '2026-02-02', about('C', 'procedures')),
  finding('A', '1', '2026-03-31', { dueAt: '2026-06-30', clause: 'Điều 17 NĐ 61/2018/NĐ-CP' }),
  finding('A', '2', '2026-03-31', { dueAt: '2026-06-30', unitId: 'H19.02.B' }),
  finding('A', '3', '2026-03-31', { dueAt: '2026-08-28' }),
  closed('A', '1', '2026-07-01'),
];

type Answer = Record<string, unknown>;
interface Part {
  readonly name: string;
  readonly count: number;
}
const countsIn = ({ parts }: Answer) =>
  Object.fromEntries((parts as Part[]).flatMap(({ name, count }) => (count > 0 ? [[name, count]] : [])));

async function started(env: Record<string, string> = {}) {
  const nhip = await startInProcess(NOW, { OFFICE_UNIT: 'H19.02', ...env });
  const ask = async (path: string): Promise<Answer> => {
    const { status, body } = await nhip.get(path);
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  };
  return { nhip, ask };
}

describe('inspections of the units below the office', () => {
  const dataDir = emptyDir();
  let nhip: InProcess;
  let ask: (path: string) => Promise<Answer>;
  before(async () => {
    ({ nhip, ask } = await started({ DATA_DIR: dataDir }));
    await nhip.send(...UNITS, MERGER, ...EVENTS);
  });
  after(() => nhip.close());

  it('are counted by units: each once, from its conclusion, whether planned, visited or by file', async () => {
    const answer = await ask(COVERAGE);
    const { numerator, denominator, status, outlook } = answer;
    assert.deepEqual({ numerator, denominator, status }, { numerator: 2, denominator: 6, status: 'on-path' });
    assert.deepEqual(countsIn(answer), {
      ...{ inspected: 2, 'inspected-as-planned': 1, 'inspected-unplanned': 1 },
      ...{ 'not-inspected': 4, 'under-way-unplanned': 1, planned: 2, 'not-planned': 1 },
      ...{ ended: 1, 'off-roster': 1, undeclared: 1 },
    });
    assert.equal((outlook as { needed: number }).needed, 1);
  });

  it('are listed as the figure counts them: each part, by name, with what is known of it', async () => {
    const listOf = async (part: string) =>
      ((await ask(`${COVERAGE}/evidence?part=${part}`)).inspectedUnits as Answer[]).map(
        ({ unit: of, standing, inspectedOn, plannedUntil }) => [of, standing, inspectedOn ?? plannedUntil],
      );
    assert.deepEqual(await listOf('inspected'), [
      ['H19.02.A', 'inspected-as-planned', '2026-03-31'],
      ['H19.02.B', 'inspected-unplanned', '2026-05-05'],
    ]);
    assert.deepEqual(await listOf('not-inspected'), [
      ['H19.02.A1', 'not-planned', null],
      ['H19.02.C', 'planned', '2026-06-30'],
      ['H19.02.D', 'under-way-unplanned', null],
      ['H19.02.G', 'planned', '2026-11-30'],
    ]);
    assert.deepEqual(await listOf('ended'), [['H19.02.F', 'ended', '2026-04-01']]);
    assert.deepEqual(await listOf('off-roster'), [['H19.02.E', 'off-roster', '2026-04-02']]);
    assert.deepEqual(await listOf('undeclared'), [['H19.02.Z', 'undeclared', '2026-04-03']]);
    const { inspectedUnits } = await ask(`${COVERAGE}/evidence?part=inspected&limit=1`);
    const [first] = inspectedUnits as Answer[];
    assert.equal(first?.name, 'Phòng H19.02.A');
  });

  it('have pages that follow each other, from either end', async () => {
    const unitsOf = async (sort: string) => {
      const units: unknown[] = [];
      for (let cursor = ''; ; ) {
        const page = await ask(`${COVERAGE}/evidence?part=not-inspected&limit=3&sort=${sort}${cursor}`);
        assert.equal(page.total, 4);
        units.push(...(page.inspectedUnits as Answer[]).map(({ unit: of }) => of));
        if (page.next === undefined) return units;
        cursor = `&cursor=${page.next}`;
      }
    };
    const all = ['H19.02.A1', 'H19.02.C', 'H19.02.D', 'H19.02.G'];
    assert.deepEqual(await unitsOf('date'), all);
    assert.deepEqual(await unitsOf('-date'), all.toReversed());
  });

  it('are broken down by unit, and by field, where a unit of two fields stands in both rows', async () => {
    const rowsOf = async (by: string) => {
      const { parts, overlaps } = await ask(`${COVERAGE}/breakdown?by=${by}`);
      const rows = (parts as Answer[]).map(({ key, numerator, denominator }) => [
        key,
        `${numerator}/${denominator}`,
      ]);
      return { overlaps, rows: Object.fromEntries(rows) };
    };
    assert.deepEqual(await rowsOf('field'), {
      overlaps: true,
      rows: { land: '2/3', trade: '1/2', health: '0/1', null: '0/1' },
    });
    const { overlaps, rows } = await rowsOf('unit');
    assert.equal(overlaps, false);
    assert.equal(rows['H19.02.A'], '1/1');
    const trade = await ask(`${COVERAGE}?field=trade`);
    assert.deepEqual([trade.numerator, trade.denominator], [1, 2]);
    const roomA = await ask(`${COVERAGE}?unit=H19.02.A`);
    assert.deepEqual([roomA.numerator, roomA.denominator], [1, 2], 'the room and the unit below it');
  });

  it('make a series in which every point is a share of all units', async () => {
    const { points } = await ask(`${COVERAGE}/series?step=month`);
    assert.deepEqual(
      (points as (Answer & { cumulative: Answer })[]).map(({ from, numerator, cumulative }) => [
        ...[from, numerator, cumulative.numerator, cumulative.denominator],
      ]),
      [
        ['2026-03-01', 1, 1, 6],
        ['2026-05-01', 1, 2, 6],
      ],
    );
  });

  it('have lists: past the plan, late by the sixteenth working day, findings past their date', async () => {
    const idsOf = async (path: string) =>
      ((await ask(path)).items as Answer[]).map(({ inspectionId, findingId }) => findingId ?? inspectionId);
    assert.deepEqual(await idsOf('/v1/inspections?kind=par'), ['26/par/C', '26/par/D', '26/par/G']);
    assert.deepEqual(await idsOf('/v1/inspections?state=not-visited'), ['26/par/C']);
    assert.deepEqual(await idsOf('/v1/inspections?state=visited'), ['26/par/D']);
    assert.deepEqual(await idsOf('/v1/inspections?state=late'), ['26/par/F', '26/par/D']);
    assert.deepEqual(await idsOf('/v1/inspections?state=findings-overdue'), ['26/par/A']);
    assert.deepEqual(await idsOf('/v1/inspections?state=concluded&kind=procedures'), ['26/procedures/C']);
    assert.deepEqual(await idsOf('/v1/inspections?state=all&unit=H19.02.A'), ['26/par/A', '26/par/F']);
    assert.deepEqual(await idsOf('/v1/inspection-findings'), ['2', '3']);
    assert.deepEqual(await idsOf('/v1/inspection-findings?state=overdue'), ['2']);
    assert.deepEqual(await idsOf('/v1/inspection-findings?unit=H19.02.B'), ['2']);
    assert.deepEqual(await idsOf('/v1/inspection-findings?state=closed'), ['1']);
    const late = (await ask('/v1/inspections?state=late')) as { items: Answer[] } & Answer;
    assert.equal(late.lateConclusionWorkingDays, 15);
    assert.deepEqual(
      late.items.map(({ conclusionDueBy, late: by }) => [conclusionDueBy, by]),
      [
        ['2026-03-31', { workingDays: 1, calendarDays: 1 }],
        ['2026-08-22', { workingDays: 5, calendarDays: 6 }],
      ],
    );
  });

  it('are narrowed page by page: every page leads on, and together they are the list', async () => {
    const found: unknown[] = [];
    for (let cursor = ''; ; ) {
      const page = await ask(`/v1/inspections?state=late&limit=1${cursor}`);
      found.push(...(page.items as Answer[]).map(({ inspectionId }) => inspectionId));
      if (page.next === undefined) break;
      cursor = `&cursor=${page.next}`;
    }
    assert.deepEqual(found, ['26/par/F', '26/par/D']);
  });

  it('each have their findings, and their events with the use of each', async () => {
    const {
      account,
      late,
      conclusionNumber,
      unitName,
      openFindings,
      overdueFindings,
      inspectionFindings,
      events,
    } = await ask(`/v1/inspections/${encodeURIComponent('26/par/A')}`);
    assert.deepEqual(
      { account, late, conclusionNumber, unitName, openFindings, overdueFindings },
      {
        ...{ account: 'concluded/planned', late: null, conclusionNumber: '45/TB-VP' },
        ...{ unitName: 'Phòng H19.02.A', openFindings: 2, overdueFindings: 1 },
      },
    );
    assert.deepEqual(
      (inspectionFindings as Answer[]).map(({ findingId, account: of, late: by }) => [findingId, of, by]),
      [
        ['1', 'finding/closed', { workingDays: 1, calendarDays: 1 }],
        ['2', 'finding/open', { workingDays: 44, calendarDays: 59 }],
        ['3', 'finding/open', null],
      ],
    );
    assert.deepEqual(
      (events as Answer[]).map(({ type, use }) => [type, use]),
      EVENTS.filter(({ data }) => (data as Answer).inspectionId === '26/par/A').map(({ type }) => [
        type,
        'applied',
      ]),
    );
    const { status } = await nhip.get('/v1/inspections/unheard-of');
    assert.equal(status, 404);
  });

  it('refuse what is wrong, and name the field', async () => {
    const wrong = planned('A', '2026-01-12', '2026-02-28', { plannedFrom: '2026-03-01' });
    const headers = { 'content-type': 'application/cloudevents-batch+json' };
    const answer = await nhip.server.inject({
      ...{ method: 'POST', url: '/v1/events', headers, payload: JSON.stringify([wrong]) },
    });
    const [fault] = answer.json().rejected;
    assert.deepEqual([fault.code, fault.pointer], ['data-invalid', '/data/plannedUntil']);
  });

  it('satisfy the laws of the ledger, and each list has as many units as its part', async () => {
    const { code, stdout } = await runNhip(['verify'], { DATA_DIR: dataDir, OFFICE_UNIT: 'H19.02' });
    assert.match(stdout, /ok +inspection: no negative balance/i);
    assert.match(stdout, /ok +inspection-coverage: lists/i);
    assert.equal(code, 0, stdout);
  });
});

describe('before and while they become known', () => {
  const figure = async (ask: (path: string) => Promise<Answer>, query = '') => {
    const { status, reason, numerator, denominator } = await ask(`${COVERAGE}${query}`);
    return [status, reason, `${numerator}/${denominator}`];
  };

  it('the figure is not measured; with plans alone it is 0 of all units, on its path', async (t) => {
    const { nhip, ask } = await started();
    t.after(() => nhip.close());
    await nhip.send(...UNITS);
    assert.deepEqual(await figure(ask), ['not-computable', 'no-inspections', '0/7']);
    await nhip.send(
      planned('A', '2026-01-12', '2026-12-31'),
      planned('B', '2026-01-12', '2026-12-31'),
      planned('C', '2026-01-12', '2026-12-31'),
      planned('D', '2026-01-12', '2026-12-31'),
    );
    assert.deepEqual(await figure(ask), ['on-path', null, '0/7']);
    await nhip.send(planned('D', '2026-01-13', '2026-12-31', { cancelled: true }));
    assert.deepEqual(await figure(ask), ['at-risk', null, '0/7'], 'three of seven are planned');
  });

  it('the figure says that it does not know the office', async (t) => {
    const { nhip, ask } = await started({ OFFICE_UNIT: '' });
    t.after(() => nhip.close());
    await nhip.send(...UNITS, concluded('A', '2026-03-31'));
    assert.deepEqual(await figure(ask), ['not-computable', 'no-office-unit', '0/0']);
  });

  it('a late merger takes a unit out from when it is known; as of before, it is there', async (t) => {
    const { nhip, ask } = await started();
    t.after(() => nhip.close());
    await nhip.send(...UNITS, ...['A', 'B', 'F', 'G'].map((name) => concluded(name, '2026-03-31')));
    assert.deepEqual(await figure(ask), ['met', null, '4/7']);
    nhip.now = NOW + 60_000;
    await nhip.send(MERGER);
    assert.deepEqual(await figure(ask), ['met', null, '3/6']);
    assert.deepEqual(await figure(ask, `?asOf=${encodeURIComponent('2026-08-28T10:00:30+07:00')}`), [
      'met',
      null,
      '4/7',
    ]);
    const may = await figure(ask, '?from=2026-01-01&to=2026-05-31');
    assert.deepEqual(may, ['met', null, '4/7'], 'on the last day of May it was a unit of its own');
  });

  it('the year ends met or missed: half of seven is four', async (t) => {
    const { nhip, ask } = await started();
    t.after(() => nhip.close());
    await nhip.send(...UNITS, ...['A', 'B', 'F'].map((name) => concluded(name, '2026-03-31')));
    assert.deepEqual(await figure(ask), ['on-path', null, '3/7']);
    nhip.now = Date.parse('2027-01-04T08:00:00+07:00');
    assert.deepEqual(await figure(ask, '?from=2026-01-01&to=2026-12-31'), ['breached', null, '3/7']);
    assert.deepEqual(await figure(ask), ['on-path', null, '0/7'], 'the new year begins at nothing');
  });

  it('a unit that changes its identifier stays inspected', async (t) => {
    const { nhip, ask } = await started();
    t.after(() => nhip.close());
    await nhip.send(...UNITS, concluded('Z', '2026-04-03'));
    assert.deepEqual(await figure(ask), ['on-path', null, '0/7']);
    await nhip.send(
      eventOf('agency-id.mapped.v1', '2026-05-01', { agencyId: 'H19.02.Z', unitId: 'H19.02.A' }),
    );
    assert.deepEqual(await figure(ask), ['on-path', null, '1/7']);
  });
});

describe('the files of docs/import', () => {
  it('are imported as they stand there, and again as duplicates', async (t) => {
    const { nhip, ask } = await started();
    t.after(() => nhip.close());
    const imported = (name: string) => importCsv(nhip, `docs/import/${name}.csv`);
    for (const [name, events] of Object.entries({ inspections: 7, 'inspection-findings': 3 })) {
      assert.deepEqual(await imported(name), [events, 0, 0], name);
      assert.deepEqual(await imported(name), [0, events, 0], name);
    }
    await nhip.send(...UNITS);
    const { items } = await ask('/v1/inspections?state=all');
    assert.deepEqual(
      (items as Answer[]).map(({ inspectionId, account, kind, mode, announced }) => [
        ...[inspectionId, account, kind, mode, announced],
      ]),
      [
        ['26-KH-01', 'concluded/planned', 'par', 'on-site', true],
        ['26-KH-02', 'concluded/planned', 'par', 'by-file', null],
        ['26-DX-01', 'visited/unplanned', 'par', 'on-site', false],
        ['26-ISO-01', 'planned', 'iso-audit', 'on-site', true],
      ],
    );
  });
});
