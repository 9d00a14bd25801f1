import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { UnitId } from '../../shared/contracts/ids.ts';
import { createApiKey } from '../../shared/platform/keys-file.ts';
import { assertVerified } from '../support/assert-verified.ts';
import { type InProcess, startInProcess } from '../support/in-process.ts';
import { emptyDir } from '../support/standalone.ts';
import { upToDate } from '../support/up-to-date.ts';

/** Friday. */
const NOW = Date.parse('2026-08-28T10:00:00+07:00');
const declared = (unitId: string, parentId: string, handlesProcedures: boolean) => ({
  specversion: '1.0',
  ...{ source: '/office', id: unitId, type: 'unit.declared.v1', time: '2026-01-01' },
  data: { unitId, name: unitId, parentId, handlesProcedures, effectiveFrom: '2026-01-01' },
});
const ROOMS = [
  declared('H19.02.A', 'H19.02', true),
  declared('H19.02.B', 'H19.02', true),
  declared('H19.02.B.1', 'H19.02.B', false),
];
const visitedByFeed = (inspectionId: string, visitedAt: string) => ({
  specversion: '1.0',
  ...{
    source: '/office',
    id: `${inspectionId} ${visitedAt}`,
    type: 'inspection.visited.v1',
    time: visitedAt,
  },
  data: { inspectionId, unitId: 'H19.02.A', kind: 'par', visitedAt },
});

describe('inspections that people write', () => {
  const dataDir = emptyDir();
  const keys = new Map<string, string>();
  let nhip: InProcess;
  let written = '0';

  before(async () => {
    const file = join(dataDir, 'keys.json');
    const make = (name: string, rights: ('read' | 'define' | 'feed' | 'admin')[], units?: UnitId[]) =>
      keys.set(name, createApiKey(file, name, rights, new Date(NOW), { ...(units && { units }) }));
    make('lan', ['read', 'define', 'feed', 'admin']);
    make('of room B', ['define'], ['H19.02.B' as UnitId]);
    make('of room A', ['define'], ['H19.02.A' as UnitId]);
    make('above', ['define'], ['H19.02' as UnitId]);
    make('reader', ['read']);
    nhip = await startInProcess(NOW, { DATA_DIR: dataDir, OFFICE_UNIT: 'H19.02' });
    await feed(...ROOMS);
  });
  after(async () => {
    await nhip.close();
    await assertVerified(dataDir);
  });

  async function feed(...events: readonly object[]) {
    const answer = await nhip.server.inject({
      ...{ method: 'POST', url: '/v1/events', payload: JSON.stringify(events) },
      headers: {
        authorization: `Bearer ${keys.get('lan')}`,
        'content-type': 'application/cloudevents-batch+json',
      },
    });
    const { accepted, position } = answer.json();
    assert.equal(accepted, events.length, answer.body);
    written = position;
  }

  async function call(
    method: 'GET' | 'POST',
    path: string,
    payload?: object,
    seen?: number,
    key = 'lan',
    // biome-ignore lint/suspicious/noExplicitAny: answers are compared field by field
  ): Promise<{ status: number; body: any }> {
    const answer = await nhip.server.inject({
      ...{ method, url: upToDate(`/v1/${path}`, written) },
      ...(payload && { payload }),
      headers: {
        authorization: `Bearer ${keys.get(key)}`,
        ...(seen !== undefined && { 'if-match': `"${seen}"` }),
      },
    });
    const body = answer.json();
    if (method === 'POST' && body.position) written = body.position;
    return { status: answer.statusCode, body };
  }
  const PLAN = { id: 'KT-1', unitId: 'H19.02.A', kind: 'par', plannedUntil: '2026-06-30' };
  /** The inspection as the list of the api shows it. */
  const shown = async (id: string) => (await call('GET', `inspections/${id}`)).body;

  it('count as those of a feed do, from the plan to a finding that is mended', async () => {
    // The plan is of January, whenever it is entered: so the inspection is one of the plan.
    const begun = await call('POST', 'inspections', { ...PLAN, on: '2026-01-12', instrument: '01/KH-VP' });
    assert.deepEqual([begun.status, begun.body.state, begun.body.statements], [201, 'planned', 1]);
    const again = await call('POST', 'inspections', { ...PLAN, on: '2026-01-12', instrument: '01/KH-VP' });
    assert.deepEqual([again.status, again.body.statements], [201, 1], 'sent again: its answer was lost');
    assert.equal((await call('POST', 'inspections', { ...PLAN, kind: 'procedures' })).status, 409);
    const visit = { visitedAt: '2026-05-12', mode: 'on-site' };
    assert.equal((await call('POST', 'inspections/KT-1/visit', visit)).status, 428);
    assert.equal((await call('POST', 'inspections/KT-1/visit', visit, 0)).status, 412);
    assert.equal((await call('POST', 'inspections/KT-1/visit', visit, 1)).body.state, 'visited/planned');
    assert.equal((await call('POST', 'inspections/KT-1/visit', visit, 1)).body.statements, 2, 'repeated');
    const conclusion = { concludedAt: '2026-05-28', conclusionNumber: '45/TB-VP' };
    assert.equal((await call('POST', 'inspections/KT-1/conclude', conclusion, 2)).status, 200);
    const found = { description: 'Chưa niêm yết 3 thủ tục mới', dueAt: '2026-06-30', on: '2026-05-28' };
    assert.equal((await call('POST', 'inspections/KT-1/find', found, 3)).status, 200);
    const repeated = await call('POST', 'inspections/KT-1/find', found, 3);
    assert.deepEqual([repeated.status, repeated.body.statements], [200, 4], 'one finding, and one number');
    const mended = { findingId: '1', closedAt: '2026-06-25', evidence: '31/BC-P.HC' };
    assert.equal((await call('POST', 'inspections/KT-1/close-finding', mended, 4)).status, 200);

    const { account, visits, statements, inspectionFindings, findings } = await shown('KT-1');
    assert.deepEqual(
      { account, visits, statements, findings },
      { account: 'concluded/planned', visits: ['2026-05-12'], statements: 5, findings: [] },
    );
    assert.deepEqual(
      inspectionFindings.map(({ findingId, foundAt, closedAt, late }: Record<string, unknown>) => [
        findingId,
        foundAt,
        closedAt,
        late,
      ]),
      [['1', '2026-05-28', '2026-06-25', null]],
    );
    const { body: figure } = await call('GET', 'objectives/inspection-coverage');
    assert.deepEqual([figure.numerator, figure.denominator], [1, 2]);
    // Nobody else sends inspections, and people are no feed that falls silent.
    assert.deepEqual(figure.trust.doubts, []);
    nhip.now += 400 * 86_400_000;
    assert.deepEqual(
      (await call('GET', 'objectives/inspection-coverage')).body.freshness.map(
        ({ feed, silent }: Record<string, unknown>) => [feed, silent],
      ),
      [['nhip', false]],
    );
    nhip.now = NOW;
    const { body: audit } = await call('GET', 'audit?limit=1');
    assert.deepEqual(
      [audit.items[0].by, audit.items[0].data],
      ['lan', { register: 'inspection', id: 'KT-1', act: 'inspection.finding-closed.v1' }],
    );
  });

  it('are corrected by a later statement, and a visit by one that names it', async () => {
    const started = await call('POST', 'inspections', {
      ...{ id: 'KT-2', unitId: 'H19.02.A', kind: 'par', visitedAt: '2026-07-01' },
    });
    assert.equal(started.body.state, 'visited/unplanned');
    await feed(visitedByFeed('KT-2', '2026-07-03'));
    // In the order of their times: what is entered now comes last.
    const [ofFeed, own] = (await shown('KT-2')).events.map(({ sourceId }: { sourceId: string }) => sourceId);
    const foreign = await call(
      'POST',
      'inspections/KT-2/visit',
      { visitedAt: '2026-07-02', corrects: ofFeed },
      2,
    );
    assert.deepEqual(
      [foreign.status, foreign.body.errors[0].pointer],
      [400, '/corrects'],
      'what a feed stated is corrected where it came from',
    );
    await call('POST', 'inspections/KT-2/visit', { visitedAt: '2026-07-02', corrects: own }, 2);
    assert.deepEqual((await shown('KT-2')).visits, ['2026-07-02', '2026-07-03']);
    const early = await call('POST', 'inspections/KT-2/conclude', { concludedAt: '2026-07-02' }, 3);
    assert.deepEqual([early.status, early.body.errors[0].pointer], [400, '/concludedAt']);
    await call('POST', 'inspections/KT-2/conclude', { concludedAt: '2026-07-20' }, 3);
    await call('POST', 'inspections/KT-2/conclude', { concludedAt: '2026-07-15' }, 4);
    assert.equal((await shown('KT-2')).concludedAt, '2026-07-15');
  });

  it('are refused with the place that is wrong, and beyond the units and rights of a key', async () => {
    const pointers = async (path: string, body: object, seen?: number) =>
      (await call('POST', path, body, seen)).body.errors.map(({ pointer }: { pointer: string }) => pointer);
    const of = { unitId: 'H19.02.B', kind: 'par' };
    assert.deepEqual(await pointers('inspections', of), ['/plannedUntil']);
    assert.deepEqual(await pointers('inspections', { ...of, visitedAt: '2026-08-29' }), ['/visitedAt']);
    const backwards = { plannedFrom: '2026-10-02', plannedUntil: '2026-10-01' };
    assert.deepEqual(await pointers('inspections', { ...of, ...backwards }), ['/plannedUntil']);
    const plan = { ...of, id: 'KT-3', plannedUntil: '2026-09-30' };
    assert.equal((await call('POST', 'inspections', plan, undefined, 'reader')).status, 403);
    assert.equal((await call('POST', 'inspections', plan, undefined, 'of room B')).status, 403);
    assert.equal((await call('POST', 'inspections', plan, undefined, 'above')).status, 201);
    const cancel = await call('POST', 'inspections/KT-3/cancel', {}, 1, 'above');
    assert.equal(cancel.body.state, 'cancelled');
    assert.equal((await call('POST', 'inspections/KT-3/cancel', {}, 2)).status, 409);
    const close = { findingId: '9', closedAt: '2026-08-01' };
    assert.equal(
      (await call('POST', 'inspections/KT-3/close-finding', close, 2)).status,
      409,
      'none is found',
    );
    await call('POST', 'inspections/KT-3/find', { description: 'x' }, 2);
    assert.deepEqual(await pointers('inspections/KT-3/close-finding', close, 3), ['/findingId']);
    assert.equal(
      (await call('POST', 'inspections/unknown/visit', { visitedAt: '2026-08-01' }, 0)).status,
      404,
    );
  });

  it('are of those above: the inspected unit neither concludes its inspection nor closes its findings', async () => {
    const inspected = { unitId: 'H19.02.A', kind: 'par', visitedAt: '2026-08-03' };
    await call('POST', 'inspections', { id: 'KT-4', ...inspected }, undefined, 'above');
    const found = { findingId: '1', description: 'x', unitId: 'H19.02.B' };
    const acts: readonly [string, object][] = [
      ['conclude', { concludedAt: '2026-08-04' }],
      ['find', found],
      ['find', { findingId: '2', description: 'y' }],
      ['close-finding', { findingId: '1', closedAt: '2026-08-20' }],
      ['close-finding', { findingId: '2', closedAt: '2026-08-20' }],
    ];
    for (const [at, [act, body]] of acts.entries()) {
      const state = (key: string) => call('POST', `inspections/KT-4/${act}`, body, at + 1, key);
      for (const key of ['of room A', 'of room B'])
        assert.equal((await state(key)).status, 403, `${act} by the key ${key}`);
      assert.equal((await state('above')).status, 200, act);
    }
  });

  it('leave what a unit has to mend to those above it, also where it inspects the unit', async () => {
    const inspected = { id: 'KT-5', unitId: 'H19.02.B.1', kind: 'par', visitedAt: '2026-08-03' };
    await call('POST', 'inspections', inspected, undefined, 'above');
    const found = { findingId: '1', description: 'x', unitId: 'H19.02.B' };
    await call('POST', 'inspections/KT-5/find', found, 1, 'above');
    const { events } = await shown('KT-5');
    const corrects = events.at(-1).sourceId;
    const evasions: readonly [string, object][] = [
      ['close-finding', { findingId: '1', closedAt: '2026-08-20' }],
      ['find', { findingId: '1', description: 'x', unitId: 'H19.02.B.1' }],
      ['find', { findingId: '2', description: 'x', corrects }],
      ['visit', { visitedAt: '2026-08-03', corrects }],
      ['plan', { plannedUntil: '2026-08-31', corrects }],
      ['conclude', { concludedAt: '2026-08-04', corrects }],
    ];
    for (const [act, body] of evasions)
      assert.equal((await call('POST', `inspections/KT-5/${act}`, body, 2, 'of room B')).status, 403, act);
    const other = { description: 'y', unitId: 'H19.02.B.1' };
    assert.equal((await call('POST', 'inspections/KT-5/find', other, 2, 'of room B')).status, 200);
  });
});
