import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { StreamName } from '../../contracts/ids.ts';
import type { RecordedEvent } from '../../contracts/stored-event.ts';
import { eventsOfStream } from '../events-of-stream.ts';
import type { EventStore, Page } from '../port.ts';
import {
  collect,
  collectPages,
  eventsOf,
  freshStream,
  idsOf,
  newEvent,
  placesOf,
  RECORDED_AT,
  type WithStore,
  writeAtRandom,
} from './contract-support.ts';

/** The part of the contract suite about what has been stored. */
export function describeReading(withStore: WithStore): void {
  it(
    'gives back exactly what was recorded',
    withStore(async (store) => {
      const bare = newEvent();
      const traced = newEvent(freshStream(), {
        data: JSON.stringify({ reason: 'Bổ sung giấy tờ “𠊛” \u0000\u001f\n\\', deep: { none: null } }),
        metadata: {
          origin: 'dossiers/0@17',
          traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        },
      });
      const { outcomes } = await store.record([bare, traced], RECORDED_AT);
      for (const [index, event] of [bare, traced].entries()) {
        // Each is alone in its stream, so nothing else was written together with it.
        const wanted = {
          ...event,
          revision: 0,
          position: placesOf(outcomes)[index],
          recordedAt: RECORDED_AT,
        };
        assert.deepEqual(await store.readStream(event.stream), [wanted]);
      }
    }),
  );

  it(
    'gives back an event of a million bytes',
    withStore(async (store) => {
      // EventStoreDB takes an append of 1 MiB unless it is set to take more, and metadata count.
      const event = newEvent(freshStream(), { data: JSON.stringify({ text: 'ệ'.repeat(1_000_000 / 3) }) });
      await store.record([event], RECORDED_AT);
      assert.equal((await store.readStream(event.stream))[0]?.data, event.data);
    }),
  );

  it(
    'knows when the event at the head was recorded',
    withStore(async (store) => {
      for (const recordedAt of [RECORDED_AT + 5_000, RECORDED_AT]) {
        await store.record([newEvent(), newEvent()], recordedAt);
        assert.equal(await store.lastRecordedAt(), recordedAt);
      }
    }),
  );

  it(
    'gives a stream from any revision, at most so many',
    withStore(async (store) => {
      const stream = freshStream();
      const events = eventsOf(stream, 7);
      await store.record(events, RECORDED_AT);
      for (let from = 0; from <= 8; from++) {
        assert.deepEqual(idsOf(await store.readStream(stream, from)), idsOf(events.slice(from)));
        for (const limit of [1, 3, 7]) {
          const wanted = idsOf(events.slice(from, from + limit));
          assert.deepEqual(idsOf(await store.readStream(stream, from, limit)), wanted);
        }
      }
    }),
  );

  it(
    'gives a stream in pages that end with the event that reaches their bytes',
    withStore(async (store) => {
      const MiB = 1_024 * 1_024;
      const stream = freshStream();
      const events = eventsOf(stream, 12).map((event) => ({
        ...event,
        data: JSON.stringify({ text: 'x'.repeat(0.95 * MiB) }),
      }));
      await store.record(events, RECORDED_AT);
      const pages: number[] = [];
      for (let from = 0; ; ) {
        const page = await store.readStream(stream, from);
        if (page.length === 0) break;
        pages.push(page.length);
        assert.deepEqual(idsOf(page), idsOf(events.slice(from, from + page.length)));
        from += page.length;
      }
      assert.deepEqual(pages, [9, 3], '8 MiB and more begin another page');
      assert.deepEqual(
        idsOf(await Array.fromAsync(eventsOfStream(store, stream, 2))),
        idsOf(events.slice(2)),
      );
    }),
  );

  it(
    'gives nothing of a stream that it does not know',
    withStore(async (store) => {
      assert.deepEqual(await store.readStream(freshStream()), []);
    }),
  );

  it(
    'pages through all events, each once and in one order, whatever the size of a page',
    withStore(async (store) => {
      const start = await store.head();
      const streams = [eventsOf(freshStream(), 5), eventsOf(freshStream(), 6)];
      await store.record(streams.flat(), RECORDED_AT);
      const orders = new Set<string>();
      for (const limit of [1, 2, 10, 11, 12]) {
        const read: RecordedEvent[] = [];
        let position = start;
        for (;;) {
          const page = await store.readAll(position, limit);
          assert.ok(page.events.length <= limit);
          assert.equal(page.head, await store.head());
          assert.equal(page.position, page.events.at(-1)?.position ?? position);
          if (page.events.length === 0) break;
          read.push(...page.events);
          position = page.position;
        }
        // The store chooses how the streams of one record come between each other, not the order within one.
        for (const events of streams) {
          const ofStream = read.filter(({ stream }) => stream === events[0]?.stream);
          assert.deepEqual(idsOf(ofStream), idsOf(events));
        }
        assert.equal(read.length, streams.flat().length);
        orders.add(idsOf(read).join());
      }
      assert.equal(orders.size, 1);
    }),
  );

  it(
    'ends a page with the event that reaches its bytes: never with none while there are more',
    withStore(async (store) => {
      const start = await store.head();
      const { large, small, all } = await recordLarge(store);
      for (const [bytes, wanted] of [
        [1, [1, 1, 1, 1, 1, 1]],
        [350_000, [2, 2, 2]],
        [900_000, [3, 3]],
        [undefined, [6]],
      ] as const) {
        const pages: Page[] = [];
        for (let position = start; ; ) {
          const page = await store.readAll(position, 1_000, bytes);
          if (page.events.length === 0) break;
          pages.push(page);
          position = page.position;
        }
        assert.deepEqual(lengthsOf(pages), wanted, `${large.length} large and ${small.length} small events`);
        assert.deepEqual(idsOf(pages.flatMap(({ events }) => events)), idsOf(all));
      }
    }),
  );
}

/** Four events of 300,000 bytes in one stream, and two small ones. */
async function recordLarge(store: EventStore) {
  const stream = freshStream();
  const large = Array.from({ length: 4 }, () =>
    // Three bytes a character: what counts is bytes.
    newEvent(stream, { data: JSON.stringify({ text: 'ệ'.repeat(100_000) }) }),
  );
  for (const event of large) await store.record([event], RECORDED_AT);
  const small = eventsOf(stream, 2);
  await store.record(small, RECORDED_AT);
  return { large, small, all: [...large, ...small] };
}

const lengthsOf = (pages: readonly Page[]) => pages.map(({ events }) => events.length);

export function describeSubscribe(withStore: WithStore): void {
  it(
    'ends a page with the event that reaches its bytes, also when only some types are asked for',
    withStore(async (store) => {
      for (const types of [undefined, ['test.happened.v1']]) {
        const start = await store.head();
        const { all } = await recordLarge(store);
        let read = 0;
        const pages = await collectPages(
          store,
          { after: start, pageBytes: 350_000, ...(types && { types }) },
          ({ events }) => {
            read += events.length;
            return read >= all.length;
          },
        );
        const filled = pages.filter(({ events }) => events.length > 0);
        assert.deepEqual(lengthsOf(filled), [2, 2, 2]);
        assert.deepEqual(idsOf(filled.flatMap(({ events }) => events)), idsOf(all));
      }
    }),
  );

  it(
    'gives what is there and then what comes, with no gap and no repeat',
    withStore(async (store) => {
      const start = await store.head();
      const stream = freshStream();
      const [early, late] = [eventsOf(stream, 25), eventsOf(stream, 25)];
      await store.record(early, RECORDED_AT);
      const read = collect(store, { after: start, pageSize: 10 }, ({ length }) => length >= 50);
      for (const event of late) {
        await store.record([event], RECORDED_AT);
        await nextTurn();
      }
      assert.deepEqual(idsOf(await read), idsOf([...early, ...late]));
    }),
  );

  it(
    'starts after the position it is given',
    withStore(async (store) => {
      const stream = freshStream();
      const events = eventsOf(stream, 4);
      await store.record(events, RECORDED_AT);
      const second = (await store.readStream(stream, 1, 1))[0]?.position;
      assert.ok(second);
      const read = await collect(store, { after: second }, ({ length }) => length >= 2);
      assert.deepEqual(idsOf(read), idsOf(events.slice(2)));
    }),
  );

  it(
    'gives each event of many writers exactly once, and every stream in its order',
    withStore(async (store) => {
      const start = await store.head();
      const writers = Array.from({ length: 8 }, (_, index) => writeAtRandom(store, index, 40));
      const total = 8 * 40;
      const readers = [1, 3, 7].map((pageSize) =>
        collect(store, { after: start, pageSize }, ({ length }) => length >= total),
      );
      const written = (await Promise.all(writers)).flat();
      for (const read of await Promise.all(readers)) {
        assert.deepEqual(idsOf(read).sort(), idsOf(written).sort());
        const next = new Map<StreamName, number>();
        for (const { stream, revision } of read) {
          assert.equal(revision, next.get(stream) ?? 0, `${stream} in order`);
          next.set(stream, revision + 1);
        }
      }
    }),
  );

  it(
    'gives only the types asked for, and moves on over the others',
    withStore(async (store) => {
      const start = await store.head();
      const rare = `test.rare-${randomUUID()}.v1`;
      const events = Array.from({ length: 30 }, (_, index) =>
        newEvent(freshStream(), index % 10 === 4 ? { type: rare } : {}),
      );
      await store.record(events, RECORDED_AT);
      // Only what a later record stores is certain to stand behind all of them.
      const { position: end } = await store.record([newEvent()], RECORDED_AT);
      const pages = await collectPages(
        store,
        { after: start, types: [rare, 'test.never.v1'], pageSize: 2 },
        (page) => page.position >= end,
      );
      const read = pages.flatMap((page) => page.events);
      assert.deepEqual(idsOf(read).sort(), idsOf(events.filter(({ type }) => type === rare)).sort());
      assert.ok(pages.every((page) => page.events.length <= 2));
      assert.ok((read.at(-1)?.position ?? end) < end, 'the last position is that of an event filtered out');
    }),
  );

  it(
    'ends when its signal aborts: idle, in the middle, or before it began',
    withStore(async (store) => {
      const head = await store.head();
      const idle = new AbortController();
      const waiting = collect(store, { after: head, signal: idle.signal }, () => false);
      await nextTurn();
      idle.abort();
      assert.deepEqual(await waiting, []);

      await store.record(eventsOf(freshStream(), 5), RECORDED_AT);
      const middle = new AbortController();
      const some: RecordedEvent[] = [];
      for await (const page of store.subscribe({ after: head, pageSize: 2, signal: middle.signal })) {
        some.push(...page.events);
        middle.abort();
      }
      assert.equal(some.length, 2);

      assert.deepEqual(await collect(store, { after: head, signal: AbortSignal.abort() }, () => false), []);
    }),
  );
}
