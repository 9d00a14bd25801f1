import { wait } from './wait.ts';

/** How long a start waits for the end of a task: where all is up to date it takes far less. */
const START_MS = 1_000;

/** Begins a task of a start, and mostly ends it: only a store or a ledger that is not ready yet is not waited for. */
export async function startTask(
  task: (signal: AbortSignal) => Promise<void>,
): Promise<{ stop(): Promise<void> }> {
  const stopping = new AbortController();
  const running = task(stopping.signal);
  await Promise.race([running, wait(START_MS, stopping.signal, { ref: false })]);
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
