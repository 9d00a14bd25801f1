import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { pino } from 'pino';
import { eventually } from '../../tests/support/eventually.ts';
import { createHttpServer } from './http-server.ts';
import { listenOn } from './listen.ts';
import { createMetrics } from './metrics.ts';

const GET = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
const SLOW = GET.replace('/healthz', '/slow');

async function twoAddresses(maxConnections: number) {
  const metrics = createMetrics();
  const app = await createHttpServer({
    log: pino({ level: 'silent' }),
    version: '0',
    keys: undefined,
    bodyLimit: 1_000,
    metrics,
    maxConnections,
    lingerMs: 20_000,
  });
  const release = Promise.withResolvers<void>();
  let asked = 0;
  app.get('/healthz', async () => 'well');
  app.get('/slow', async () => {
    asked++;
    await release.promise;
    return 'done';
  });
  const url = await listenOn(app, { HOST: 'localhost', PORT: 0 }, async () => ['127.0.0.1', '127.0.0.2']);
  const to = (host: string) => connect({ host, port: Number(new URL(url).port) });
  return { app, metrics, to, asked: () => asked, release: release.resolve };
}

const ask = (socket: Socket, request = GET): Promise<string> => {
  socket.write(request);
  return text(socket);
};

test('a server has one limit of connections over all its addresses, and counts what it refuses', async (t) => {
  const { app, metrics, to, asked, release } = await twoAddresses(2);
  t.after(() => app.close());
  const open = ['127.0.0.1', '127.0.0.2'].map(to);
  t.after(() => open.forEach((socket) => void socket.destroy()));
  const answers = open.map((socket) => ask(socket, SLOW));
  await eventually(() => asked() === 2);
  for (const host of ['127.0.0.1', '127.0.0.2']) {
    const refused = to(host).on('error', () => {});
    await once(refused, 'close');
  }
  const [, counted = ''] =
    /^nhip_http_connections_refused_total (\d+)$/m.exec(await metrics.registry.metrics()) ?? [];
  assert.equal(counted, '2');
  release();
  for (const answer of answers) assert.match(await answer, /done$/);
  assert.match(await ask(to('127.0.0.2')), /well$/);
});

test('a server that closes first answers what was asked at any of its addresses', async () => {
  const { app, to, asked, release } = await twoAddresses(10);
  const answer = ask(to('127.0.0.2'), SLOW);
  await eventually(asked);
  let isClosed = false;
  const closed = app.close().then(() => {
    isClosed = true;
  });
  await once(app.server, 'close');
  await new Promise(setImmediate);
  assert.equal(isClosed, false);
  release();
  assert.match(await answer, /done$/);
  await closed;
});

test('a request that is worked on is answered, however long nothing moves on its connection', async (t) => {
  const { app, to, asked, release } = await twoAddresses(10);
  t.after(() => app.close());
  app.server.setTimeout(100);
  const answer = ask(to('127.0.0.1'), SLOW);
  await eventually(asked);
  await once(app.server, 'timeout');
  release();
  assert.match(await answer, /done$/);
});

test('a connection that sends nothing is ended', async (t) => {
  const { app, to } = await twoAddresses(10);
  t.after(() => app.close());
  app.server.setTimeout(100);
  assert.equal(await text(to('127.0.0.1')), '');
});
