import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { pino } from 'pino';
import { eventually } from '../../tests/support/eventually.ts';
import { createHttpServer } from './http-server.ts';
import { createMetrics } from './metrics.ts';

const HEAD = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n';
const LAST = `${HEAD}Connection: close\r\n\r\n`;

interface Client {
  readonly socket: Socket;
  isClosed: boolean;
  received: string;
}

async function serverOf(t: TestContext, maxConnections: number) {
  const metrics = createMetrics();
  const app = await createHttpServer({
    log: pino({ level: 'silent' }),
    version: '0',
    keys: undefined,
    bodyLimit: 1_000,
    metrics,
    maxConnections,
  });
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  let accepted = 0;
  let working = 0;
  app.server.on('connection', () => accepted++);
  app.get('/healthz', async () => 'well');
  app.get('/large', async () => Buffer.alloc(64 * 2 ** 20));
  app.get('/slow', async () => {
    working++;
    await released;
    return 'done';
  });
  const port = Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port);
  const clients: Client[] = [];
  t.after(async () => {
    release();
    for (const { socket } of clients) socket.destroy();
    await app.close();
  });
  return {
    release,
    working: () => working,
    /** Resolves when the server has it. */
    async open(first = '', localAddress = '127.0.0.1'): Promise<Client> {
      const before = accepted;
      const socket = connect({ port, host: '127.0.0.1', localAddress, noDelay: true });
      const client: Client = { socket, isClosed: false, received: '' };
      clients.push(client);
      socket.on('error', () => {});
      socket.on('close', () => {
        client.isClosed = true;
      });
      await once(socket, 'connect');
      if (first !== '') socket.write(first);
      await eventually(() => accepted > before);
      return client;
    },
    async count(what: 'closed' | 'refused'): Promise<number> {
      const line = new RegExp(`^nhip_http_connections_${what}_total (\\d+)$`, 'm');
      return Number(line.exec(await metrics.registry.metrics())?.[1]);
    },
  };
}

type TestServer = Awaited<ReturnType<typeof serverOf>>;

const several = async (many: number, make: () => Promise<Client>): Promise<readonly Client[]> => {
  const made: Client[] = [];
  while (made.length < many) made.push(await make());
  return made;
};

/** Keeps its connection after an answer. */
async function talk(client: Client): Promise<void> {
  client.socket.on('data', (bytes: Buffer) => {
    client.received += bytes.toString('latin1');
  });
  client.socket.write(`${HEAD}\r\n`);
  await eventually(() => client.received.endsWith('well'));
}

const isAnswered = async (server: TestServer, localAddress?: string): Promise<boolean> => {
  const { socket } = await server.open(LAST, localAddress);
  return (await text(socket).catch(() => '')).endsWith('well');
};

test('those that sent nothing, or half a head, make room, the longest open first', async (t) => {
  const server = await serverOf(t, 4);
  const waiting = [
    ...(await several(2, () => server.open())),
    ...(await several(2, () => server.open(HEAD))),
  ];
  for (const [at, client] of waiting.entries()) {
    // Each one that is answered leaves the room to the next that says nothing.
    assert.ok(await isAnswered(server));
    await eventually(() => client.isClosed);
    assert.deepEqual(
      waiting.map(({ isClosed }) => isClosed),
      waiting.map((_, index) => index <= at),
    );
    await server.open();
  }
  assert.equal(await server.count('closed'), 4);
  assert.equal(await server.count('refused'), 0);
});

test('a head that comes drop by drop buys no time', async (t) => {
  const server = await serverOf(t, 2);
  const dripping = await server.open(HEAD);
  const silent = await server.open();
  dripping.socket.write('X-Drip: a');
  assert.ok(await isAnswered(server));
  await eventually(() => dripping.isClosed);
  assert.equal(silent.isClosed, false);
});

test('a request that is worked on keeps its connection, and one too many is refused then', async (t) => {
  const server = await serverOf(t, 3);
  const asking = await several(3, () => server.open(LAST.replace('/healthz', '/slow')));
  const answers = asking.map(({ socket }) => text(socket));
  await eventually(() => server.working() === 3);
  assert.equal(await isAnswered(server), false);
  assert.equal(await server.count('refused'), 1);
  assert.equal(await server.count('closed'), 0);
  server.release();
  for (const answer of answers) assert.match(await answer, /done$/);
  assert.ok(await isAnswered(server));
});

test('where nearly all have requests in work, one that has just come may speak first', async (t) => {
  const server = await serverOf(t, 10);
  const asking = await several(9, () => server.open(LAST.replace('/healthz', '/slow')));
  await eventually(() => server.working() === 9);
  const now = performance.now();
  const time = t.mock.method(performance, 'now', () => now);
  const fresh = await server.open();
  assert.equal(await isAnswered(server), false);
  await talk(fresh);
  time.mock.restore();
  assert.equal(await server.count('refused'), 1);
  assert.ok(asking.every(({ isClosed }) => !isClosed));
});

test('silent connections give way to each other, not those that talk nor those of other addresses', async (t) => {
  const server = await serverOf(t, 8);
  const elsewhere = await several(2, () => server.open('', '127.0.0.2'));
  const talking = await server.open();
  await talk(talking);
  const silent = await several(40, () => server.open());
  await eventually(() => silent.slice(0, 35).every(({ isClosed }) => isClosed));
  assert.ok([talking, ...elsewhere, ...silent.slice(35)].every(({ isClosed }) => !isClosed));
});

test('those that asked once and went silent make room as well', async (t) => {
  const server = await serverOf(t, 6);
  const idle = await several(6, () => server.open());
  for (const client of idle) await talk(client);
  assert.ok(await isAnswered(server));
  await eventually(() => idle[0]?.isClosed);
  assert.ok(idle.slice(1).every(({ isClosed }) => !isClosed));
});

test('those that do not read their answer, or do not end what was refused, make room', async (t) => {
  const server = await serverOf(t, 2);
  const deaf = await server.open();
  deaf.socket.pause();
  deaf.socket.write(`${HEAD.replace('/healthz', '/large')}\r\n`);
  const endless = await server.open('POST /none HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n\r\n');
  for (const client of [deaf, endless]) {
    await eventually(() => isAnswered(server));
    // A paused socket notices its end when it reads.
    client.socket.resume();
    await eventually(() => client.isClosed);
    await server.open(LAST.replace('/healthz', '/slow'));
  }
});

test('a client that ends its half of the connection without a request loses the other half', async (t) => {
  const server = await serverOf(t, 10);
  for (const first of ['', HEAD]) {
    const { socket } = await server.open(first);
    socket.end();
    assert.match(await text(socket), first === '' ? /^$/ : /^HTTP\/1\.1 400 /);
  }
});
