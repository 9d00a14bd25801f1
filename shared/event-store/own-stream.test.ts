import assert from 'node:assert/strict';
import { test } from 'node:test';
import { streamName } from '../contracts/ids.ts';
import type { Position, RecordedEvent } from '../contracts/stored-event.ts';
import { ownEvent } from './own-events.ts';
import { OwnStream } from './own-stream.ts';
import type { EventStore } from './port.ts';

const STREAM = streamName('silences');
const NOW = Date.parse('2026-11-30T08:00:00Z');
const eventOf = (name: string) => ownEvent(name, 'silence.created.v1', { name });

/** A stand-in for a store with one stream, whose pages hold two events. */
function standIn(): Pick<EventStore, 'append' | 'readStream'> {
  const stored: RecordedEvent[] = [];
  return {
    readStream: async (_, from = 0) => stored.slice(from, from + 2),
    async append(stream, expected, events, recordedAt) {
      const actual = stored.length === 0 ? 'no-stream' : stored.length - 1;
      if (expected !== 'any' && expected !== actual) return { kind: 'conflict', actual };
      for (const event of events) {
        const position = (stored.length + 1) as Position;
        stored.push({ ...event, stream, recordedAt, position, revision: stored.length });
      }
      return { kind: 'appended', revision: stored.length - 1, position: stored.length as Position };
    },
  };
}

function open(store: Pick<EventStore, 'append' | 'readStream'>) {
  const names: string[] = [];
  return { names, stream: new OwnStream(store, STREAM, ({ metadata }) => names.push(metadata.sourceId)) };
}

test('where another process was faster, what to append is decided again, of all that the stream holds', async () => {
  const store = standIn();
  const [ours, theirs] = [open(store), open(store)];
  const seen: (readonly string[])[] = [];
  const position = await ours.stream.append(
    async () => {
      seen.push([...ours.names]);
      if (seen.length === 1)
        await theirs.stream.append(
          () => ['a', 'b', 'c'].map(eventOf),
          () => NOW,
        );
      return [eventOf('d')];
    },
    () => NOW,
  );
  assert.deepEqual(seen, [[], ['a', 'b', 'c']]);
  assert.equal(position, 4);
  await theirs.stream.read();
  assert.deepEqual(theirs.names, ['a', 'b', 'c', 'd']);
});

test('a reading of this process between the decision and the append makes it no later one', async () => {
  const store = standIn();
  const [ours, theirs] = [open(store), open(store)];
  const seen: number[] = [];
  await ours.stream.append(
    async () => {
      seen.push(ours.names.length);
      if (seen.length === 1) {
        await theirs.stream.append(
          () => [eventOf('a')],
          () => NOW,
        );
        await ours.stream.read();
      }
      return [eventOf('b')];
    },
    () => NOW,
  );
  assert.deepEqual(seen, [0, 1]);
});

test('two readings at a time receive each event once, in order', async () => {
  const store = standIn();
  const [ours, theirs] = [open(store), open(store)];
  const all = ['a', 'b', 'c', 'd', 'e'];
  await theirs.stream.append(
    () => all.map(eventOf),
    () => NOW,
  );
  await Promise.all([ours.stream.read(), ours.stream.read()]);
  assert.deepEqual(ours.names, all);
});

test('nothing to append is no append; races that are always lost are an error', async () => {
  const store = standIn();
  const { stream } = open(store);
  assert.equal(
    await stream.append(
      () => [],
      () => NOW,
    ),
    undefined,
  );
  assert.equal(stream.isEmpty, true);
  const lost = open({ ...store, append: async () => ({ kind: 'conflict', actual: 7 }) });
  await assert.rejects(
    lost.stream.append(
      () => [eventOf('a')],
      () => NOW,
    ),
    /other processes write the stream silences all the time/,
  );
});
