import { openEventReader } from '../../shared/event-store/sqlite/store.ts';
import { openStoredChain } from '../../shared/event-store/sqlite/stored-chain.ts';
import { ChainWalk, type Step } from '../../shared/event-store/verify-chain.ts';
import { wait } from '../../shared/platform/wait.ts';

/** Compares the events of a file with their chain, a page at a time, until the end or the signal. @throws StoreError */
export async function compareChain(
  path: string,
  pageMs: number,
  signal: AbortSignal,
  onStep: (step: Step) => void,
): Promise<void> {
  const events = openEventReader(path);
  try {
    const chain = openStoredChain(path);
    try {
      const walk = new ChainWalk({ events, chain, kept: 'by-writer' });
      for (let isEnd = false; !isEnd && !signal.aborted; ) {
        const step = await walk.step();
        onStep(step);
        isEnd = step.isEnd;
        await wait(pageMs, signal);
      }
    } finally {
      await chain.close();
    }
  } finally {
    await events.close();
  }
}
