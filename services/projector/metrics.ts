import { Counter, Histogram, type Registry } from 'prom-client';
import type { PostedPage } from './projection.ts';

/** Shows what the projector posts. @returns what to call after each page that was posted */
export function showPostings(registry: Registry): (page: PostedPage) => void {
  const registers = [registry];
  const seconds = new Histogram({
    name: 'nhip_ledger_post_duration_seconds',
    help: 'Time to fold a page of events and to commit what it moves.',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
    registers,
  });
  const events = new Counter({
    name: 'nhip_ledger_posted_events_total',
    help: 'Events that the ledger has folded since the process began.',
    registers,
  });
  return (page) => {
    seconds.observe(page.seconds);
    events.inc(page.events);
  };
}
