import { Gauge, type Registry } from 'prom-client';
import { Backoff } from '../kernel/backoff.ts';
import { errorText } from '../kernel/error-text.ts';
import type { Log } from '../platform/log.ts';
import { wait } from '../platform/wait.ts';
import type { Lease } from '../sql/postgres/lease.ts';

/** Decides which of several processes works. */
export type Leadership = Pick<Lease, 'leads' | 'untilLeading' | 'term'>;

export interface LeaderOptions {
  readonly role: string;
  readonly leadership: Leadership;
  /** Works until the signal aborts. Called again after a failure, and each time this process becomes the leader. */
  readonly work: (signal: AbortSignal) => Promise<void>;
  readonly log: Log;
  readonly registry: Registry;
}

export interface Leader {
  /** Undefined while it works. */
  problem(): string | undefined;
  /** Undefined while it works, and while another process leads. */
  failure(): string | undefined;
  /** Ends the work; the lease is its owner's to give back, afterwards. */
  stop(): Promise<void>;
}

const DELAYS = { firstMs: 100, longestMs: 5_000 };
/** Work of this length was no failed start: the next wait is short again. */
const WELL_AFTER_MS = 10_000;

/**
 * Works while this process leads. A failure (an unreachable store or database, another leader) is logged, and the work starts
 * again from the stored state.
 */
export function workWhileLeading({ role, leadership, work, log, registry }: LeaderOptions): Leader {
  new Gauge({
    name: 'nhip_leader',
    help: 'Whether this process leads in a role: 1, or 0 while another one does.',
    labelNames: ['role'],
    registers: [registry],
    collect() {
      this.set({ role }, leadership.leads() ? 1 : 0);
    },
  });
  const stopping = new AbortController();
  let failure: string | undefined;

  async function run(): Promise<void> {
    const backoff = new Backoff(DELAYS);
    while (!stopping.signal.aborted) {
      await leadership.untilLeading(stopping.signal);
      if (stopping.signal.aborted) return;
      const began = performance.now();
      try {
        failure = undefined;
        await work(AbortSignal.any([stopping.signal, leadership.term()]));
      } catch (error) {
        failure = errorText(error);
        if (performance.now() - began > WELL_AFTER_MS) backoff.reset();
        const waitMs = backoff.next();
        log.error(
          { err: error, role, waitMs },
          'leader: work failed, continuing from the stored state after the wait',
        );
        await wait(waitMs, stopping.signal);
      }
    }
  }

  const running = run();
  return {
    problem: () => (leadership.leads() ? failure : 'another process leads'),
    // Losing the lease often ends in an error; a standby process is healthy.
    failure: () => (leadership.leads() ? failure : undefined),
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
