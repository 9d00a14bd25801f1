import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningProcess, startProcess } from './process.ts';

export interface RunningServer extends RunningProcess {
  readonly dataDir: string;
}

export const emptyDir = (): string => mkdtempSync(join(tmpdir(), 'nhip-test-'));

/** Starts the embedded server as its own process, and waits until it is ready. */
export async function startServer(env: NodeJS.ProcessEnv = {}, doomed?: AbortSignal): Promise<RunningServer> {
  const dataDir = env.DATA_DIR ?? emptyDir();
  const running = await startProcess('services/standalone/main.ts', { DATA_DIR: dataDir, ...env }, doomed);
  return { ...running, dataDir };
}
