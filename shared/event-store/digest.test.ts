import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type EventId, feedName, streamName } from '../contracts/ids.ts';
import type { Position, RecordedEvent } from '../contracts/stored-event.ts';
import { digestOf, eventHash } from './digest.ts';
import type { EventStore } from './port.ts';

const FIRST: RecordedEvent = {
  position: 1 as Position,
  stream: streamName('s'),
  revision: 0,
  id: '6f1d2b0c-6e68-53f0-a0f5-c6e2b7d94a11' as EventId,
  type: 't.v1',
  data: '{"x":"Đất"}',
  metadata: { source: 'urn:a', sourceId: '1', feed: feedName('feed'), rank: 1 },
  recordedAt: 1_795_399_200_000,
};
const SECOND: RecordedEvent = {
  ...FIRST,
  position: 2 as Position,
  revision: 1,
  id: '6f1d2b0c-6e68-53f0-a0f5-c6e2b7d94a12' as EventId,
  data: '{}',
  metadata: {
    source: 'urn:a',
    sourceId: '2',
    feed: feedName('feed'),
    rank: 2,
    origin: 'file:3',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  },
  recordedAt: 1_795_399_200_001,
};
/** Made with Python's hashlib and json. */
const OF_FIRST = 'fd1dc1c4aa8190af2c04ed8ca735db55cf46cc66a021bf4f7e206db6cdd2b52d';
const OF_BOTH = '0b25bb0b3780ed89ff00eb31dcdc5df112b36a3b8826141054197d15b2d742a5';

const holding = (events: readonly RecordedEvent[]): Pick<EventStore, 'readAll'> => ({
  readAll: async (after, limit) => {
    const page = events.filter(({ position }) => position > after).slice(0, limit);
    return { events: page, position: page.at(-1)?.position ?? after, head: events.at(-1)?.position ?? after };
  },
});
const END = Number.MAX_SAFE_INTEGER as Position;

describe('The digest of a store', () => {
  it('is the sum of the hashes of its events, modulo 2^256', async () => {
    assert.deepEqual(await digestOf(holding([]), END), { events: 0, streams: 0, sum: '0'.repeat(64) });
    assert.deepEqual(await digestOf(holding([FIRST]), END), { events: 1, streams: 1, sum: OF_FIRST });
    assert.deepEqual(await digestOf(holding([FIRST, SECOND]), END), { events: 2, streams: 1, sum: OF_BOTH });
  });

  it('ends at the position that it is asked for', async () => {
    assert.equal((await digestOf(holding([FIRST, SECOND]), FIRST.position)).sum, OF_FIRST);
  });

  it('does not depend on the order of the events', () =>
    fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7], { minLength: 8 }), async (order) => {
        const events = order.map((number, index) => ({
          ...FIRST,
          position: (index + 1) as Position,
          data: String(number),
        }));
        const sorted = events.toSorted((a, b) => Number(a.data) - Number(b.data));
        const placed = sorted.map((event, index) => ({ ...event, position: (index + 1) as Position }));
        assert.deepEqual(await digestOf(holding(events), END), await digestOf(holding(placed), END));
      }),
    ));

  it('takes in every part of an event but its position', () => {
    const { metadata } = SECOND;
    const changed: Partial<RecordedEvent>[] = [
      { stream: streamName('other') },
      { revision: 2 },
      { id: FIRST.id },
      { type: 't.v2' },
      { data: '{ }' },
      { recordedAt: 1 },
      { metadata: { ...metadata, source: 'urn:b' } },
      { metadata: { ...metadata, sourceId: '3' } },
      { metadata: { ...metadata, feed: feedName('another') } },
      { metadata: { ...metadata, rank: 1 } },
      { metadata: { ...metadata, origin: 'http' } },
      { metadata: { ...metadata, traceparent: '00-1' } },
      { metadata: { source: 'urn:a', sourceId: '2', feed: feedName('feed'), rank: 2, origin: 'file:3' } },
    ];
    const hashes = changed.map((parts) => eventHash({ ...SECOND, ...parts }));
    assert.equal(new Set([eventHash(SECOND), ...hashes]).size, changed.length + 1);
    assert.equal(eventHash({ ...SECOND, position: 9 } as RecordedEvent), eventHash(SECOND));
  });
});
