import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { type InProcess, startInProcess } from '../support/in-process.ts';
import { emptyDir } from '../support/standalone.ts';

const NOW = Date.parse('2026-11-20T10:00:00+07:00');
const SECOND = 1_000;
const DAY = 86_400 * SECOND;

const received = (number: number) => ({
  specversion: '1.0',
  id: String(number),
  source: '/one-stop',
  type: 'dossier.status.v1',
  time: '2026-11-20T09:00:00+07:00',
  data: {
    dossierId: `H19.12-261120-${String(number).padStart(4, '0')}`,
    status: 'received',
    unitId: 'H19.12',
  },
});
const post = ({ server }: InProcess, number: number) =>
  server.inject({
    method: 'POST',
    url: '/v1/events',
    headers: { 'content-type': 'application/cloudevents+json' },
    payload: JSON.stringify(received(number)),
  });
async function check({ get }: InProcess, name: string) {
  const { status, body } = await get('/readyz');
  const checks = body.checks as { readonly name: string; readonly ok: boolean; readonly reason?: string }[];
  return { status, ...checks.find((one) => one.name === name) };
}
async function figure({ get }: InProcess, query = '') {
  const { body } = await get(`/v1/objectives/dossier-on-time${query}`);
  return body as { asOf: string; trust: { doubts: string[] }; open: { total: number } };
}
const accept = ({ server }: InProcess) => server.inject({ method: 'POST', url: '/v1/clock/accept' });

/** What a webhook received, by type; it refuses all while `fails`. */
async function receiver(t: { after(run: () => void): void }) {
  const state = { fails: true, refused: [] as string[], types: [] as string[], url: '' };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { type } = JSON.parse(Buffer.concat(chunks).toString());
    (state.fails ? state.refused : state.types).push(type);
    response.writeHead(state.fails ? 500 : 204).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return state;
}

test('a clock that jumps by 400 days for seconds leaves nothing behind', { timeout: 60_000 }, async (t) => {
  const hook = await receiver(t);
  const server = await startInProcess(NOW, { WEBHOOK_ALLOW_PRIVATE: 'true' });
  t.after(() => server.close());
  await server.listen();
  const registered = await server.server.inject({
    method: 'POST',
    url: '/v1/webhooks',
    payload: { url: hook.url },
  });
  assert.equal(registered.statusCode, 201, registered.body);
  await server.send(received(1));

  // A feed falls silent, and the message of it waits for its next try.
  server.now += 10 * DAY;
  await eventually(() => hook.refused.includes('feed.silent'), { timeoutMs: 10_000 });
  await server.send(received(2));

  server.clockError = 400 * DAY;
  const refused = await post(server, 3);
  assert.equal(refused.statusCode, 503, refused.body);
  assert.match(refused.json().detail, /time is not sure: the clock was set forward by 34560000 s/);
  assert.ok(Number(refused.headers['retry-after']) > 0);
  assert.match((await check(server, 'clock')).reason ?? '', /set forward/);
  assert.ok((await figure(server)).trust.doubts.includes('clock'));
  await eventually(async () => /time is not sure/.test((await check(server, 'alerter')).reason ?? ''), {
    timeoutMs: 10_000,
  });

  server.clockError = 0;
  server.now += 5 * SECOND;
  hook.fails = false;
  await server.send(received(3));
  assert.equal((await check(server, 'clock')).ok, true);
  assert.deepEqual((await figure(server)).trust.doubts, []);
  server.now += SECOND;
  const then = await figure(server, `?asOf=${new Date(server.now).toISOString()}`);
  assert.equal(then.open.total, 3, 'a moment of the present knows the present');
  // The message that waited goes out within its next pause, not in 2028.
  server.now += 3_600 * SECOND;
  await eventually(() => hook.types.includes('feed.silent'), { timeoutMs: 10_000 });
  // And the next silence is noticed.
  const before = hook.types.filter((type) => type === 'feed.silent').length;
  server.now += 10 * DAY;
  await eventually(() => hook.types.filter((type) => type === 'feed.silent').length > before, {
    timeoutMs: 10_000,
  });
  assert.ok((await figure(server)).trust.doubts.includes('stale'));
});

test('a server that starts before its last event takes none until a person accepts its clock, and remembers it', async (t) => {
  const folder = emptyDir();
  const at = async (now: number, use: (server: InProcess) => Promise<void>) => {
    const server = await startInProcess(now, { DATA_DIR: folder });
    try {
      await use(server);
    } finally {
      await server.close();
    }
  };
  await at(NOW, async (server) => {
    await server.send(received(1));
  });
  await at(NOW - 60 * SECOND, async (server) => {
    assert.equal((await post(server, 2)).statusCode, 200, 'a minute before is allowed');
  });
  await at(NOW - 10 * DAY, async (server) => {
    assert.equal((await post(server, 3)).statusCode, 503);
    assert.equal((await check(server, 'clock')).status, 200, 'reading goes on');
    assert.match((await check(server, 'clock')).reason ?? '', /864000 s before the last event/);
    const shown = await accept(server);
    assert.deepEqual([shown.statusCode, shown.json().sure], [200, true], shown.body);
    assert.equal((await post(server, 3)).statusCode, 200);
    // Since when its feed has been silent is unknown, for its last event seems to lie ahead.
    assert.ok((await figure(server)).trust.doubts.includes('stale'));
  });
  await at(NOW - 10 * DAY + SECOND, async (server) => {
    assert.equal((await post(server, 4)).statusCode, 200);
  });
  const db = new DatabaseSync(join(folder, 'events.db'), { readOnly: true });
  t.after(() => db.close());
  const moments = db.prepare('SELECT recorded_at FROM events ORDER BY position').all();
  const recorded = moments.map((row) => Number(row.recorded_at));
  assert.equal(recorded.length, 5, 'four events and the acceptance');
  assert.deepEqual(
    recorded,
    recorded.toSorted((a, b) => a - b),
    'recordedAt never goes back',
  );
});
