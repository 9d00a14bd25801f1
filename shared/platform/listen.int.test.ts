import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { pino } from 'pino';
import { createHttpServer } from './http-server.ts';
import { listenOn } from './listen.ts';
import { createMetrics } from './metrics.ts';

const GET = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';

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
  const asked = Promise.withResolvers<void>();
  app.get('/healthz', async () => 'well');
  app.get('/slow', async () => {
    asked.resolve();
    await release.promise;
    return 'done';
  });
  const url = await listenOn(app, { HOST: 'localhost', PORT: 0 }, async () => ['127.0.0.1', '127.0.0.2']);
  const to = (host: string) => connect({ host, port: Number(new URL(url).port) });
  return { app, metrics, to, asked: asked.promise, release: release.resolve };
}

const ask = (socket: Socket, request = GET): Promise<string> => {
  socket.write(request);
  return text(socket);
};

test('a server has one limit of connections over all its addresses, and counts what it refuses', async (t) => {
  const { app, metrics, to } = await twoAddresses(2);
  t.after(() => app.close());
  const open = ['127.0.0.1', '127.0.0.2'].map(to);
  t.after(() => open.forEach((socket) => void socket.destroy()));
  // Both have been accepted when each has sent its half of a head and a third is refused.
  for (const socket of open) {
    await once(socket, 'connect');
    socket.write('GET /healthz HTTP/1.1\r\n');
  }
  for (const host of ['127.0.0.1', '127.0.0.2']) {
    const refused = to(host).on('error', () => {});
    await once(refused, 'close');
  }
  const [, counted = ''] =
    /^nhip_http_connections_refused_total (\d+)$/m.exec(await metrics.registry.metrics()) ?? [];
  assert.equal(counted, '2');
  for (const socket of open)
    assert.match(await ask(socket, 'Host: localhost\r\nConnection: close\r\n\r\n'), /well$/);
  assert.match(await ask(to('127.0.0.2')), /well$/);
});

test('a server that closes first answers what was asked at any of its addresses', async () => {
  const { app, to, asked, release } = await twoAddresses(10);
  const answer = ask(to('127.0.0.2'), GET.replace('/healthz', '/slow'));
  await asked;
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
  const answer = ask(to('127.0.0.1'), GET.replace('/healthz', '/slow'));
  await asked;
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
