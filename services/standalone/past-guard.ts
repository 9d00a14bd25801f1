import { Worker } from 'node:worker_threads';
import type { Registry } from 'prom-client';
import type { ChainHead } from '../../shared/event-store/chain.ts';
import { type KeptFindings, ScrubReport } from '../../shared/event-store/scrub-report.ts';
import type { Log } from '../../shared/platform/log.ts';
import type { FromGuard, GuardTask } from './past-guard-worker.ts';

/** Watches over the past: the thread that compares the events and sums with each other, and notes the head of the chain. */
export interface PastGuard {
  /** What the last complete comparison found, or this one so far; undefined when it found nothing. */
  fault(): string | undefined;
  stop(): Promise<void>;
}

export function startPastGuard(
  task: GuardTask,
  { kept, ...parts }: { readonly log: Log; readonly registry: Registry; readonly kept: KeptFindings },
): PastGuard {
  const worker = new Worker(new URL('./past-guard-worker.ts', import.meta.url), { workerData: task });
  let head: ChainHead | undefined;
  let ended: string | undefined;
  const report = new ScrubReport(parts, () => head, kept);
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  worker.on('error', (error) => {
    ended = `the comparison of the stored data has ended: ${error.message}`;
    parts.log.error({ err: error }, 'scrubber: ended');
  });
  worker.on('message', (message: FromGuard) => {
    switch (message.kind) {
      case 'head':
        head = message.head;
        report.logHead(head);
        return;
      case 'compared':
        report.compared(message.position);
        return;
      case 'fault':
        report.fault(message.text);
        return;
      case 'complete':
        report.complete(message.at);
    }
  });
  return {
    fault: () => ended ?? report.first,
    async stop() {
      worker.postMessage('stop');
      await exited;
    },
  };
}
