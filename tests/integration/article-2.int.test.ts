import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import decision124 from '../../shared/measures/decision-124.json' with { type: 'json' };
import { createApiKey } from '../../shared/platform/keys-file.ts';
import { assertVerified } from '../support/assert-verified.ts';
import { type InProcess, startInProcess } from '../support/in-process.ts';
import { emptyDir } from '../support/standalone.ts';
import { withMinPosition } from '../support/up-to-date.ts';

/** A Friday. */
const NOW = Date.parse('2026-11-20T09:00:00+07:00');
const DAY = 86_400_000;
const OFFICE = 'H19.02';
const [A, B, OLD] = [`${OFFICE}.01`, `${OFFICE}.02`, `${OFFICE}.03`];
const [onTime] = decision124.objectives;
const line = { what: 'việc', resources: 'người', who: 'ai', judgedBy: 'cách' };
const ofA = { ...onTime, id: 'a', unit: A, plan: [{ ...line, due: '2026-11-19' }] };

// biome-ignore lint/suspicious/noExplicitAny: answers are compared field by field
type Json = any;

const unit = (unitId: string, more: object = {}) => ({
  ...{ specversion: '1.0', source: '/catalogue', type: 'unit.declared.v1', time: '2026-01-01' },
  id: `${unitId} ${JSON.stringify(more)}`,
  data: { unitId, name: `Phòng ${unitId}`, effectiveFrom: '2026-01-01', ...more },
});
const evidence = 'Biên bản 07/BB-VP';
const communication = {
  unitId: A,
  year: 2026,
  on: '2026-01-15',
  means: 'Họp',
  reached: 18,
  of: 20,
  evidence,
};
const request = {
  ...{ id: 'BC-01', units: [A, B], askedBy: 'Ban Chỉ đạo', form: 'Mẫu 05' },
  ...{ from: '2026-01-01', to: '2026-06-30', on: '2026-11-02', due: '2026-11-20' },
};
const report = { on: '2026-11-18', number: '15/BC-VP', evidence };

async function serving(
  env: Record<string, string>,
  work: (
    ask: (path: string, payload?: object, headers?: Record<string, string>) => Promise<Json>,
    nhip: InProcess,
  ) => Promise<void>,
) {
  const dataDir = env.DATA_DIR ?? emptyDir();
  const file = join(dataDir, 'objectives.json');
  writeFileSync(file, JSON.stringify({ objectives: [onTime, ofA] }));
  const nhip = await startInProcess(NOW, {
    DATA_DIR: dataDir,
    OBJECTIVES_FILE: file,
    OFFICE_UNIT: OFFICE,
    ...env,
  });
  let written = '0';
  try {
    await work(async (path, payload, headers = {}) => {
      const url = `/v1/${path}`;
      const answer = await nhip.server.inject({
        ...(payload ? { method: 'POST', url, payload } : { url: withMinPosition(url, written) }),
        headers,
      });
      const body = answer.json();
      written = payload ? (body.position ?? body.items?.at(-1).position ?? written) : written;
      return { ...body, statusCode: answer.statusCode };
    }, nhip);
  } finally {
    await nhip.close();
  }
  return dataDir;
}

const rowsOf = ({ units }: Json) =>
  units.map(({ unit: id, communicated, objectives, planProgress, reports, lacks }: Json) => [
    ...[id, communicated.times, communicated.last, objectives.ids.join(), planProgress?.overdue ?? null],
    ...[`${reports.asked} ${reports.overdue} ${reports.inTime} ${reports.late}`, lacks.join()],
  ]);

describe('the table of Article 2', () => {
  it('shows what each unit has done, from the day on which it was known', async () => {
    const dataDir = await serving({}, async (ask, nhip) => {
      await nhip.send(
        ...[unit(OFFICE), unit(A ?? '', { parentId: OFFICE }), unit(B ?? '', { parentId: OFFICE })],
        ...[
          unit(OLD ?? '', { parentId: OFFICE }),
          unit(OLD ?? '', { effectiveFrom: '2026-11-20', mergedInto: B }),
        ],
      );
      const nothing = 'communication,objective,risk-table';
      assert.deepEqual(rowsOf(await ask('article-2')), [
        [A, 0, null, 'a', 1, '0 0 0 0', 'communication,review,risk-table'],
        [B, 0, null, '', null, '0 0 0 0', nothing],
      ]);
      const yesterday = new Date(NOW).toISOString();
      nhip.now += 1;

      assert.equal(
        (await ask('duties/communications', { id: 'C-1', ...communication })).state,
        'communicated',
      );
      const taken = await ask('duties/communications', { id: `BC-01:${B}`, ...communication });
      assert.deepEqual([taken.statusCode, taken.errors[0].pointer], [400, '/id'], 'an id of a request');
      const other = { ...request, id: 'BC-00' };
      await ask('duties/requests', { ...other, units: [B] });
      assert.equal((await ask('duties/requests', { ...other, due: '2026-11-29' })).statusCode, 409);
      assert.equal((await ask(`duties/BC-00:${A}`)).statusCode, 404, 'no unit is asked where one cannot be');
      const withdrawal = { reason: 'Nhầm' };
      await ask(`duties/BC-00:${B}/withdraw`, withdrawal, { 'if-match': '"1"' });
      const asked = await ask('duties/requests', request);
      assert.deepEqual(
        asked.items.map(({ id, state }: Json) => `${id} ${state}`),
        [`BC-01:${A} asked`, `BC-01:${B} asked`],
      );
      // Its answer was lost: nothing is asked twice.
      assert.deepEqual((await ask('duties/requests', request)).items, asked.items);
      // The last day is still in time.
      assert.deepEqual(rowsOf(await ask('article-2')), [
        [A, 1, '2026-01-15', 'a', 1, '1 0 0 0', 'review,risk-table'],
        [B, 0, null, '', null, '1 0 0 0', nothing],
      ]);

      const review = { objectiveId: 'a', findings: ['thiếu người'], conclusion: 'thêm người' };
      const reviewed = await ask('reviews', { id: 'RS-1', ...review });
      assert.equal(reviewed.statusCode, 201, JSON.stringify(reviewed));
      assert.equal((await ask('article-2')).units[0].lastReview, '2026-11-20');
      assert.equal((await ask('reviews/RS-1')).unit, A, 'its unit is that of the objective');
      assert.deepEqual(
        (await ask('cascade')).units.flatMap(({ objectives }: Json) =>
          objectives.map(({ lastReview }: Json) => lastReview),
        ),
        [null, '2026-11-20'],
      );

      nhip.now = NOW + DAY;
      const path = `duties/${encodeURIComponent(`BC-01:${A}`)}`;
      assert.equal((await ask(`${path}/submit`, report, { 'if-match': '"1"' })).state, 'submitted/in-time');
      assert.deepEqual(rowsOf(await ask('article-2')), [
        [A, 1, '2026-01-15', 'a', 1, '1 0 1 0', 'risk-table'],
        [B, 0, null, '', null, '1 1 0 0', `${nothing},report`],
      ]);
      const late = await ask('duties?state=overdue');
      assert.deepEqual(
        late.items.map(({ unit: of, overdue }: Json) => [of, overdue]),
        [[B, true]],
      );
      const ofB = `duties/${encodeURIComponent(`BC-01:${B}`)}/submit`;
      const second = await ask(ofB, { ...report, on: '2026-11-21' }, { 'if-match': '"1"' });
      assert.equal(second.state, 'submitted/late');
      assert.deepEqual(rowsOf(await ask('article-2'))[1]?.slice(5), ['1 0 0 1', nothing]);

      assert.deepEqual(rowsOf(await ask('article-2?year=2025'))[0]?.slice(0, 3), [A, 0, null]);
      assert.deepEqual(rowsOf(await ask(`article-2?asOf=${yesterday}`))[0]?.[1], 0);
      const { acts, submitted } = await ask(path);
      assert.deepEqual([acts.length, submitted.number], [2, '15/BC-VP']);

      const typo = `${OFFICE}.99`;
      const plan = { kind: 'par', plannedUntil: '2026-12-31' };
      const risk = { description: 'Thiếu người', source: 'staff' };
      const proposal = { description: 'Hồ sơ trực tuyến', source: 'staff', proposal: 'Hướng dẫn' };
      for (const [path, body, pointer] of [
        ['duties/communications', { ...communication, unitId: typo }, '/unitId'],
        ['duties/requests', { ...request, id: 'BC-02', units: [A, typo] }, '/units/1'],
        ['risks', { ...risk, unitId: typo }, '/unitId'],
        ['opportunities', { ...proposal, unitId: typo }, '/unitId'],
        ['inspections', { ...plan, unitId: typo }, '/unitId'],
        ['reviews', { ...review, unitId: typo }, '/unitId'],
      ] as const) {
        const { statusCode, errors } = await ask(path, body);
        assert.equal(statusCode, 400, path);
        assert.deepEqual(errors, [{ pointer, detail: `a declared unit, see GET /v1/units; it was ${typo}` }]);
        const right = 'units' in body ? { ...body, units: [A] } : { ...body, unitId: A };
        assert.equal((await ask(path, right)).statusCode, 201, path);
      }
    });
    await assertVerified(dataDir);
  });

  it('has no new objective and no new inspection of a unit that had ended', async () => {
    await serving({}, async (ask, nhip) => {
      const ended = { effectiveFrom: '2026-11-20', mergedInto: B };
      await nhip.send(unit(OFFICE), unit(OLD ?? '', { parentId: OFFICE }), unit(OLD ?? '', ended));
      const define = (id: string, validFrom: string) =>
        ask('objectives', {
          definition: { ...ofA, id, unit: OLD, validFrom, validTo: '2026-12-31' },
          reason: 'KH 1',
        });
      const inspect = (more: object) => ask('inspections', { unitId: OLD, kind: 'par', ...more });
      const detail = `a unit that stands on 2026-11-20; it was ${OLD}, which was merged into ${B} by then`;
      for (const [pointer, { statusCode, errors }] of [
        ['/definition/unit', await define('late', '2026-11-20')],
        ['/unitId', await inspect({ plannedUntil: '2026-12-31' })],
        ['/unitId', await inspect({ visitedAt: '2026-11-20T08:00:00+07:00' })],
      ] as const) {
        assert.equal(statusCode, 400, pointer);
        assert.deepEqual(errors, [{ pointer, detail }]);
      }
      assert.equal((await define('early', '2026-11-19')).statusCode, 201);
      assert.equal((await inspect({ plannedUntil: '2026-12-31', on: '2026-11-19' })).statusCode, 201);
      assert.equal((await inspect({ visitedAt: '2026-11-19T16:00:00+07:00' })).statusCode, 201);
    });
  });

  it('shows when each table of risks was reviewed as a whole, and a merged unit with its successor', async () => {
    const dataDir = await serving({}, async (ask, nhip) => {
      const on = (day: string) => {
        nhip.now = Date.parse(`${day}T09:00:00+07:00`);
      };
      await nhip.send(
        ...[unit(OFFICE), unit(A ?? '', { parentId: OFFICE }), unit(B ?? '', { parentId: OFFICE })],
        ...[
          unit(OLD ?? '', { parentId: OFFICE }),
          unit(OLD ?? '', { effectiveFrom: '2026-11-28', mergedInto: B }),
        ],
      );
      const enter = (id: string, unitId: string | undefined) =>
        ask('risks', { id, unitId, description: 'Thiếu người', source: 'staff' });
      const review = async (id: string, outcome = 'stands') => {
        const { statements } = await ask(`risks/${id}`);
        const said = { outcome, comment: 'Rà soát bảng' };
        assert.equal(
          (await ask(`risks/${id}/review`, said, { 'if-match': `"${statements}"` })).statusCode,
          200,
        );
      };
      const tables = async (query = '') =>
        (await ask(`article-2${query}`)).units.map(({ riskTable: { risks, ...table } }: Json) =>
          [risks, table.lastReview, table.neverReviewed, table.nextReview].join(' '),
        );
      assert.deepEqual(await tables(), ['0  0 ', '0  0 ', '0  0 '], 'no risk, no review');
      for (const id of ['R-1', 'R-2']) await enter(id, A);
      await enter('R-3', OLD);
      assert.deepEqual(await tables(), ['2  2 2027-11-20', '0  0 ', '1  1 2027-11-20']);
      on('2026-11-23');
      await review('R-1');
      assert.equal((await tables())[0], '2  1 2027-11-20', 'R-2 was left out');
      on('2026-11-24');
      await review('R-2');
      await review('R-3');
      const all = await tables();
      assert.deepEqual(all, ['2 2026-11-23 0 2027-11-23', '0  0 ', '1 2026-11-24 0 2027-11-24']);
      const then = new Date(nhip.now).toISOString();
      on('2026-11-26');
      await enter('R-4', A);
      assert.equal((await tables())[0], '3 2026-11-23 1 2027-11-23', 'R-4 was not in the table then');
      await review('R-1', 'no-longer-applies');
      assert.equal((await tables())[0], '2 2026-11-24 1 2027-11-24', 'R-1 stands in it no more');
      await review('R-2', 'no-longer-applies');
      assert.equal((await tables())[0], '1  1 2027-11-26');
      assert.deepEqual(await tables(`?asOf=${then}`), all);

      // What a row counts is what the lists have.
      const proposal = { description: 'Trực tuyến', source: 'staff', proposal: 'Hướng dẫn', unitId: OLD };
      for (const id of ['C-1', 'C-2']) await ask('opportunities', { id, ...proposal });
      const pursuit = { owner: 'Minh', due: '2026-11-25' };
      await ask('opportunities/C-1/plan', pursuit, { 'if-match': '"1"' });
      const held = { objectiveId: onTime?.id, unitId: OLD, findings: ['x'], conclusion: 'x' };
      await ask('reviews', { id: 'RS-9', ...held });
      await ask('reviews/RS-9/actions', { what: 'x', ...pursuit }, { 'if-match': '"1"' });
      const counted = async (at: number) => {
        const { actions, opportunities } = (await ask('article-2')).units[at];
        return [actions, opportunities].map(({ open, overdue }: Json) => `${open} ${overdue}`);
      };
      const listed = async (of: string) => {
        const lists = ['reviews/actions', 'opportunities'].map(async (path) => {
          const [open, overdue] = await Promise.all(
            ['open', 'overdue'].map((state) => ask(`${path}?unit=${of}&state=${state}`)),
          );
          return `${open.items.length} ${overdue.items.length}`;
        });
        return Promise.all(lists);
      };
      assert.deepEqual(
        [await counted(2), await listed(OLD ?? '')],
        [await listed(OLD ?? ''), ['1 1', '2 1']],
      );

      // The risks and the open reports of a merged unit are its successor's; what it passed on is not.
      const asked = { ...request, id: 'BC-03', on: '2026-11-26', due: '2026-11-27', units: [OLD] };
      assert.equal((await ask('duties/requests', asked)).statusCode, 201);
      await ask('duties/communications', { ...communication, unitId: OLD });
      on('2026-11-28');
      assert.deepEqual(await tables(), ['1  1 2027-11-26', '1 2026-11-24 0 2027-11-24']);
      assert.deepEqual(rowsOf(await ask('article-2'))[1], [
        ...[B, 0, null, '', null, '1 1 0 0', 'communication,objective,report'],
      ]);
      assert.equal((await ask(`duties?state=overdue&unit=${B}`)).items.length, 1);
      assert.deepEqual(
        [await counted(1), await listed(B ?? '')],
        [
          ['1 1', '2 1'],
          ['1 1', '2 1'],
        ],
      );
      for (const [path, body, pointer] of [
        ['duties/requests', { ...asked, id: 'BC-04', on: '2026-11-28', due: '2026-12-01' }, '/units/0'],
        ['duties/communications', { ...communication, unitId: OLD, on: '2026-11-28' }, '/unitId'],
        ['risks', { unitId: OLD, description: 'x', source: 'staff' }, '/unitId'],
        ['opportunities', proposal, '/unitId'],
      ] as const) {
        const { errors } = await ask(path, body);
        const detail = `a unit that stands on 2026-11-28; it was ${OLD}, which was merged into ${B} by then`;
        assert.deepEqual(errors, [{ pointer, detail }]);
      }
    });
    await assertVerified(dataDir);
  });

  it('names what is wrong, and what cannot be done now', async () => {
    await serving({}, async (ask) => {
      const faultOf = ({ statusCode, errors }: Json) => [statusCode, errors?.[0]?.pointer];
      for (const [path, body, pointer] of [
        ['communications', { ...communication, on: '2026-11-21' }, '/on'],
        ['communications', { ...communication, reached: 21 }, '/reached'],
        ['communications', { ...communication, objectiveId: 'coffee' }, '/objectiveId'],
        ['requests', { ...request, due: '2026-11-01' }, '/due'],
        ['requests', { ...request, to: '2025-12-31' }, '/to'],
        ['requests', { ...request, units: [] }, '/units'],
      ] as const)
        assert.deepEqual(faultOf(await ask(`duties/${path}`, body)), [400, pointer]);
      await ask('duties/requests', request);
      const path = `duties/${encodeURIComponent(`BC-01:${A}`)}`;
      const act = (name: string, body: object, etag?: string) =>
        ask(`${path}/${name}`, body, etag === undefined ? {} : { 'if-match': etag });
      assert.equal((await act('submit', report)).statusCode, 428);
      assert.equal((await act('submit', report, '"0"')).statusCode, 412);
      assert.deepEqual(faultOf(await act('submit', { ...report, on: '2026-11-01' }, '"1"')), [400, '/on']);
      assert.equal((await act('communicate', communication, '"1"')).statusCode, 409);
      assert.equal((await act('withdraw', { reason: 'Nhầm' }, '"1"')).state, 'withdrawn');
      assert.equal((await act('submit', report, '"2"')).statusCode, 409);
      assert.equal((await ask('duties/nothing')).statusCode, 404);

      // An export of every night fills half of the room: the unit can still report.
      const { id: _id, units: _units, ...asked } = request;
      const row = (index: number) => ({
        ...{ specversion: '1.0', source: '/sheet', id: `row ${index}`, type: 'report.recorded.v1' },
        time: new Date(NOW - (index + 1) * 60_000).toISOString(),
        data: { dutyId: 'BC-02', unitId: A, ...asked },
      });
      const { accepted, rejected } = await ask(
        'events',
        Array.from({ length: 251 }, (_, index) => row(index)),
        {
          'content-type': 'application/cloudevents-batch+json',
        },
      );
      assert.deepEqual([accepted, rejected.map(({ code }: Json) => code)], [250, ['subject-full']]);
      assert.equal((await ask('duties/BC-02/submit', report, { 'if-match': '"250"' })).statusCode, 200);
    });
  });

  it('lets a key that is limited to units state what these have done, and no other', async () => {
    const dataDir = emptyDir();
    const key = createApiKey(join(dataDir, 'keys.json'), 'room', ['define'], new Date(NOW), {
      units: [A as never],
    });
    const office = createApiKey(join(dataDir, 'keys.json'), 'office', ['define'], new Date(NOW));
    await serving({ DATA_DIR: dataDir }, async (ask) => {
      const headers = { authorization: `Bearer ${key}` };
      assert.equal((await ask('duties/communications', communication, headers)).statusCode, 201);
      const other = await ask('duties/communications', { ...communication, unitId: B }, headers);
      assert.equal(other.statusCode, 403);
      assert.equal((await ask('duties/requests', request, headers)).statusCode, 403);
      // Who is asked does not ask, and is not rid of it.
      const own = { ...request, units: [A] };
      assert.equal((await ask('duties/requests', own, headers)).statusCode, 403);
      const admin = { authorization: `Bearer ${office}` };
      assert.equal((await ask('duties/requests', own, admin)).statusCode, 201);
      const seen = { 'if-match': '"1"' };
      const { units: _, id: __, ...later } = { ...request, due: '2027-12-31' };
      for (const [act, body] of [
        ['request', later],
        ['withdraw', { reason: 'x' }],
      ] as const) {
        const path = `duties/BC-01:${A}/${act}`;
        assert.equal((await ask(path, body, { ...headers, ...seen })).statusCode, 403, act);
        assert.equal((await ask(path, body, { ...admin, ...seen })).statusCode, 200, act);
        seen['if-match'] = '"2"';
      }
    });
  });
});
