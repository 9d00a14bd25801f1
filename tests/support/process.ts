import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const STARTED_WITHIN_MS = 30_000;
/** What every process is given of the test's own environment. */
const GIVEN = {
  PATH: process.env.PATH,
  NODE_NO_WARNINGS: '1',
  // tests/run.ts sets it.
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
};

/** A process of the product that serves HTTP. */
export interface RunningProcess {
  readonly url: string;
  readonly process: ChildProcess;
  /** Everything it has logged so far. */
  readonly log: readonly string[];
  /** Its exit code, once it has ended; null when a signal ended it. */
  readonly exited: Promise<number | null>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL: as if the power had failed. */
  kill(): Promise<void>;
}

/**
 * Starts `node SCRIPT` on a free port, and waits until it reports that it is ready. @param doomed kills it, if it aborts before that
 * @throws with its log when it does not; the reason of the signal that killed it
 */
export async function startProcess(
  script: string,
  env: NodeJS.ProcessEnv = {},
  doomed?: AbortSignal,
): Promise<RunningProcess> {
  const child = spawn(process.execPath, [script], {
    cwd: ROOT,
    env: { ...GIVEN, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // At any end of the test the process ends too.
  const removeOrphan = () => child.kill('SIGKILL');
  doomed?.addEventListener('abort', removeOrphan);
  process.once('exit', removeOrphan);
  const log: string[] = [];
  child.stderr.on('data', (bytes: Buffer) => log.push(bytes.toString()));
  const ready = Promise.withResolvers<string>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    log.push(line);
    const entry = line.startsWith('{') ? JSON.parse(line) : {};
    if (entry.msg === 'ready') ready.resolve(entry.address);
  });
  const exited = once(child, 'exit').then(([code]): number | null => {
    process.off('exit', removeOrphan);
    ready.reject(new Error(`${script} exited with ${code} before it was ready:\n${log.join('\n')}`));
    return code;
  });
  const overdue = setTimeout(
    () => ready.reject(new Error(`${script} was not ready in time:\n${log.join('\n')}`)),
    STARTED_WITHIN_MS,
  );
  try {
    const url = await ready.promise;
    // What it wrote may be read after its end.
    doomed?.throwIfAborted();
    return {
      url,
      process: child,
      log,
      exited,
      async stop() {
        child.kill('SIGTERM');
        return exited;
      },
      async kill() {
        child.kill('SIGKILL');
        await exited;
      },
    };
  } catch (error) {
    child.kill('SIGKILL');
    // What a killed process held is free when it has ended. One that ended by itself has a code.
    const code = await exited;
    throw doomed?.aborted && code === null ? doomed.reason : error;
  } finally {
    doomed?.removeEventListener('abort', removeOrphan);
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
    env: { ...GIVEN, LOG_LEVEL: 'silent', ...env },
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
