import { Worker } from 'node:worker_threads';
import { Gauge, type Registry } from 'prom-client';
import type { ChainHead } from '../../shared/event-store/chain.ts';
import type { Log } from '../../shared/platform/log.ts';
import type { FromGuard, GuardTask } from './past-guard-worker.ts';

/** Watches over the past: the thread that compares the events and sums with each other, and notes the head of the chain. */
export interface PastGuard {
  /** What the events come to; undefined until it is read first. */
  readonly head: ChainHead | undefined;
  /** What the last complete comparison found, or this one so far; undefined when it found nothing. */
  fault(): string | undefined;
  stop(): Promise<void>;
}

const HEAD_LOG_MS = 3_600_000;

export function startPastGuard(
  task: GuardTask,
  { log, registry }: { readonly log: Log; readonly registry: Registry },
): PastGuard {
  const worker = new Worker(new URL('./past-guard-worker.ts', import.meta.url), { workerData: task });
  let head: ChainHead | undefined;
  let faults: readonly string[] = [];
  let found: readonly string[] = [];
  let headLogged = -Infinity;
  const progress = gauges(registry, () => head);
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  worker.on('error', (error) => {
    found = [`the comparison of the stored data has ended: ${error.message}`];
    log.error({ err: error }, 'scrubber: ended');
  });
  worker.on('message', (message: FromGuard) => {
    switch (message.kind) {
      case 'head': {
        head = message.head;
        const now = performance.now();
        if (now - headLogged < HEAD_LOG_MS) return;
        headLogged = now;
        log.info(head, 'event store: head of the chain');
        return;
      }
      case 'compared':
        progress.position.set(message.position);
        return;
      case 'fault':
        if (found.includes(message.text)) return;
        found = [...found, message.text].slice(0, 10);
        progress.faults.set(Math.max(found.length, faults.length));
        if (!faults.includes(message.text))
          log.error({ fault: message.text }, 'scrubber: the stored data were altered or damaged');
        return;
      case 'complete':
        if (faults.length > 0 && found.length === 0) log.info('scrubber: the stored data agree again');
        [faults, found] = [found, []];
        progress.faults.set(faults.length);
        progress.completed.set(message.at / 1_000);
    }
  });
  return {
    get head() {
      return head;
    },
    fault: () => found[0] ?? faults[0],
    async stop() {
      worker.postMessage('stop');
      await exited;
    },
  };
}

function gauges(registry: Registry, head: () => ChainHead | undefined) {
  const registers = [registry];
  new Gauge({
    name: 'nhip_event_chain_head_info',
    help: 'Always 1. The labels name the store, the position of its last event, and the link of the chain there.',
    labelNames: ['store', 'position', 'link'],
    registers,
    collect() {
      this.reset();
      const now = head();
      if (now) this.set({ ...now, position: String(now.position) }, 1);
    },
  });
  return {
    position: new Gauge({
      name: 'nhip_scrub_position',
      help: 'The position up to which the running comparison of the events with their chain has come.',
      registers,
    }),
    faults: new Gauge({
      name: 'nhip_scrub_faults',
      help: 'Faults that the last comparison of the stored data found, up to 10: events, files and sums.',
      registers,
    }),
    completed: new Gauge({
      name: 'nhip_scrub_last_complete_timestamp_seconds',
      help: 'When the last comparison of all stored data ended; 0 before the first one.',
      registers,
    }),
  };
}
