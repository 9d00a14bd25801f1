import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '../../../services/standalone/demo/random.ts';
import type { RunningProcess } from '../process.ts';

/** A process that is started again whenever it ends, at the same address, as a supervisor does. */
export interface Supervised {
  readonly name: string;
  readonly url: string;
  /**
   * SIGKILL, and the same to each successor that has not started after a part of the time that a start takes; resolves once one serves.
   * @param parts of that time: 0.5 is half of it
   */
  kill(parts?: readonly number[]): Promise<void>;
  /** How many processes were killed. */
  readonly kills: number;
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

/** Parts of a start for {@link Supervised.kill}, after the program is loaded: half of the starts are let be, few are cut short twice. */
export function drawStarts(random: Random): readonly number[] {
  const parts: number[] = [];
  while (random.chance(0.5)) parts.push(random.whole(40, 110) / 100);
  return parts;
}

export async function supervise(
  name: string,
  start: (env: NodeJS.ProcessEnv, doomed?: AbortSignal) => Promise<RunningProcess>,
  env: NodeJS.ProcessEnv = {},
): Promise<Supervised> {
  const deaths: string[] = [];
  /** How long the last whole start took. */
  let startMs = 0;
  let running = await timed(env);
  const { url } = running;
  const PORT = new URL(url).port;
  let asked = false;
  let kills = 0;
  /** Of the starts to come. */
  let doomedParts: readonly number[] = [];
  let stopping = false;
  let served = Promise.withResolvers<void>();

  async function timed(env: NodeJS.ProcessEnv, doomed?: AbortSignal): Promise<RunningProcess> {
    const began = performance.now();
    const one = await start(env, doomed);
    startMs = performance.now() - began;
    return one;
  }

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
      const [part, ...later] = doomedParts;
      doomedParts = later;
      const doomed = part === undefined ? undefined : AbortSignal.timeout(Math.round(part * startMs));
      try {
        const one = await timed({ ...env, PORT }, doomed);
        doomedParts = [];
        return one;
      } catch (error) {
        if (doomed?.aborted && error === doomed.reason) {
          kills += 1;
          continue;
        }
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
    get kills() {
      return kills;
    },
    async kill(parts = []) {
      asked = true;
      kills += 1;
      doomedParts = parts;
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
