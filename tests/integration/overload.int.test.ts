import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { assertKept, batchBody, type Ended, flood, postBatch } from '../support/overload.ts';
import { describeProduction } from '../support/production.ts';
import { rawClient } from '../support/raw-http.ts';
import { type RunningServer, startServer } from '../support/standalone.ts';

const PATIENT = { timeoutMs: 60_000, everyMs: 200 };

/** Every request was answered, and each refusal says when to come again. */
function assertAnswered(ended: readonly Ended[]): void {
  assert.deepEqual([...new Set(ended.map(({ status }) => status))].sort(), [200, 503]);
  for (const { status, retryAfter } of ended) assert.equal(retryAfter, status === 503 ? '1' : undefined);
}

describe('a server with a small heap and far more to do than it can', () => {
  let server: RunningServer;
  before(async () => {
    server = await startServer({ NODE_OPTIONS: '--max-old-space-size=192 --max-semi-space-size=16' });
  });
  after(() => server.stop());

  it('answers or refuses each of 400 batches, goes on answering readers, and keeps what it acknowledged', async () => {
    const batches = flood(server, { connections: 200 });
    const statuses = { '/healthz': new Set<number>(), '/v1/objectives': new Set<number>() };
    try {
      while (batches.ended.length < 400)
        for (const [path, seen] of Object.entries(statuses)) {
          const answer = await fetch(`${server.url}${path}`);
          await answer.arrayBuffer();
          seen.add(answer.status);
        }
    } finally {
      await batches.stop();
    }
    assertAnswered(batches.ended);
    assert.deepEqual([...statuses['/healthz']], [200]);
    assert.ok(statuses['/v1/objectives'].has(200));

    await eventually(async () => (await postBatch(server.url, batchBody(99_999))).status === 200, PATIENT);
    const [first = 0] = batches.acknowledged;
    await eventually(async () => (await postBatch(server.url, batchBody(first))).status === 200, PATIENT);
    assert.equal(await server.stop(), 0);
    await assertKept(server.dataDir, [...batches.acknowledged, 99_999]);
  });
});

describe('bodies that do not come', () => {
  let server: RunningServer;
  before(async () => {
    server = await startServer({ NODE_OPTIONS: '--max-old-space-size=192 --max-semi-space-size=16' });
  });
  after(() => server.stop());

  it('give way to one that comes, and end with 408', async () => {
    const port = Number(new URL(server.url).port);
    const head = `POST /v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${5 * 2 ** 20}\r\n\r\n[`;
    const stalled = await Promise.all(Array.from({ length: 50 }, () => rawClient(port)));
    const statuses = Promise.all(
      stalled.map(async (client) => {
        client.socket.write(head);
        const { status, headers } = await client.answer();
        if (status === 408) assert.equal(headers.connection, 'close');
        return status;
      }),
    );
    await eventually(async () => (await postBatch(server.url, batchBody(1))).status === 200, PATIENT);
    const all = await statuses;
    for (const { socket } of stalled) socket.destroy();
    assert.deepEqual([...new Set(all)].sort(), [408, 503]);
  });
});

await describeProduction('ingest with the heap that compose gives it', ({ start }) => {
  it('answers or refuses each of 64 batches of 256 kB at once, and goes on taking events', async () => {
    const ingest = await start('ingest', { NODE_OPTIONS: '--max-old-space-size=384' });
    await eventually(async () => (await fetch(`${ingest.url}/readyz`)).ok, PATIENT);
    const batches = Array.from({ length: 64 }, (_, index) => batchBody(index));
    assertAnswered(await Promise.all(batches.map((body) => postBatch(ingest.url, body))));
    const [small] = JSON.parse(batchBody(99_999).toString());
    await eventually(
      async () => (await postBatch(ingest.url, Buffer.from(JSON.stringify([small])))).status === 200,
      PATIENT,
    );
    assert.equal(ingest.process.exitCode, null);
  });
});
