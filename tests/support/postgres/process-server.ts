import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { eventually } from '../eventually.ts';
import { freePorts } from '../kafka/free-ports.ts';
import type { TestPostgres } from './test-postgres.ts';

const run = promisify(execFile);

export interface ProcessPostgresOptions {
  /** Where its data goes, without the write-ahead log, which stays in the temporary folder. */
  readonly dataUnder?: string;
}

/** PostgreSQL itself as a child process on a free loopback port, its data in a temporary folder. @throws when there is none */
export async function startProcessPostgres({
  dataUnder,
}: ProcessPostgresOptions = {}): Promise<TestPostgres> {
  const owner = await ownerOfServer();
  const bin = programs();
  const folder = await mkdtemp(join(tmpdir(), 'nhip-postgres-'));
  if (owner) await chown(folder, owner.uid, owner.gid);
  const data = join(dataUnder ?? folder, 'data');
  if (owner && dataUnder !== undefined) await chown(dataUnder, owner.uid, owner.gid);
  const as = owner ?? {};
  const initdb = ['-D', data, '-U', 'nhip', '--auth=trust', '--no-sync', '--encoding=UTF8', '--locale=C'];
  initdb.push('-X', join(folder, 'wal'));
  await run(join(bin, 'initdb'), initdb, { ...as, cwd: folder });
  const [port = 0] = await freePorts(1);
  const url = `postgres://nhip@127.0.0.1:${port}/postgres`;

  let server: ChildProcess | undefined;
  const removeOrphan = () => server?.kill('SIGQUIT');
  process.once('exit', removeOrphan);
  const start = async () => {
    const settings = {
      port,
      listen_addresses: '127.0.0.1',
      unix_socket_directories: folder,
      max_connections: 200,
      // A killed process loses nothing that the kernel has; only the machine itself could, and with it the test.
      fsync: 'off',
      shared_buffers: '64MB',
    };
    const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const child = spawn(join(bin, 'postgres'), ['-D', data, ...args], {
      ...as,
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    server = child;
    let tail = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      tail = (tail + text).slice(-4_000);
    });
    const died = once(child, 'exit').then(([code]) => {
      throw new Error(`PostgreSQL ended with ${code} before it was ready:\n${tail}`);
    });
    await Promise.race([untilReady(url), died]);
    died.catch(() => {});
  };
  const end = async (signal: 'SIGINT' | 'SIGQUIT') => {
    const child = server;
    server = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  };
  const stop = async () => {
    process.off('exit', removeOrphan);
    await end('SIGQUIT');
    await rm(folder, { recursive: true, force: true });
  };

  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    kind: 'process',
    url,
    // SIGQUIT ends every backend at once without a checkpoint, so the next start recovers as after a crash.
    kill: () => end('SIGQUIT'),
    restart: async () => {
      await end('SIGINT');
      await start();
    },
    stop,
  };
}

async function untilReady(url: string): Promise<void> {
  await eventually(
    async () => {
      const client = new pg.Client(url);
      client.on('error', () => {});
      await client.connect();
      await client.end();
      return true;
    },
    { timeoutMs: 30_000, everyMs: 50 },
  );
}

/** The folder of `initdb` and `postgres`: Debian keeps them apart from the PATH, by version. */
function programs(): string {
  const folders = [
    ...globSync('/usr/lib/postgresql/*/bin').sort(),
    ...(process.env.PATH ?? '').split(':').reverse(),
  ];
  const found = folders.reverse().find((folder) => existsSync(join(folder, 'initdb')));
  if (found === undefined) throw new Error('neither the PATH nor /usr/lib/postgresql has initdb');
  return found;
}

/** The server refuses to run as root: then it runs as the user whom its package has made. */
async function ownerOfServer(): Promise<{ readonly uid: number; readonly gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const id = async (what: '-u' | '-g') => Number((await run('id', [what, 'postgres'])).stdout);
  return { uid: await id('-u'), gid: await id('-g') };
}
