import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type EventId, type StreamName, streamName } from '../../contracts/ids.ts';
import type { Position } from '../../contracts/stored-event.ts';
import { type KnownEvent, KnownStreams } from './known-streams.ts';

const name = (number: number): StreamName => streamName(`stream-${number}`);
const eventsOf = (count: number): (readonly [EventId, KnownEvent])[] =>
  Array.from({ length: count }, (_, revision) => [
    `${revision}` as EventId,
    { digest: '', revision, position: 1 as Position },
  ]);
const known = (count: number) => ({ begins: 0, head: count - 1, events: new Map(eventsOf(count)) });
const held = (streams: KnownStreams) =>
  Array.from({ length: 10 }, (_, number) => number).filter((number) => streams.get(name(number)));

describe('The streams that are remembered', () => {
  // A stream of four events counts five.
  it('are those used last, as far as the room goes', () => {
    const streams = new KnownStreams(20);
    for (let number = 0; number < 4; number++) streams.keep(name(number), known(4));
    streams.get(name(0));
    streams.keep(name(4), known(4));
    assert.deepEqual(held(streams), [0, 2, 3, 4]);
  });

  it('make room when one of them grows, and for one that is too great alone', () => {
    const streams = new KnownStreams(20);
    for (let number = 0; number < 3; number++) streams.keep(name(number), known(4));
    const last = streams.get(name(2));
    assert.ok(last);
    streams.advance(last, 10, eventsOf(11), name(2));
    assert.deepEqual(held(streams), [1, 2]);
    streams.keep(name(3), known(50));
    assert.deepEqual(held(streams), [3]);
  });

  it('give their room back', () => {
    const streams = new KnownStreams(20);
    for (let number = 0; number < 4; number++) streams.keep(name(number), known(4));
    streams.drop(name(1));
    streams.keep(name(2), known(4));
    streams.keep(name(5), known(4));
    assert.deepEqual(held(streams), [0, 2, 3, 5]);
  });
});
