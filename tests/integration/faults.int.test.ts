import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readdirSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { emptyDir, type RunningServer, startServer } from '../support/standalone.ts';

/** Long enough to look like a database. */
const NO_DATABASE = 'This is no database. '.repeat(1_000);

const event = (id: string) => ({
  specversion: '1.0',
  id,
  source: '/one-stop',
  type: 'dossier.status.v1',
  time: '2026-11-20T09:31:00+07:00',
  data: { dossierId: `H19.12-261120-${id.padStart(4, '0')}`, status: 'received' },
});

async function send({ url }: RunningServer, count: number, from = 1): Promise<number> {
  const body = JSON.stringify(Array.from({ length: count }, (_, index) => event(String(from + index))));
  const headers = { 'content-type': 'application/cloudevents-batch+json' };
  const answer = await fetch(`${url}/v1/events`, { method: 'POST', headers, body });
  if (answer.ok) {
    const { position } = (await answer.json()) as { position: string };
    await fetch(`${url}/v1/objectives?minPosition=${position}`);
  }
  return answer.status;
}

const openDossiers = async ({ url }: RunningServer): Promise<number> => {
  const answer = await fetch(`${url}/v1/dossiers?state=open&limit=500`);
  return ((await answer.json()) as { items: unknown[] }).items.length;
};

/** A data directory in which ten dossiers have been received. */
async function usedDir(): Promise<string> {
  const server = await startServer();
  assert.equal(await send(server, 10), 200);
  assert.equal(await server.stop(), 0);
  return server.dataDir;
}

const refusal = async (env: NodeJS.ProcessEnv): Promise<string> => {
  const failure = await startServer(env).then(
    async (server) => {
      await server.kill();
      return assert.fail('it started');
    },
    (error: Error) => error,
  );
  return failure.message;
};

describe('files of DATA_DIR', () => {
  it('are whole in themselves after a clean stop: no log remains that a restored backup would be overlaid with', async () => {
    assert.deepEqual(
      readdirSync(await usedDir()).filter((file) => /-(wal|shm)$/.test(file)),
      [],
    );
  });

  it('are their owner’s alone', async () => {
    const server = await startServer();
    assert.equal(await send(server, 1), 200);
    for (const file of readdirSync(server.dataDir)) {
      assert.equal(statSync(join(server.dataDir, file)).mode & 0o077, 0, file);
    }
    assert.equal(await server.stop(), 0);
  });

  it('a lost events.db is noticed, never served as if nothing had been', async () => {
    const dataDir = await usedDir();
    for (const file of readdirSync(dataDir)) if (file.startsWith('events.db')) rmSync(join(dataDir, file));
    const message = await refusal({ DATA_DIR: dataDir });
    assert.match(message, /exited with 2/);
    assert.match(message, /events\.db is missing, but \S+ knows of its events: restore it from a backup/);
  });

  it('events.db of another office is noticed, though it holds as many events', async () => {
    const [dataDir, other] = [await usedDir(), await usedDir()];
    for (const file of readdirSync(other)) {
      if (file.startsWith('ledger.db')) rmSync(join(other, file));
    }
    rmSync(join(dataDir, 'events.db'));
    renameSync(join(other, 'events.db'), join(dataDir, 'events.db'));
    assert.match(
      await refusal({ DATA_DIR: dataDir }),
      /exited with 2.*events\.db is not the one that \S+ belongs to/s,
    );
  });

  it('a ledger that is no database is named with the remedy, and is built anew after it', async () => {
    const dataDir = await usedDir();
    for (const file of readdirSync(dataDir)) if (/^ledger\.db-/.test(file)) rmSync(join(dataDir, file));
    writeFileSync(join(dataDir, 'ledger.db'), NO_DATABASE);
    const message = await refusal({ DATA_DIR: dataDir });
    assert.match(message, /exited with 2.*ledger\.db cannot be used.*delete it/s);
    rmSync(join(dataDir, 'ledger.db'));
    const server = await startServer({ DATA_DIR: dataDir });
    await eventually(async () => (await openDossiers(server)) === 10);
    assert.equal(await server.stop(), 0);
  });

  it('each other damaged file is named with the remedy', async () => {
    for (const file of ['events.db', 'dead-letters.db', 'webhooks.db']) {
      const dataDir = emptyDir();
      writeFileSync(join(dataDir, file), NO_DATABASE);
      const expected = new RegExp(`exited with 2.*${file} cannot be used.*restore it`, 's');
      assert.match(await refusal({ DATA_DIR: dataDir }), expected);
    }
  });

  it('a ledger cut off in the middle is not served as if it were whole', async () => {
    const dataDir = await usedDir();
    const ledger = join(dataDir, 'ledger.db');
    assert.ok(!existsSync(`${ledger}-wal`), 'a clean stop leaves no log');
    truncateSync(ledger, 8_192);
    assert.match(
      await refusal({ DATA_DIR: dataDir }),
      /exited with 2.*ledger\.db cannot be used.*delete it/s,
    );
  });
});

describe('threads', () => {
  it('a process whose writing thread has died ends itself, so that a supervisor starts it again', async () => {
    const preload = `data:text/javascript,${encodeURIComponent(`
      import { isMainThread } from 'node:worker_threads';
      const workers = [];
      if (isMainThread) {
        process.on('worker', (worker) => workers.push(worker));
        process.on('SIGUSR2', () => workers[0].terminate());
      }`)}`;
    const server = await startServer({ NODE_OPTIONS: `--import=${preload}` });
    assert.equal(await send(server, 1), 200);
    const exited = once(server.process, 'exit');
    server.process.kill('SIGUSR2');
    assert.deepEqual(await exited, [1, null]);
    assert.ok(server.log.some((line) => line.includes('the writer thread has ended')));

    const next = await startServer({ DATA_DIR: server.dataDir });
    assert.equal(await openDossiers(next), 1);
    assert.equal(await send(next, 1, 2), 200);
    assert.equal(await next.stop(), 0);
  });
});

describe('a stop by SIGTERM', () => {
  it('ends the streams of listeners and exits 0 at once', async () => {
    const server = await startServer();
    const stream = await fetch(`${server.url}/v1/stream`);
    const stopping = (async () => {
      for await (const _ of stream.body ?? []);
    })();
    const began = performance.now();
    assert.equal(await server.stop(), 0);
    await stopping;
    assert.ok(performance.now() - began < 5_000);
  });

  it('does not wait without limit for a sender that never ends its request', async () => {
    const server = await startServer({ SHUTDOWN_GRACE_SECONDS: '8' });
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.on('error', () => {});
    await once(socket, 'connect');
    socket.write(
      'POST /v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    );
    await eventually(async () => (await fetch(`${server.url}/healthz`)).ok);
    assert.equal(await server.stop(), 0);
    socket.destroy();
  });

  it('treats a signal that comes twice at once, as npm and the terminal send it, as one', async () => {
    const server = await startServer();
    server.process.kill('SIGINT');
    server.process.kill('SIGTERM');
    assert.deepEqual(await once(server.process, 'exit'), [0, null]);
  });

  it('keeps what it has acknowledged, and acknowledges nothing that it did not keep', async () => {
    const server = await startServer();
    const sent = Array.from({ length: 40 }, (_, index) => send(server, 25, 1 + index * 25).catch(() => 0));
    await Promise.any(sent);
    assert.equal(await server.stop(), 0);
    const acknowledged = (await Promise.all(sent)).filter((status) => status === 200).length * 25;
    const next = await startServer({ DATA_DIR: server.dataDir });
    const answer = (await (await fetch(`${next.url}/v1/objectives`)).json()) as { position: string };
    assert.ok(Number(answer.position) >= acknowledged, `${answer.position} of ${acknowledged}`);
    assert.equal(Number(answer.position) % 25, 0, 'a batch is kept whole or not at all');
    assert.equal(await next.stop(), 0);
  });
});

describe('a start that cannot be', () => {
  it('reports it in one line and exits 2', async () => {
    const file = join(emptyDir(), 'file');
    writeFileSync(file, '');
    assert.match(await refusal({ DATA_DIR: file }), /exited with 2 before it was ready:\n.*EEXIST.*\n?$/);
    const server = await startServer();
    const { port } = new URL(server.url);
    const occupied = await refusal({ PORT: port });
    assert.equal(await server.stop(), 0);
    assert.match(occupied, /exited with 2 .*PORT.*that no other program uses/s);
  });
});

describe('two servers on one DATA_DIR', () => {
  it('the second exits 2 and names the first', async () => {
    const first = await startServer({ DATA_DIR: emptyDir() });
    const message = await refusal({ DATA_DIR: first.dataDir });
    assert.match(
      message,
      new RegExp(`exited with 2.*in use by process ${first.process.pid}.*${first.url}`, 's'),
    );
    assert.equal(await first.stop(), 0);
  });
});
