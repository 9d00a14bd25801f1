import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type ContainerRuntimeClient, getContainerRuntimeClient } from 'testcontainers';
import { type FoundCommand, findCommand } from '../command.ts';
import { eventually } from '../eventually.ts';

const execute = promisify(execFile);
/** Images are kept from run to run; a bare machine makes them in about a minute. */
export const CACHE = join(import.meta.dirname, '../../../node_modules/.cache/nhip-containers');

/** A container engine of the tests' own: Docker as Debian packages it, apart from any other on this machine. */
export interface Engine {
  readonly client: ContainerRuntimeClient;
  /** Runs `docker …`, for what the client cannot do. @returns what it prints @throws with what it printed as errors */
  docker(...args: readonly string[]): Promise<string>;
  /** Ends it, with every container, volume and network of it. */
  stop(): Promise<void>;
}

export type StartedEngine =
  | { readonly kind: 'engine'; readonly engine: Engine }
  | { readonly kind: 'unavailable'; readonly reason: string };

/** Debian's own program: another may lack the builder that the engine has. */
export const DOCKER = '/usr/bin/docker';

/** Debian packages by the command of theirs that is used, without which the tier cannot run. */
const NEEDED = {
  dockerd: 'docker.io',
  pip3: 'python3-pip',
  nginx: 'nginx-light',
  prometheus: 'prometheus',
  java: 'openjdk-17-jre-headless',
  mvn: 'maven',
};

/** @throws under `CI=true` where the engine cannot run */
export async function startEngine(): Promise<StartedEngine> {
  const unavailable = (reason: string): StartedEngine => {
    if (process.env.CI === 'true') throw new Error(reason);
    return { kind: 'unavailable', reason };
  };
  const found = new Map<string, FoundCommand>();
  for (const [command, name] of Object.entries(NEEDED)) found.set(command, findCommand(command, name));
  for (const one of found.values()) if (one.kind === 'missing') return unavailable(one.reason);
  if (!existsSync(DOCKER)) return unavailable(`there is no ${DOCKER} (Debian package docker.io)`);
  if (process.getuid?.() !== 0) return unavailable('a container engine of its own needs root');

  const folder = mkdtempSync(join(tmpdir(), 'nhip-docker-'));
  const logFile = join(folder, 'log');
  const log = openSync(logFile, 'a');
  mkdirSync(CACHE, { recursive: true });
  const socket = `unix://${join(folder, 'docker.sock')}`;
  const options = {
    'data-root': join(CACHE, 'docker'),
    'exec-root': join(folder, 'exec'),
    pidfile: join(folder, 'pid'),
    host: socket,
  };
  const daemon = spawn(
    pathOf(found, 'dockerd'),
    Object.entries(options).map(([name, value]) => `--${name}=${value}`),
    { stdio: ['ignore', log, log] },
  );
  const exited = once(daemon, 'exit');
  const end = () => daemon.kill('SIGTERM');
  process.once('exit', end);
  // The programs and testcontainers find the engine there. The latter's own cleaner is an image of a registry.
  Object.assign(process.env, {
    DOCKER_HOST: socket,
    DOCKER_BUILDKIT: '1',
    TESTCONTAINERS_RYUK_DISABLED: 'true',
  });
  const docker = async (...args: readonly string[]) => {
    const { stdout } = await execute(DOCKER, args, { maxBuffer: 2 ** 27 });
    return stdout.trim();
  };
  const stop = async () => {
    await removeLeftovers(docker);
    end();
    await exited;
    process.off('exit', end);
    // The engine leaves the network of the host mounted there.
    for (const mounted of globSync(join(folder, 'exec/netns/*'))) await execute('umount', [mounted]);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await eventually(() => docker('version').then(() => true), { timeoutMs: 60_000, everyMs: 200 });
  } catch {
    end();
    return unavailable(`dockerd does not run here:\n${readFileSync(logFile, 'utf8').slice(-2_000)}`);
  }
  // What a killed run has left.
  await removeLeftovers(docker);
  return { kind: 'engine', engine: { client: await getContainerRuntimeClient(), docker, stop } };
}

const pathOf = (found: ReadonlyMap<string, FoundCommand>, name: string): string => {
  const one = found.get(name);
  return one?.kind === 'found' ? one.path : name;
};

async function removeLeftovers(docker: Engine['docker']): Promise<void> {
  const listed = async (...args: string[]) =>
    (await docker(...args)).split('\n').filter((line) => line !== '');
  const containers = await listed('ps', '--all', '--quiet');
  if (containers.length > 0) await docker('rm', '--force', '--volumes', ...containers);
  const volumes = await listed('volume', 'ls', '--quiet');
  if (volumes.length > 0) await docker('volume', 'rm', '--force', ...volumes);
  await docker('network', 'prune', '--force');
}
