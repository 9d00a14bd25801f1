import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openEventStore } from '../../shared/event-store/sqlite/store.ts';
import { FEEDS } from '../../shared/office/feed-declared.v1.ts';
import { createApiKey } from '../../shared/platform/keys-file.ts';
import { type InProcess, startInProcess } from '../support/in-process.ts';
import { emptyDir } from '../support/standalone.ts';

const NOW = Date.parse('2026-11-20T09:00:00+07:00');
const MINUTE = 60_000;
const OFFICE = '/one-stop/h19';
const PORTAL = '/feeds/dvcqg/H19';
const STRAY = '/who/is-this';

/** One dossier in progress and overdue by the office; finished in time by the other source. */
const status = (source: string, dossierId: string, state: 'received' | 'completed') => ({
  specversion: '1.0',
  ...{ id: `${dossierId} ${state}`, source, type: 'dossier.status.v1' },
  time: state === 'received' ? '2026-11-02T08:00:00+07:00' : '2026-11-04T08:00:00+07:00',
  data: {
    dossierId,
    status: state,
    dueAt: '2026-11-06',
    ...(state === 'completed' && { finishedAt: '2026-11-04' }),
  },
});

interface Figure {
  readonly numerator: number;
  readonly denominator: number;
  readonly trust: { readonly quarantined: number; readonly doubts: readonly string[] };
  readonly freshness: readonly { readonly feed: string }[];
}

async function figure({ get }: InProcess, query = ''): Promise<Figure> {
  const { body, status } = await get(`/v1/objectives/dossier-on-time${query}`);
  assert.equal(status, 200, JSON.stringify(body));
  return body as unknown as Figure;
}
const brief = ({ numerator, denominator, trust, freshness }: Figure) => ({
  share: `${numerator}/${denominator}`,
  quarantined: trust.quarantined,
  feeds: freshness.map(({ feed }) => feed),
});

/** Runs on a folder, with these feeds in FEEDS_FILE. */
async function serving(
  { dataDir, now, feeds }: { dataDir: string; now: number; feeds?: readonly object[] | undefined },
  work: (running: InProcess) => Promise<void>,
): Promise<void> {
  const file = join(dataDir, 'feeds.json');
  if (feeds) writeFileSync(file, JSON.stringify(feeds));
  const running = await startInProcess(now, { DATA_DIR: dataDir, ...(feeds && { FEEDS_FILE: file }) });
  try {
    await work(running);
  } finally {
    await running.close();
  }
}

/** How many statements about feeds a closed folder has. */
async function statementsIn(dataDir: string): Promise<number> {
  const store = await openEventStore(join(dataDir, 'events.db'));
  try {
    return (await store.readStream(FEEDS)).length;
  } finally {
    await store.close();
  }
}

const asOf = (moment: number) => `?asOf=${new Date(moment).toISOString()}`;

describe('feeds', () => {
  it('of a file change no figure when it is first used, and none about any moment', async () => {
    const dataDir = emptyDir();
    const answers = async (running: InProcess) => {
      const all = [];
      for (const query of [asOf(NOW), asOf(NOW + MINUTE), '']) {
        const { numerator, denominator, trust } = await figure(running, query);
        all.push({ numerator, denominator, trust });
      }
      return all;
    };
    let before: unknown;
    await serving({ dataDir, now: NOW }, async (running) => {
      await running.send(status(OFFICE, 'H19-1', 'received'), status(PORTAL, 'H19-1', 'completed'));
      running.now = NOW + MINUTE;
      await running.send(status(STRAY, 'H19-2', 'completed'), status(OFFICE, 'H19-2', 'received'));
      before = await answers(running);
    });
    const feeds = [
      { name: 'one-stop', sources: [OFFICE] },
      { name: 'portal', sources: [PORTAL] },
    ];
    await serving({ dataDir, now: NOW + MINUTE, feeds }, async (running) => {
      assert.deepEqual(await answers(running), before);
      assert.deepEqual(brief(await figure(running)).feeds, [STRAY, 'one-stop', 'portal']);
    });
  });

  it('rank a source that none names below all, and naming it cures the past but not what was known of it', async () => {
    const dataDir = emptyDir();
    const quarantined = { share: '1/1', quarantined: 3, feeds: ['one-stop'] };
    const feeds = [{ name: 'one-stop', sources: [OFFICE], rank: 9 }];
    await serving({ dataDir, now: NOW, feeds }, async (running) => {
      await running.send(status(OFFICE, 'H19-1', 'received'), status(STRAY, 'H19-1', 'completed'));
      await running.send(status(STRAY, 'H19-2', 'received'), status(STRAY, 'H19-2', 'completed'));
      assert.deepEqual(brief(await figure(running)), quarantined, 'alone it counts');
    });
    const named = [{ name: 'one-stop', sources: [OFFICE, STRAY], rank: 9 }];
    await serving({ dataDir, now: NOW + MINUTE, feeds: named }, async (running) => {
      assert.deepEqual(brief(await figure(running)), { share: '2/2', quarantined: 0, feeds: ['one-stop'] });
      assert.deepEqual(brief(await figure(running, asOf(NOW))), quarantined);
    });
  });

  it('are stated when the file says something else than before, and only then', async () => {
    const dataDir = emptyDir();
    const office = [{ name: 'one-stop', sources: [OFFICE] }];
    const runs: [feeds: object[] | undefined, statements: number, why: string][] = [
      [undefined, 0, 'without a file'],
      [office, 1, 'the first file'],
      [office, 1, 'the same again'],
      [undefined, 1, 'without a file again'],
      [[{ name: 'portal', sources: [PORTAL] }], 3, 'one came, one has left and is retired'],
      [[], 4, 'an empty file'],
      [[], 4, 'and again'],
    ];
    for (const [run, [feeds, statements, why]] of runs.entries()) {
      await serving({ dataDir, now: NOW + run * MINUTE, feeds }, async () => {});
      assert.equal(await statementsIn(dataDir), statements, why);
    }
  });

  it('are declared and retired by a key with the right to, and listed', async () => {
    const dataDir = emptyDir();
    const keys = Object.fromEntries(
      (['admin', 'read', 'feed'] as const).map((right) => [
        right,
        createApiKey(join(dataDir, 'keys.json'), right, [right], new Date(NOW)),
      ]),
    );
    let written = '0';
    await serving({ dataDir, now: NOW }, async (running) => {
      const call = async (
        method: 'GET' | 'PUT' | 'DELETE' | 'POST',
        path: string,
        payload?: object,
        key = 'admin',
      ) => {
        const answer = await running.server.inject({
          ...{ method, url: `/v1/${path}`, ...(payload && { payload }) },
          headers: { authorization: `Bearer ${keys[key]}` },
        });
        const body = answer.body === '' ? {} : answer.json();
        if (method !== 'GET' && body.position) written = body.position;
        return { status: answer.statusCode, body };
      };
      const send = (event: object) => call('POST', 'events', event, 'feed');
      const listed = async (query = '') =>
        (await call('GET', `feeds?minPosition=${written}${query}`, undefined, 'read')).body.items.map(
          ({ name, standing, rank, events }: Record<string, unknown>) =>
            [name, standing, rank, events].join(' '),
        );
      for (const event of [status(OFFICE, 'H19-1', 'received'), status(STRAY, 'H19-1', 'completed')])
        assert.equal((await send(event)).body.accepted, 1);
      assert.deepEqual(await listed(), [`${OFFICE} undeclared 1 1`, `${STRAY} undeclared 1 1`]);

      const oneStop = { sources: [OFFICE, OFFICE], rank: 3, coverageFrom: '2026-01-01' };
      assert.equal((await call('PUT', 'feeds/one%2Fstop', oneStop, 'read')).status, 403);
      assert.equal((await call('PUT', 'feeds/one%2Fstop', oneStop)).status, 200);
      const { body: again } = await call('PUT', 'feeds/one%2Fstop', oneStop);
      assert.ok(again.position);
      assert.deepEqual(await listed(), [`${STRAY} quarantined 10 1`, 'one/stop declared 3 1']);
      assert.deepEqual(await listed('&standing=quarantined'), [`${STRAY} quarantined 10 1`]);
      const { body: page } = await call('GET', `feeds?limit=1&minPosition=${written}`, undefined, 'read');
      assert.deepEqual([page.total, page.next], [2, STRAY]);
      assert.deepEqual(await listed(`&cursor=${encodeURIComponent(page.next)}`), ['one/stop declared 3 1']);

      for (const [body, place] of [
        [{ sources: [] }, '/sources'],
        [{ sources: ['a'], rank: 10 }, '/rank'],
        [{ sources: ['a'], coverageFrom: '2026-02-30' }, '/coverageFrom'],
        [{ sources: ['a\u202eb'] }, '/sources/0'],
        [{ sources: ['a'], types: ['x'] }, '/types/0'],
      ] as const) {
        const refused = await call('PUT', 'feeds/x', body);
        assert.deepEqual([refused.status, refused.body.errors?.[0]?.pointer], [400, place]);
      }
      assert.equal((await call('DELETE', 'feeds/nobody')).status, 404);
      assert.equal((await call('DELETE', 'feeds/one%2Fstop')).status, 200);
      assert.deepEqual(await listed(), [`${OFFICE} undeclared 1 1`, `${STRAY} undeclared 1 1`]);
      const { body: audit } = await call('GET', 'audit');
      assert.deepEqual(
        audit.items.slice(0, 2).map(({ type, by }: Record<string, unknown>) => [type, by]),
        [
          ['audit.feed-retired.v1', 'admin'],
          ['audit.feed-declared.v1', 'admin'],
        ],
        'each once',
      );
      const coverageFrom = Date.parse('2026-01-01T00:00:00+07:00');
      const declared = { name: 'one/stop', sources: [OFFICE], rank: 3, coverageFrom, types: [] };
      assert.deepEqual(audit.items[1].data, declared);
    });
  });

  it('are declared at no door for events', async () => {
    await serving({ dataDir: emptyDir(), now: NOW }, async ({ server }) => {
      const answer = await server.inject({
        method: 'POST',
        url: '/v1/events',
        headers: { 'content-type': 'application/cloudevents+json' },
        payload: {
          ...{ specversion: '1.0', id: '1', source: STRAY, type: 'feed.declared.v1', time: '2026-11-20' },
          data: { name: 'mine', sources: [STRAY], rank: 1, coverageFrom: null, types: [] },
        },
      });
      assert.equal(answer.json().rejected?.[0]?.code, 'type-unknown', answer.body);
    });
  });
});
