import type { EventStore } from './port.ts';

/** The store, each write of which goes through `around`. */
export const aroundWrites = (
  store: EventStore,
  around: <Result>(write: () => Promise<Result>) => Promise<Result>,
): EventStore =>
  withWrites(store, {
    record: (...asked) => around(() => store.record(...asked)),
    append: (...asked) => around(() => store.append(...asked)),
  });

/** The store, writing in another way. */
export const withWrites = (
  store: EventStore,
  { record, append }: Pick<EventStore, 'record' | 'append'>,
): EventStore => ({
  record,
  append,
  readStream: (stream, from, limit) => store.readStream(stream, from, limit),
  readAll: (after, limit, bytes) => store.readAll(after, limit, bytes),
  head: () => store.head(),
  lastRecordedAt: () => store.lastRecordedAt(),
  subscribe: (options) => store.subscribe(options),
  close: () => store.close(),
});
