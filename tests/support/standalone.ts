import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const STARTED_WITHIN_MS = 30_000;

export interface RunningServer {
  readonly url: string;
  readonly dataDir: string;
  readonly process: ChildProcess;
  /** Everything it has logged so far. */
  readonly log: readonly string[];
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL: as if the power had failed. */
  kill(): Promise<void>;
}

export const emptyDir = (): string => mkdtempSync(join(tmpdir(), 'nhip-test-'));

/** Starts the real server as its own process, on a free port, and waits until it is ready. */
export async function startServer(env: NodeJS.ProcessEnv = {}): Promise<RunningServer> {
  const dataDir = env.DATA_DIR ?? emptyDir();
  const child = spawn(process.execPath, ['services/standalone/main.ts'], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, NODE_NO_WARNINGS: '1', PORT: '0', DATA_DIR: dataDir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log: string[] = [];
  child.stderr.on('data', (bytes: Buffer) => log.push(bytes.toString()));
  const ready = Promise.withResolvers<string>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    log.push(line);
    const entry = line.startsWith('{') ? JSON.parse(line) : {};
    if (entry.msg === 'ready') ready.resolve(entry.address);
  });
  const exited = once(child, 'exit');
  exited.then(([code]) =>
    ready.reject(new Error(`exited with ${code} before it was ready:\n${log.join('\n')}`)),
  );
  const overdue = setTimeout(
    () => ready.reject(new Error(`not ready in time:\n${log.join('\n')}`)),
    STARTED_WITHIN_MS,
  );
  try {
    const url = await ready.promise;
    return {
      url,
      dataDir,
      process: child,
      log,
      async stop() {
        child.kill('SIGTERM');
        const [code] = await exited;
        return code;
      },
      async kill() {
        child.kill('SIGKILL');
        await exited;
      },
    };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  } finally {
    clearTimeout(overdue);
  }
}

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `nhip ...args` to its end. */
export async function nhip(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const child = spawn(process.execPath, ['services/cli/main.ts', ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, NODE_NO_WARNINGS: '1', LOG_LEVEL: 'silent', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (bytes: Buffer) => {
    stdout += bytes.toString();
  });
  child.stderr.on('data', (bytes: Buffer) => {
    stderr += bytes.toString();
  });
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}
