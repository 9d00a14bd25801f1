import assert from 'node:assert/strict';
import { test } from 'node:test';
import { feedName, type StreamName } from '../contracts/ids.ts';
import type { Position, RecordedEvent } from '../contracts/stored-event.ts';
import { FeedBook } from './feed-book.ts';
import { retired } from './file-statements.ts';

const NOW = Date.parse('2026-11-30T08:00:00Z');
const statementOf = (name: string, source: string) => ({
  data: { ...retired(feedName(name)), sources: [source] },
});

test('every statement is read, though a page of the store ends early by its bytes', async () => {
  const stored: RecordedEvent[] = [];
  const store = {
    readStream: async (_: StreamName, from = 0) => stored.slice(from, from + 1),
    append: async (stream: StreamName, _: unknown, events: readonly object[]) => {
      for (const event of events)
        stored.push({ ...event, stream, revision: stored.length } as unknown as RecordedEvent);
      return { kind: 'appended', revision: stored.length - 1, position: stored.length as Position } as const;
    },
  };
  const first = new FeedBook(store, () => NOW);
  for (const [name, source] of [
    ['one-stop', '/a'],
    ['axis', '/b'],
    ['one-stop', '/c'],
  ] as const)
    await first.state(() => [statementOf(name, source)]);
  const another = new FeedBook(store, () => NOW);
  assert.equal(await another.state(() => []), undefined);
  assert.deepEqual(
    [...another.last.values()].map(({ name, sources }) => [name, ...sources]),
    [
      ['one-stop', '/c'],
      ['axis', '/b'],
    ],
  );
});

test('statements that one append cannot hold are refused together, with the way out', async () => {
  const store = {
    readStream: async () => [],
    append: async () => assert.fail('nothing is appended'),
  };
  const statements = Array.from({ length: 4_000 }, (_, index) =>
    statementOf(`feed-${index}`, `/source/${index}`),
  );
  await assert.rejects(
    new FeedBook(store, () => NOW).state(() => statements),
    /^StoreError: 4000 statements about feeds have \d+ bytes, and up to 983040 are recorded at once: join sources in fewer feeds$/,
  );
});
