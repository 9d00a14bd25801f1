import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import decision124 from '../../shared/measures/decision-124.json' with { type: 'json' };
import { type InProcess, startInProcess } from '../support/in-process.ts';
import { emptyDir } from '../support/standalone.ts';

const NOW = Date.parse('2026-11-20T09:00:00+07:00');
const OFFICE = 'H19.02';
const UNITS = [`${OFFICE}.01`, `${OFFICE}.02`];
const [onTime] = decision124.objectives;

const event = (id: string, type: string, time: string, data: object) => ({
  ...{ specversion: '1.0', source: '/one-stop', id, type, time, data },
});
const unit = (unitId: string, parent: string | undefined) =>
  event(unitId, 'unit.declared.v1', '2026-01-01', {
    ...{ unitId, name: `Phòng ${unitId}`, effectiveFrom: '2026-01-01', ...(parent && { parentId: parent }) },
  });
const settled = (unitId: string, fieldId: string, number: number, isLate: boolean) => {
  const dossierId = `${unitId}-261101-${String(number).padStart(4, '0')}`;
  const finishedAt = isLate ? '2026-11-09' : '2026-11-05';
  return event(dossierId, 'dossier.status.v1', finishedAt, {
    ...{
      dossierId,
      unitId,
      fieldId,
      status: 'completed',
      dueAt: '2026-11-06',
      dueBasis: 'receipt-slip',
      finishedAt,
    },
  });
};

const line = { what: 'Thêm quầy', resources: 'Hai người', who: 'Trưởng phòng', judgedBy: 'Số hồ sơ trễ' };
const PLAN = [
  { ...line, due: '2026-11-20', doneOn: '2026-11-18', result: 'Quầy số 5' },
  { ...line, due: '2026-11-20' },
  { ...line, due: '2026-12-31' },
];

/** One for the office, two for each unit. */
const objectives = [
  onTime,
  ...UNITS.flatMap((id, index) => [
    { ...onTime, id: `on-time-${index}`, unit: id, parent: onTime?.id, ...(index === 0 && { plan: PLAN }) },
    { ...onTime, id: `on-time-month-${index}`, unit: id, window: 'month', target: '0.5' },
  ]),
];

// biome-ignore lint/suspicious/noExplicitAny: answers are compared field by field
type Json = any;

describe('the cascade', () => {
  let nhip: InProcess;
  before(async () => {
    const dataDir = emptyDir();
    const path = join(dataDir, 'objectives.json');
    writeFileSync(path, JSON.stringify({ objectives }));
    nhip = await startInProcess(NOW, { DATA_DIR: dataDir, OBJECTIVES_FILE: path, OFFICE_UNIT: OFFICE });
    await nhip.send(
      ...[unit(OFFICE, undefined), ...UNITS.map((id) => unit(id, OFFICE))],
      ...[0, 1, 2].map((number) => settled(UNITS[0] ?? '', 'Đất đai', number, number === 0)),
      settled(UNITS[1] ?? '', 'Y tế', 9, false),
    );
    nhip.now += 24 * 3_600_000;
    await nhip.send(settled(UNITS[1] ?? '', 'Y tế', 10, true));
  });
  after(() => nhip.close());

  const ask = async (path: string): Promise<Json> => (await nhip.get(path)).body;
  const rows = async (query = '') =>
    (await ask(`/v1/cascade${query}`)).units.map(({ unit: id, name, level, objectives: own }: Json) => [
      ...[id, name, level],
      own.map((one: Json) => `${one.id} ${one.numerator}/${one.denominator} ${one.status}`),
    ]);

  it('shows the office, its units below it, and the figure of each objective', async () => {
    assert.deepEqual(await rows(), [
      [OFFICE, `Phòng ${OFFICE}`, 0, ['dossier-on-time 3/5 breached']],
      [UNITS[0], `Phòng ${UNITS[0]}`, 1, ['on-time-0 2/3 breached', 'on-time-month-0 2/3 met']],
      [UNITS[1], `Phòng ${UNITS[1]}`, 1, ['on-time-1 1/2 breached', 'on-time-month-1 1/2 met']],
    ]);
  });

  it('as of an earlier moment is what it was then', async () => {
    const asOf = `?asOf=${new Date(NOW + 1).toISOString()}`;
    assert.deepEqual(
      (await rows(asOf)).map(([, , , own]: readonly [string, string, number, readonly string[]]) => own[0]),
      ['dossier-on-time 3/4 breached', 'on-time-0 2/3 breached', 'on-time-1 1/1 met'],
    );
  });

  const cascaded = async (): Promise<Json[]> =>
    (await ask('/v1/cascade')).units.flatMap((row: Json) => row.objectives);

  it('shows points of the parent where formula and window are the same: together they are the whole of it', async () => {
    const points = (await cascaded()).map(({ id, contribution: one }) => [
      id,
      one && [one.kept.numerator, one.missed.numerator, one.kept.denominator],
    ]);
    assert.deepEqual(points, [
      ['dossier-on-time', null],
      ['on-time-0', [2, 1, 5]],
      ['on-time-month-0', null],
      ['on-time-1', [1, 1, 5]],
      ['on-time-month-1', null],
    ]);
  });

  it('shows how far a plan is carried out', async () => {
    const progress = (await cascaded()).map(({ planProgress }) => planProgress);
    assert.deepEqual(progress[1], { lines: 3, done: 1, overdue: 1, nextDue: '2026-12-31' });
    assert.deepEqual(progress.toSpliced(1, 1), [null, null, null, null]);
  });

  it('has every objective once, each with the figure that it has by itself', async () => {
    const all = await cascaded();
    assert.equal(all.length, objectives.length);
    for (const { doubts, assured, contribution: _, lastReview: __, ...one } of all) {
      const alone = await ask(`/v1/objectives/${one.id}`);
      assert.deepEqual({ ...alone, ...one }, alone, one.id);
      assert.deepEqual([doubts, assured], [alone.trust.doubts, alone.assured]);
    }
  });
});

it('two writers who close a circle at the same moment: of each two links one counts, and the other is named', async (t) => {
  const nhip = await startInProcess(NOW);
  t.after(() => nhip.close());
  const write = async (method: 'POST' | 'PUT', url: string, definition: object, headers = {}) =>
    nhip.server.inject({ method, url, headers, payload: { definition, reason: 'Phân rã mục tiêu' } });
  let circles = 0;
  for (const [one, other] of [
    ['a', 'b'],
    ['d', 'c'],
    ['e', 'f'],
    ['h', 'g'],
  ] as const) {
    const made = [one, other].map((id) => ({ ...onTime, id }));
    for (const definition of made)
      assert.equal((await write('POST', '/v1/objectives', definition)).statusCode, 201);
    const [first, second] = await Promise.all(
      made.map((definition, index) => {
        const parent = made[1 - index]?.id;
        const url = `/v1/objectives/${definition.id}/definition`;
        return write('PUT', url, { ...definition, parent }, { 'if-match': '"1"' });
      }),
    );
    const written = [first, second].filter((answer) => answer?.statusCode === 200);
    const position = Math.max(...written.map((answer) => Number(answer?.json().position)));
    const shown = await Promise.all(
      made.map(
        async ({ id }) => (await nhip.get(`/v1/objectives/${id}?minPosition=${position}`)).body as Json,
      ),
    );
    const counted = shown.filter(({ parent }) => parent !== null);
    assert.equal(counted.length, 1);
    const named = shown.map(({ parentInCircle }) => parentInCircle).filter((parent) => parent !== null);
    assert.deepEqual(named, written.length === 2 ? [counted[0].id] : []);
    circles += written.length - 1;
  }
  assert.ok(circles > 0, 'no writer came at the same moment as the other');
});
