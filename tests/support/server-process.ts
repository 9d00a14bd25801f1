import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { errorText } from '../../shared/kernel/error-text.ts';

export interface ServerProcessOptions {
  /** For people. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly options?: SpawnOptions;
  /** Resolves once it serves. */
  readonly untilReady: () => Promise<void>;
  /** Everything of it; removed at the end. */
  readonly folder: string;
  /** Ends it in order. */
  readonly endSignal: NodeJS.Signals;
  /** Ends it as a power cut does. */
  readonly killSignal: NodeJS.Signals;
}

/** A server of somebody else's as a child process. */
export interface ServerProcess {
  /** Orderly stop and start; after {@link kill} it only starts. */
  restart(): Promise<void>;
  kill(): Promise<void>;
  /** The end: nothing of it is left. */
  stop(): Promise<void>;
}

/** The server is installed and does not serve: a skip would hide what a test of it would find. */
export class NotServing extends Error {
  constructor(name: string, cause: unknown) {
    super(`${name} was started and does not serve: ${errorText(cause)}`, { cause });
    this.name = 'NotServing';
  }
}

/** Starts it and waits until it serves; any end of the test ends it too. @throws NotServing with the end of its log */
export async function startServerProcess(server: ServerProcessOptions): Promise<ServerProcess> {
  const { name, command, args, options, untilReady, folder, endSignal, killSignal } = server;
  let running: ChildProcess | undefined;
  const removeOrphan = () => running?.kill(killSignal);
  process.once('exit', removeOrphan);

  const start = async () => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
    running = child;
    let tail = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      tail = (tail + text).slice(-4_000);
    });
    const died = once(child, 'exit').then(([code]) => {
      throw new Error(`${name} ended with ${code} before it was ready:\n${tail}`);
    });
    await Promise.race([untilReady(), died]);
    died.catch(() => {});
  };
  const end = async (signal: NodeJS.Signals) => {
    const child = running;
    running = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  };
  const stop = async () => {
    process.off('exit', removeOrphan);
    await end(killSignal);
    await rm(folder, { recursive: true, force: true });
  };

  try {
    await start();
  } catch (error) {
    await stop();
    throw new NotServing(name, error);
  }
  return {
    kill: () => end(killSignal),
    restart: async () => {
      await end(endSignal);
      await start();
    },
    stop,
  };
}
