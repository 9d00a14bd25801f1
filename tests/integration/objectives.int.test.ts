import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { unitId } from '../../shared/contracts/ids.ts';
import { openEventStore } from '../../shared/event-store/sqlite/store.ts';
import decision124 from '../../shared/measures/decision-124.json' with { type: 'json' };
import { objectiveStream } from '../../shared/office/objective-stated.v1.ts';
import { createApiKey } from '../../shared/platform/keys-file.ts';
import { eventually } from '../support/eventually.ts';
import { type InProcess, startInProcess } from '../support/in-process.ts';
import { emptyDir } from '../support/standalone.ts';
import { withMinPosition } from '../support/up-to-date.ts';

const NOW = Date.parse('2026-11-20T09:00:00+07:00');
const MINUTE = 60_000;
const ID = 'dossier-on-time';
const [onTime] = decision124.objectives;
assert.ok(onTime);

/** A dossier that ended in time, or late. */
const settled = (dossierId: string, finishedAt: string) => [
  {
    ...{ specversion: '1.0', id: dossierId, source: '/one-stop/h19', type: 'dossier.status.v1' },
    time: finishedAt,
    data: { dossierId, status: 'completed', dueAt: '2026-11-06', finishedAt },
  },
];

interface Answer {
  readonly status: number;
  readonly etag: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: answers are compared field by field
  readonly body: any;
}

/** Calls with the key of a name; a server has one for each right. */
type Call = (
  method: 'GET' | 'PUT' | 'POST',
  path: string,
  payload?: object,
  headers?: Record<string, string>,
) => Promise<Answer>;

async function serving(
  { dataDir, now = NOW, file }: { dataDir: string; now?: number; file?: object },
  work: (call: Call, running: InProcess) => Promise<void>,
): Promise<void> {
  const path = join(dataDir, 'objectives.json');
  if (file) writeFileSync(path, JSON.stringify(file));
  const running = await startInProcess(now, { DATA_DIR: dataDir, ...(file && { OBJECTIVES_FILE: path }) });
  let written = '0';
  try {
    await work(async (method, path, payload, headers = {}) => {
      const url = `/v1/${path}`;
      const isFigure =
        method === 'GET' && !/(definition|history)(\?|$)/.test(path) && !path.startsWith('audit');
      const answer = await running.server.inject({
        ...{ method, url: isFigure ? withMinPosition(url, written) : url },
        ...(payload && { payload }),
        headers,
      });
      const body = answer.json();
      if (method !== 'GET' && body.position) written = body.position;
      return { status: answer.statusCode, etag: answer.headers.etag?.toString(), body };
    }, running);
  } finally {
    await running.close();
  }
}

const asOf = (moment: number) => `objectives/${ID}?asOf=${new Date(moment).toISOString()}`;
const withTarget = (target: string, change: object = {}) => ({ ...onTime, target, ...change });
const reason = 'Resolution 12';

describe('objectives as events', () => {
  it('of the file hold at every start, and nothing is stated', async () => {
    const dataDir = emptyDir();
    const urls = [
      'objectives',
      `objectives/${ID}`,
      asOf(NOW - MINUTE),
      asOf(NOW),
      `objectives/${ID}/breakdown?by=unit`,
    ];
    const answers: string[] = [];
    for (const start of [0, 1, 2]) {
      await serving({ dataDir, now: NOW + start * MINUTE }, async (call, { send }) => {
        if (start === 0) await send(...settled('H19-1', '2026-11-05'), ...settled('H19-2', '2026-11-10'));
        const told = [];
        for (const url of urls) {
          const { body } = await call('GET', url);
          told.push(
            JSON.stringify(body, (key, value) => (['asOf', 'position'].includes(key) ? undefined : value)),
          );
        }
        answers.push(told.join('\n'));
      });
    }
    const store = await openEventStore(join(dataDir, 'events.db'));
    const events = await store.readStream(objectiveStream(ID));
    await store.close();
    assert.deepEqual(events, []);
    assert.equal(new Set(answers).size, 1, 'the same at every start');
  });

  it('are judged by the definition that was known at the moment', async () => {
    await serving({ dataDir: emptyDir() }, async (call, running) => {
      // 1 of 2.
      await running.send(...settled('H19-1', '2026-11-05'), ...settled('H19-2', '2026-11-10'));
      running.now = NOW + MINUTE;
      const { etag, body } = await call('GET', `objectives/${ID}/definition`);
      assert.deepEqual([etag, body.statements, body.definition], ['"0"', 0, onTime]);
      const change = { definition: withTarget('0.5'), reason };
      const changed = await call('PUT', `objectives/${ID}/definition`, change, { 'if-match': '"0"' });
      assert.deepEqual([changed.status, changed.etag, changed.body.statements], [200, '"2"', 2]);
      const judged = async (url: string) => {
        const { body: figure } = await call('GET', url);
        return [figure.target, figure.status, figure.definitionsDiffer];
      };
      assert.deepEqual(await judged(`objectives/${ID}`), [0.5, 'met', true]);
      assert.deepEqual(await judged(asOf(NOW + MINUTE - 1)), [0.96, 'breached', false]);
      assert.deepEqual(await judged(asOf(NOW + MINUTE)), [0.5, 'met', true]);
      assert.deepEqual((await call('GET', 'objectives')).body.definitionsDiffer, [ID]);
    });
  });

  it('hold against the file, which changes nothing that was stated, and adds what it has more', async () => {
    const dataDir = emptyDir();
    await serving({ dataDir }, async (call) => {
      const change = { definition: withTarget('0.97'), reason };
      const changed = await call('PUT', `objectives/${ID}/definition`, change, { 'if-match': '"0"' });
      assert.equal(changed.status, 200, JSON.stringify(changed.body));
      const { body } = await call('GET', `objectives/${ID}/history`);
      assert.deepEqual(
        body.items.map((one: Record<string, unknown>) => [one.kind, one.fromFile, one.reason]),
        [
          ['changed', false, reason],
          ['defined', true, 'from the file of objectives'],
        ],
      );
      assert.deepEqual(body.items[0].changes, [{ pointer: '/target', before: '0.96', after: '0.97' }]);
    });
    const mine = { ...onTime, id: 'mine' };
    const file = { objectives: [withTarget('0.5'), mine] };
    await serving({ dataDir, now: NOW + MINUTE, file }, async (call) => {
      const { body } = await call('GET', 'objectives');
      const targets = body.objectives.map(({ id, target }: Record<string, unknown>) => `${id} ${target}`);
      assert.deepEqual(
        targets,
        [`${ID} 0.97`, 'mine 0.96'],
        'the others were never changed, and are not in the file',
      );
      assert.deepEqual(body.definitionsDiffer, [ID]);
      assert.equal(
        (await call('GET', `objectives/mine?asOf=${new Date(NOW - MINUTE).toISOString()}`)).status,
        200,
      );
    });
  });

  it('are changed only by a writer who has seen what he changes: of two at once one is refused', async () => {
    await serving({ dataDir: emptyDir() }, async (call) => {
      const put = (target: string, ifMatch?: string) =>
        call(
          'PUT',
          `objectives/${ID}/definition`,
          { definition: withTarget(target), reason },
          ifMatch === undefined ? {} : { 'if-match': ifMatch },
        );
      const code = ({ status, body }: Answer) => [status, body.code];
      assert.deepEqual(code(await put('0.5')), [428, 'precondition-required']);
      for (const stale of ['"1"', '"2"', 'W/"0"', '*'])
        assert.deepEqual(code(await put('0.5', stale)), [412, 'precondition-failed'], stale);
      const both = await Promise.all([put('0.5', '"0"'), put('0.6', '"0"')]);
      assert.deepEqual(both.map(({ status }) => status).sort(), [200, 412]);
      const won = both[0]?.status === 200 ? '0.5' : '0.6';
      const again = await put(won, '"0"');
      assert.deepEqual(
        [again.status, again.body.statements],
        [200, 2],
        'sent again, since its answer was lost',
      );
    });
  });

  it('are stated by a key about its units alone, and those below', async () => {
    const dataDir = emptyDir();
    const file = join(dataDir, 'keys.json');
    const [all, one] = [
      createApiKey(file, 'all', ['define', 'feed'], new Date(NOW)),
      createApiKey(file, 'one', ['define'], new Date(NOW), { units: [unitId('000.00.02.H19')] }),
    ];
    await serving({ dataDir }, async (call) => {
      const as = (key: string, more = {}) => ({ authorization: `Bearer ${key}`, ...more });
      for (const [unit, above] of [
        ['H19.02', undefined],
        ['H19.03', undefined],
        ['H19.02.05', 'H19.02'],
      ]) {
        const event = {
          ...{ specversion: '1.0', id: unit, source: '/office', type: 'unit.declared.v1' },
          ...{ time: '2026-01-01T00:00:00Z' },
          data: {
            ...{ unitId: unit, name: 'Một cửa', parentId: above },
            ...{ handlesProcedures: true, effectiveFrom: '2026-01-01' },
          },
        };
        const declared = await call('POST', 'events', event, as(all));
        assert.equal(declared.body.accepted, 1, JSON.stringify(declared.body));
      }
      assert.equal(
        (
          await call(
            'POST',
            'objectives',
            { definition: { ...withTarget('0.5'), id: 'x', unit: 'H19.9999' }, reason },
            as(all),
          )
        ).status,
        400,
      );
      const define = (id: string, unit: string | null, key = one) =>
        call('POST', 'objectives', { definition: { ...withTarget('0.5'), id, unit }, reason }, as(key));
      assert.equal((await define('own', 'H19.02')).status, 201);
      await eventually(async () => (await define('below', 'H19.02.05')).status === 201);
      const { body: me } = await call('GET', 'me', undefined, as(one));
      assert.deepEqual(
        [me.key.units, me.rights, me.writesAbout, me.asks],
        [['H19.02'], ['read', 'define'], ['H19.02', 'H19.02.05'], ['H19.02.05']],
      );
      const refused = await define('other', 'H19.03');
      assert.deepEqual([refused.status, refused.body.code], [403, 'forbidden']);
      assert.match(refused.body.detail, /about H19\.02 and the units below, not about the unit H19\.03/);
      assert.match((await define('office', null)).body.detail, /not about the whole office/);
      assert.equal((await define('other', 'H19.03', all)).status, 201);
      // Neither taking over what belongs to another unit, nor giving away.
      const put = (id: string, unit: string) =>
        call(
          'PUT',
          `objectives/${id}/definition`,
          { definition: { ...withTarget('0.6'), id, unit }, reason },
          as(one, { 'if-match': '"1"' }),
        );
      assert.equal((await put('other', 'H19.02')).status, 403);
      assert.equal((await put('own', 'H19.03')).status, 403);
      assert.equal((await put('own', 'H19.02.05')).status, 200);
      const close = { lastDay: '2026-11-19', reason };
      const closed = await call('POST', 'objectives/other/close', close, as(one, { 'if-match': '"1"' }));
      assert.equal(closed.status, 403);
    });
  });

  it('are defined, closed and opened again, each with a reason that the history keeps', async () => {
    const dataDir = emptyDir();
    const keys = Object.fromEntries(
      (['admin', 'read', 'define', 'duty'] as const).map((right) => [
        right,
        createApiKey(join(dataDir, 'keys.json'), right, [right], new Date(NOW)),
      ]),
    );
    await serving({ dataDir }, async (call, running) => {
      const as = (name: string, more = {}) => ({ authorization: `Bearer ${keys[name]}`, ...more });
      const mine = { ...withTarget('0.5'), id: 'mine', validTo: '2026-12-31' };
      for (const name of ['read', 'duty'])
        assert.equal((await call('POST', 'objectives', { definition: mine, reason }, as(name))).status, 403);
      const defined = await call('POST', 'objectives', { definition: mine, reason }, as('define'));
      assert.deepEqual(
        [defined.status, defined.etag, defined.body.statements],
        [201, '"1"', 1],
        JSON.stringify(defined.body),
      );
      assert.equal(
        (await call('POST', 'objectives', { definition: mine, reason }, as('define'))).status,
        201,
      );
      assert.equal(
        (await call('POST', 'objectives', { definition: onTime, reason }, as('define'))).status,
        409,
      );

      running.now = NOW + MINUTE;
      const second = { ...mine, version: 2, target: '0.6', validFrom: '2026-11-21' };
      const next = { definition: second, reason: 'next' };
      const put = await call('PUT', 'objectives/mine/definition', next, as('admin', { 'if-match': '"1"' }));
      assert.equal(put.status, 200, JSON.stringify(put.body));
      const end = { lastDay: '2026-11-19', reason: 'over', instrument: 'Decision 1' };
      const closed = await call('POST', 'objectives/mine/close', end, as('define', { 'if-match': '"2"' }));
      assert.equal(closed.status, 200, JSON.stringify(closed.body));
      const gone = await call('GET', 'objectives/mine', undefined, as('read'));
      assert.equal(gone.status, 404);
      assert.match(gone.body.detail, /2026-11-19/);
      assert.equal(
        (await call('GET', `objectives/mine?asOf=${new Date(NOW).toISOString()}`, undefined, as('read')))
          .status,
        200,
      );
      const { body: definition } = await call('GET', 'objectives/mine/definition', undefined, as('read'));
      assert.deepEqual([definition.closing.lastDay, definition.closing.by], ['2026-11-19', 'define']);
      const reopen = await call(
        'POST',
        'objectives/mine/reopen',
        { reason: 'not over' },
        as('define', { 'if-match': '"3"' }),
      );
      assert.equal(reopen.status, 200, JSON.stringify(reopen.body));
      assert.equal((await call('GET', 'objectives/mine', undefined, as('read'))).status, 200);

      const pages = [];
      for (let cursor = ''; ; ) {
        const { body } = await call('GET', `objectives/mine/history?limit=3${cursor}`, undefined, as('read'));
        pages.push(body.items);
        if (!body.next) break;
        cursor = `&cursor=${body.next}`;
      }
      assert.deepEqual(
        pages.map((page) => page.map((one: Record<string, unknown>) => [one.kind, one.by, one.reason])),
        [
          [
            ['reopened', 'define', 'not over'],
            ['closed', 'define', 'over'],
            ['changed', 'admin', 'next'],
          ],
          [['defined', 'define', reason]],
        ],
      );
      assert.deepEqual(pages[0]?.[2].changes, [
        { pointer: '/version', before: 1, after: 2 },
        { pointer: '/target', before: '0.5', after: '0.6' },
        { pointer: '/validFrom', before: onTime.validFrom, after: '2026-11-21' },
      ]);
      const { body: audit } = await call('GET', 'audit', undefined, as('admin'));
      assert.deepEqual(
        audit.items.slice(0, 4).map(({ type, by }: Record<string, unknown>) => `${type} ${by}`),
        [
          'audit.objective-closed.v1 define',
          'audit.objective-closed.v1 define',
          'audit.objective-changed.v1 admin',
          'audit.objective-defined.v1 define',
        ],
      );
    });
  });

  it('name what is wrong with a statement', async () => {
    await serving({ dataDir: emptyDir() }, async (call) => {
      for (const [body, pointer] of [
        [{ definition: withTarget('96'), reason }, '/definition/target'],
        [{ definition: withTarget('0.5') }, '/reason'],
        [{ definition: withTarget('0.5', { id: 'other' }), reason }, '/definition/id'],
        [
          { definition: withTarget('0.5', { formula: { name: 'coffee', version: 1 } }), reason },
          '/definition/formula/name',
        ],
      ] as const) {
        const { status, body: told } = await call('PUT', `objectives/${ID}/definition`, body, {
          'if-match': '"1"',
        });
        assert.deepEqual([status, told.errors?.[0]?.pointer], [400, pointer], JSON.stringify(told));
      }
      const unknown = { definition: { ...onTime, id: 'nobody' }, reason };
      assert.equal(
        (await call('PUT', 'objectives/nobody/definition', unknown, { 'if-match': '"1"' })).status,
        404,
      );
      assert.equal((await call('GET', 'objectives/nobody/history')).status, 404);
      const open = await call('POST', `objectives/${ID}/reopen`, { reason }, { 'if-match': '"0"' });
      assert.equal(open.status, 409);
    });
  });

  it('serve others: a parent that is not there, or a circle, is refused, and closing lists who goes on', async () => {
    await serving({ dataDir: emptyDir() }, async (call) => {
      const define = (id: string, parent?: string) =>
        call('POST', 'objectives', { definition: { ...onTime, id, ...(parent && { parent }) }, reason });
      const faultOf = ({ status, body }: Answer) => [status, body.errors?.[0]];
      assert.deepEqual(faultOf(await define('land', 'nobody')), [
        400,
        { pointer: '/definition/parent', detail: 'the id of an objective that is there; it was nobody' },
      ]);
      // The ledger may not have heard of the first when the second names it.
      assert.equal((await define('land', ID)).status, 201);
      assert.equal((await define('plots', 'land')).status, 201);
      const circle = { definition: { ...onTime, parent: 'plots' }, reason };
      assert.deepEqual(
        faultOf(await call('PUT', `objectives/${ID}/definition`, circle, { 'if-match': '"0"' })),
        [
          400,
          {
            pointer: '/definition/parent',
            detail: `no circle: ${ID} → plots → land → ${ID}; it was plots`,
          },
        ],
      );
      const named = { unitId: 'H19.12', source: 'staff', description: 'x', objectiveId: 'land' };
      await call('POST', 'risks', named);
      await call('POST', 'opportunities', { ...named, proposal: 'x' });
      const review = { id: 'RS-1', objectiveId: 'land', findings: ['x'], conclusion: 'x' };
      await call('POST', 'reviews', review);
      const action = { what: 'x', owner: 'x', due: '2026-11-19' };
      for (const seen of ['"1"', '"2"'])
        await call('POST', 'reviews/RS-1/actions', action, { 'if-match': seen });
      await call('GET', 'objectives');
      const end = { lastDay: '2026-11-19', reason };
      const closed = await call('POST', 'objectives/land/close', end, { 'if-match': '"1"' });
      assert.deepEqual(
        [closed.status, closed.body.openChildren, closed.body.openEntries],
        [200, ['plots'], { actions: 2, risks: 1, opportunities: 1 }],
      );
      // They stay due until people end them, and the objective may be reviewed a last time.
      assert.equal((await call('GET', 'reviews/actions?state=overdue')).body.items.length, 2);
      assert.equal((await call('POST', 'reviews', { ...review, id: 'RS-2' })).status, 201);
      assert.equal((await call('GET', 'objectives/plots')).body.parent, 'land');
    });
  });
});
