import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import Fastify from 'fastify';
import { serveInTurn } from '../../shared/platform/pipelining.ts';
import { eventually } from '../support/eventually.ts';
import { type RawClient, rawClient } from '../support/raw-http.ts';
import { type RunningServer, startServer } from '../support/standalone.ts';
import { statusEvent } from '../support/status-event.ts';

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;

/** Connections that send and never read; whatever becomes of them. */
function attack(port: number, connections: number, bytes: string): Socket[] {
  return Array.from({ length: connections }, () => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('error', () => {});
    socket.pause();
    socket.write(bytes);
    return socket;
  });
}

describe('requests sent ahead on one connection', () => {
  const app = Fastify({ forceCloseConnections: true });
  const running: string[] = [];
  let most = 0;
  let begun = 0;
  serveInTurn(app);
  app.get<{ Params: { id: string } }>('/:id', async ({ params: { id } }) => {
    running.push(id);
    begun++;
    most = Math.max(most, running.length);
    await new Promise(setImmediate);
    running.pop();
    return id;
  });
  let port: number;
  before(async () => {
    port = Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port);
  });
  after(() => app.close());

  it('are served one at a time and answered in their order', async () => {
    const client = await rawClient(port);
    const ids = Array.from({ length: 60 }, (_, index) => String(index));
    client.socket.write(ids.map((id) => get(`/${id}`)).join(''));
    for (const id of ids) assert.equal((await client.answer()).body, id);
    assert.equal(most, 1);
    client.socket.write(get('/again'));
    assert.equal((await client.answer()).body, 'again', 'the connection is of use afterwards');
    client.socket.destroy();
  });

  it('a request with a body does not hold up those behind it, nor they it', async () => {
    const client = await rawClient(port);
    const post = `POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 200000\r\n\r\n`;
    client.socket.write(`${get('/a')}${post}`);
    client.socket.write('x'.repeat(200_000));
    client.socket.write(get('/b'));
    assert.equal((await client.answer()).body, 'a');
    assert.equal((await client.answer()).status, 404);
    assert.equal((await client.answer()).body, 'b');
    client.socket.destroy();
  });

  it('a hundred in one piece end the connection, and few of them begin', async () => {
    begun = 0;
    const client = await rawClient(port);
    client.socket.write(get('/x').repeat(100));
    await assert.rejects(async () => {
      for (;;) await client.answer();
    });
    assert.ok(begun <= 1, `${begun} began`);
  });
});

describe('a server with a small heap', () => {
  let server: RunningServer;
  let port: number;
  before(async () => {
    server = await startServer({ NODE_OPTIONS: '--max-old-space-size=192 --max-semi-space-size=16' });
    port = Number(new URL(server.url).port);
  });
  after(() => server.stop());

  it('the document of its routes is the same bytes at each address, compressed or not', async () => {
    const texts = await Promise.all(
      ['/openapi.json', '/docs/json', '/docs/yaml'].map(async (path) => {
        const answer = await fetch(`${server.url}${path}`, { headers: { 'accept-encoding': 'identity' } });
        return answer.text();
      }),
    );
    assert.equal(new Set(texts).size, 1);
    assert.ok(JSON.parse(texts[0] ?? '').openapi);
    const client = await rawClient(port);
    client.socket.write('GET /docs/json HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n');
    const answer = await client.answer();
    assert.equal(answer.headers['content-encoding'], 'gzip');
    assert.equal(answer.headers.vary, 'accept-encoding');
    client.socket.destroy();
  });

  it('survives thirty connections that ask 400 times for a large body and read nothing', async () => {
    const sockets = attack(port, 30, get('/docs/json').repeat(400));
    await healthy(server);
    const patient = attack(port, 30, get('/docs/json').repeat(60));
    await healthy(server);
    for (const socket of [...sockets, ...patient]) socket.destroy();
    assert.equal(server.process.exitCode, null);
  });

  it('answers /healthz before the lists that twenty connections asked for ahead', async () => {
    const lists = get('/v1/dossiers?limit=500').repeat(60);
    const clients: readonly RawClient[] = await Promise.all(
      Array.from({ length: 20 }, () => rawClient(port)),
    );
    for (const { socket } of clients) socket.write(lists);
    await Promise.race(clients.map(({ socket }) => new Promise((got) => socket.once('data', got))));
    await healthy(server);
    const answered = clients.reduce((sum, each) => sum + each.received().split('HTTP/1.1 ').length - 1, 0);
    for (const { socket } of clients) socket.destroy();
    assert.ok(answered < 1_000, `${answered} of 1200 lists came first`);
  });
});

async function healthy({ url }: RunningServer): Promise<void> {
  const answer = await fetch(`${url}/healthz`);
  assert.equal(answer.status, 200);
}

describe('more connections than there may be', () => {
  let server: RunningServer;
  before(async () => {
    server = await startServer({ MAX_CONNECTIONS: '10' });
  });
  after(() => server.stop());

  it('are let in, and those without a request are closed to make room', async () => {
    const port = Number(new URL(server.url).port);
    const idle = await Promise.all(Array.from({ length: 10 }, () => rawClient(port)));
    for (const client of idle) {
      client.socket.write(get('/healthz'));
      assert.equal((await client.answer()).status, 200);
    }
    const another = await rawClient(port);
    another.socket.write(get('/healthz'));
    assert.equal((await another.answer()).status, 200);
    await eventually(() => server.log.some((line) => line.includes('there are too many')));
    await eventually(() => idle.filter(({ socket }) => !socket.destroyed).length === 9);
    for (const { socket } of [...idle, another]) socket.destroy();
  });
});

describe('a thousand connections that ask for nothing', () => {
  let server: RunningServer;
  before(async () => {
    server = await startServer();
  });
  after(() => server.stop());

  for (const [name, bytes] of [
    ['silent ones', ''],
    ['half a head each', 'GET /healthz HTTP/1.1\r\nX-Drip: '],
  ] as const)
    it(`lock nobody out: ${name}`, async () => {
      const port = Number(new URL(server.url).port);
      const sockets = attack(port, 1_000, bytes);
      await Promise.all(sockets.map((socket) => once(socket, 'connect')));
      const known = await rawClient(port);
      for (let wave = 1; wave <= 3; wave++) {
        known.socket.write(get('/healthz'));
        assert.equal((await known.answer()).status, 200, 'a connection that asks is kept');
        const probe = await rawClient(port);
        probe.socket.write(get('/healthz'));
        assert.equal((await probe.answer()).status, 200);
        probe.socket.destroy();
        const sent = await fetch(`${server.url}/v1/events`, {
          method: 'POST',
          headers: { 'content-type': 'application/cloudevents+json', connection: 'close' },
          body: JSON.stringify(statusEvent(`H19-${wave}`, 'received', '2026-11-16T08:00:00+07:00')),
        });
        assert.equal(sent.status, 200);
        const more = attack(port, 200, bytes);
        await Promise.all(more.map((socket) => once(socket, 'connect')));
        sockets.push(...more);
      }
      for (const socket of [...sockets, known.socket]) socket.destroy();
    });
});
