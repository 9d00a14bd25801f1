import type { Position } from '../contracts/stored-event.ts';
import type { Log } from '../platform/log.ts';

export type ChainingProgress = (position: Position, head: Position) => void;

const EVERY_MS = 5_000;

/** Logs how far a store from before the chain is chained: the start of one with millions of events is not silent. */
export function chainingLog(log: Log): ChainingProgress {
  const from = performance.now();
  let logged = -Infinity;
  return (position, head) => {
    const now = performance.now();
    if (position < head && now - logged < EVERY_MS) return;
    log.info(
      { position, head, ms: Math.round(now - from) },
      'event store: chaining the events from before the chain',
    );
    logged = now;
  };
}
