import { setTimeout as pause } from 'node:timers/promises';
import type { RunningProcess } from '../process.ts';

/** A process that is started again whenever it ends, at the same address, as a supervisor does. */
export interface Supervised {
  readonly name: string;
  readonly url: string;
  /** SIGKILL; resolves once its successor serves. */
  kill(): Promise<void>;
  /** To the process that runs now: SIGSTOP, SIGCONT. */
  signal(signal: NodeJS.Signals): void;
  /** Its unexpected exits, with the end of the log. */
  readonly deaths: readonly string[];
  /** SIGTERM and no successor; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL and no successor. */
  end(): Promise<void>;
}

const AGAIN_MS = 200;
const LOG_TAIL = 20;

export async function supervise(
  name: string,
  start: (env: NodeJS.ProcessEnv) => Promise<RunningProcess>,
  env: NodeJS.ProcessEnv = {},
): Promise<Supervised> {
  const deaths: string[] = [];
  let running = await start(env);
  const { url } = running;
  const PORT = new URL(url).port;
  let asked = false;
  let stopping = false;
  let served = Promise.withResolvers<void>();

  async function watch(): Promise<void> {
    for (;;) {
      const code = await running.exited;
      if (stopping) return;
      if (!asked) deaths.push(`${name} ended with ${code}:\n${running.log.slice(-LOG_TAIL).join('\n')}`);
      asked = false;
      const next = await started();
      if (next === undefined) return;
      running = next;
      served.resolve();
      served = Promise.withResolvers();
    }
  }

  async function started(): Promise<RunningProcess | undefined> {
    while (!stopping) {
      try {
        return await start({ ...env, PORT });
      } catch (error) {
        deaths.push(String(error));
        await pause(AGAIN_MS);
      }
    }
    return undefined;
  }

  const watching = watch();
  return {
    name,
    url,
    deaths,
    async kill() {
      asked = true;
      const successor = served.promise;
      running.process.kill('SIGKILL');
      await successor;
    },
    signal: (signal) => running.process.kill(signal),
    async stop() {
      stopping = true;
      running.process.kill('SIGTERM');
      const code = await running.exited;
      await watching;
      return code;
    },
    async end() {
      stopping = true;
      await running.kill();
      await watching;
    },
  };
}
