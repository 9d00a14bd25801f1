import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { StandInCommand, StandInMessage } from './main.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

/** The stand-in in a process of its own, with its events in a file. */
export interface StandInProcess {
  readonly connectionString: string;
  readonly process: ChildProcess;
  /** Its journal, which can be read whether or not it runs. */
  readonly file: string;
  /** Whether it runs: a full disk ends it, as it does the server. */
  readonly running: boolean;
  /** Resolves once it is done. */
  command(command: StandInCommand): Promise<void>;
  /** As a power cut does. */
  kill(): Promise<void>;
  /** At the same port, with the same file. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startStandInProcess(file: string): Promise<StandInProcess> {
  let { child, connectionString } = await start(file, '0');
  const port = new URL(connectionString).port;
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  };
  return {
    connectionString,
    get process() {
      return child;
    },
    file,
    get running() {
      return child.exitCode === null && child.signalCode === null;
    },
    async command(command) {
      const done = messageOf(child, 'done');
      child.send(command);
      await done;
    },
    kill,
    async restart() {
      await kill();
      ({ child, connectionString } = await start(file, port));
    },
    stop: kill,
  };
}

async function start(file: string, port: string): Promise<{ child: ChildProcess; connectionString: string }> {
  const child = fork(MAIN, ['--port', port, '--file', file], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const { connectionString } = await messageOf(child, 'listening');
  return { child, connectionString };
}

async function messageOf<Kind extends StandInMessage['kind']>(
  child: ChildProcess,
  kind: Kind,
): Promise<Extract<StandInMessage, { kind: Kind }>> {
  const exited = once(child, 'exit').then(() => {
    throw new Error('the stand-in has ended');
  });
  for (;;) {
    const [message]: StandInMessage[] = await Promise.race([once(child, 'message'), exited]);
    if (message?.kind === kind) return message as Extract<StandInMessage, { kind: Kind }>;
  }
}
