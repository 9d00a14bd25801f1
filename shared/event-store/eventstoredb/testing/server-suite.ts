import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import type { EventData } from '@eventstore/db-client';
import { binaryEvent, jsonEvent } from '@eventstore/db-client';
import type { RecordedEvent } from '../../../contracts/stored-event.ts';
import {
  AWKWARD_TEXTS,
  collect,
  collectPages,
  eventsOf,
  freshStream,
  idsOf,
  newEvent,
  RECORDED_AT,
} from '../../testing/contract-support.ts';
import type { RemoteEventStore } from '../store.ts';

export interface ServerOptions {
  readonly open: () => Promise<RemoteEventStore>;
  /** Writes as another application does. */
  readonly intrude: (stream: string, events: EventData[]) => Promise<unknown>;
}

const foreign = () => [
  jsonEvent({ type: 'order-placed', data: { total: 1 }, metadata: { tenant: 'other' } }),
  binaryEvent({ type: 'blob', data: Buffer.from([0xff, 0x00]) }),
];

/**
 * What holds of the adapter on every server that speaks the protocol, beyond the contract: the stand-in and the real ones. The
 * server may hold anything before, and others may write to it meanwhile.
 */
export function describeServer(name: string, { open, intrude }: ServerOptions): void {
  describe(name, { timeout: 120_000 }, () => {
    let one: RemoteEventStore;
    let other: RemoteEventStore;
    before(async () => {
      [one, other] = await Promise.all([open(), open()]);
    });
    after(() => Promise.all([one.close(), other.close()]));

    it('passes over what others have written, in the log and in its own streams', async () => {
      const start = await one.head();
      const stream = freshStream();
      const events = eventsOf(stream, 4);
      await intrude(`order-${randomUUID()}`, foreign());
      await one.record(events.slice(0, 2), RECORDED_AT);
      await intrude(stream, foreign());
      await one.record(events.slice(2), RECORDED_AT);
      await intrude(`order-${randomUUID()}`, foreign());

      const stored = await one.readStream(stream);
      assert.deepEqual(idsOf(stored), idsOf(events));
      assert.deepEqual(
        stored.map(({ revision }) => revision),
        [0, 1, 4, 5],
      );
      const page = await one.readAll(start, 1_000);
      assert.deepEqual(idsOf(of(page.events, stream)), idsOf(events));
      assert.equal(page.position, page.head, 'it is at the head, though the last events are not for it');
      const pages = await collectPages(one, { after: start }, ({ position }) => position >= page.head);
      const read = pages.flatMap((part) => part.events);
      assert.deepEqual(idsOf(of(read, stream)), idsOf(events));
    });

    it('takes an id for known that others have used in its stream', async () => {
      const event = newEvent();
      const [first] = foreign();
      assert.ok(first);
      await intrude(event.stream, [{ ...first, id: event.id }]);
      const { outcomes } = await one.record([event], RECORDED_AT);
      assert.equal(outcomes[0]?.kind, 'id-reused');
    });

    it('matches types whole and to the letter', async () => {
      const start = await one.head();
      const run = randomUUID();
      const types = ['a.b+(c)', 'a.b', 'axb', 'a.b.c', '^a.b$', 'a b#c', 'a\\b'].map(
        (type) => `${run}${type}`,
      );
      const events = types.map((type) => newEvent(freshStream(), { type }));
      await one.record(events, RECORDED_AT);
      const wanted = [`${run}a.b+(c)`, `${run}a.b`, `${run}a b#c`, `${run}a\\b`];
      const read = await collect(
        one,
        { after: start, types: wanted },
        ({ length }) => length >= wanted.length,
      );
      assert.deepEqual(read.map(({ type }) => type).sort(), wanted.sort());
    });

    it('gives back every text as it was, JSON or not', async () => {
      const events = AWKWARD_TEXTS.map((data) => newEvent(freshStream(), { data }));
      await one.record(events, RECORDED_AT);
      const stored = await Promise.all(events.map(({ stream }) => one.readStream(stream)));
      assert.deepEqual(
        stored.map(([event]) => event?.data),
        AWKWARD_TEXTS,
      );
    });

    it('stores more in one call than the server takes in one append', async () => {
      const stream = freshStream();
      const data = JSON.stringify({ text: 'x'.repeat(300_000) });
      const events = Array.from({ length: 12 }, () => newEvent(stream, { data }));
      await one.record(events, RECORDED_AT);
      assert.deepEqual(idsOf(await other.readStream(stream)), idsOf(events));
    });

    it('reads a stream that takes several pages', async () => {
      const stream = freshStream();
      const events = eventsOf(stream, 2_500);
      await one.record(events, RECORDED_AT);
      assert.deepEqual(idsOf(await other.readStream(stream)), idsOf(events));
      const again = await other.record([...events.slice(0, 2), ...events.slice(-2)], RECORDED_AT);
      assert.deepEqual(
        again.outcomes.map(({ kind }) => kind),
        Array(4).fill('duplicate'),
      );
    });

    it('shares a stream with another writer, each event exactly once', async () => {
      const stream = freshStream();
      const events = eventsOf(stream, 60);
      await Promise.all(
        [one, other].flatMap((store) =>
          Array.from({ length: 6 }, (_, index) =>
            store.record(events.slice(index * 10, index * 10 + 10), RECORDED_AT),
          ),
        ),
      );
      assert.deepEqual(idsOf(await one.readStream(stream)).sort(), idsOf(events).sort());
    });

    it('tells of a conflict with what another writer has done since', async () => {
      const stream = freshStream();
      const append = (store: RemoteEventStore, expected: number | 'no-stream' | 'any', count: number) =>
        store.append(stream, expected, eventsOf(stream, count), RECORDED_AT);
      await append(one, 'no-stream', 1);
      await append(other, 0, 3);
      assert.deepEqual(await append(one, 0, 1), { kind: 'conflict', actual: 3 });
      await append(other, 3, 1);
      assert.equal((await append(one, 4, 1)).kind, 'appended');
      assert.equal((await append(other, 'any', 1)).kind, 'appended');
    });

    it('finds what is rare among much, with no gap', async () => {
      const start = await one.head();
      const rare = `test.rare-${randomUUID()}.v1`;
      const events = Array.from({ length: 40 }, freshStream).flatMap((stream) =>
        Array.from({ length: 100 }, (_, index) => newEvent(stream, index === 50 ? { type: rare } : {})),
      );
      const { position } = await one.record(events, RECORDED_AT);
      const pages = await collectPages(
        other,
        { after: start, types: [rare] },
        (page) => page.position >= position,
      );
      const read = pages.flatMap((page) => page.events);
      assert.deepEqual(idsOf(read).sort(), idsOf(events.filter(({ type }) => type === rare)).sort());
    });
  });
}

const of = (events: readonly RecordedEvent[], name: string) => events.filter(({ stream }) => stream === name);
