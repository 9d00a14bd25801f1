import { Histogram, type Registry } from 'prom-client';
import { inSpan } from '../platform/tracing.ts';
import type { EventStore } from './port.ts';
import { withWrites } from './with-writes.ts';

/** The store, timing what is appended to it, and telling of feeds' events in the span `store.record`. */
export function watchedStore(store: EventStore, registry: Registry): EventStore {
  const seconds = new Histogram({
    name: 'nhip_store_append_duration_seconds',
    help: 'Time until events were durable in the store, or until that failed.',
    labelNames: ['outcome'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
    registers: [registry],
  });
  async function timed<Result>(work: Promise<Result>): Promise<Result> {
    const end = seconds.startTimer();
    try {
      const result = await work;
      end({ outcome: 'done' });
      return result;
    } catch (error) {
      end({ outcome: 'failed' });
      throw error;
    }
  }
  return withWrites(store, {
    record: (events, recordedAt) =>
      inSpan('store.record', { attributes: { 'nhip.events': events.length } }, () =>
        timed(store.record(events, recordedAt)),
      ),
    append: (stream, expected, events, recordedAt) =>
      timed(store.append(stream, expected, events, recordedAt)),
  });
}
