import { execFile } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { chown, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { eventually } from '../eventually.ts';
import { freePorts } from '../kafka/free-ports.ts';
import { startServerProcess } from '../server-process.ts';
import type { PostgresSettings, TestPostgres } from './test-postgres.ts';

const run = promisify(execFile);

export interface ProcessPostgresOptions {
  /** Where its data goes, without the write-ahead log, which stays in the temporary folder. */
  readonly dataUnder?: string;
}

/** PostgreSQL itself as a child process on a free loopback port, its data in a temporary folder. @throws when there is none */
export async function startProcessPostgres({
  durable = false,
  dataUnder,
}: PostgresSettings & ProcessPostgresOptions = {}): Promise<TestPostgres> {
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

  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: folder,
    max_connections: 200,
    // A killed process loses nothing that the kernel has; only the machine itself could, and with it the test.
    fsync: durable ? 'on' : 'off',
    shared_buffers: '64MB',
  };
  const server = await startServerProcess({
    name: 'PostgreSQL',
    command: join(bin, 'postgres'),
    args: ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    options: { ...as, cwd: folder },
    untilReady: () => untilReady(url),
    folder,
    endSignal: 'SIGINT',
    // Ends every backend at once without a checkpoint, so the next start recovers as after a crash.
    killSignal: 'SIGQUIT',
  });
  return { url, ...server };
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
    { timeoutMs: 60_000, everyMs: 50 },
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
