import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import type { StreamName } from '../contracts/ids.ts';
import { agreesWithModel } from './contract-model.ts';
import {
  collect,
  collectPages,
  eventsOf,
  freshStream,
  idsOf,
  newEvent,
  RECORDED_AT,
  writeAtRandom,
} from './contract-support.ts';
import {
  type AppendOutcome,
  type EventStore,
  type ExpectedRevision,
  type Position,
  type RecordedEvent,
  START,
  StoreError,
} from './port.ts';

export interface ContractOptions {
  readonly open: () => Promise<EventStore>;
  /**
   * Where an id is known again. `per-stream`: an adapter whose server knows no index over ids finds an id only in the stream
   * that is written to; the projector's own key makes the effect exactly once.
   */
  readonly ids: 'everywhere' | 'per-stream';
}

/** What every adapter of the event store keeps to. One store serves all tests: each has streams and ids of its own. */
export function describeEventStore(name: string, { open, ids }: ContractOptions): void {
  describe(`${name} keeps the contract of the event store`, { timeout: 120_000 }, () => {
    let store: EventStore;
    before(async () => {
      store = await open();
    });
    after(() => store.close());
    const withStore: WithStore = (test) => () => test(store);

    describe('record', () => describeRecord(withStore));
    describe('append', () => describeAppend(withStore, ids));
    describe('reading', () => describeReading(withStore));
    describe('subscribe', () => describeSubscribe(withStore));
    describe('close', () => describeClose(open));
  });
}

type WithStore = (test: (store: EventStore) => Promise<void>) => () => Promise<void>;

function describeRecord(withStore: WithStore): void {
  it(
    'appends new events of several streams at their heads, in the order given',
    withStore(async (store) => {
      const [a, b] = [freshStream(), freshStream()];
      const first = [newEvent(a), newEvent(b), newEvent(a)];
      const second = [newEvent(b), newEvent(a)];
      const one = await store.record(first, RECORDED_AT);
      const two = await store.record(second, RECORDED_AT + 1);
      assert.deepEqual(
        [...one.outcomes, ...two.outcomes].map(({ kind }) => kind),
        Array(5).fill('recorded'),
      );
      assert.deepEqual(idsOf(await store.readStream(a)), idsOf([first[0], first[2], second[1]]));
      assert.deepEqual(idsOf(await store.readStream(b)), idsOf([first[1], second[0]]));
      const positions = [...one.outcomes, ...two.outcomes].map(({ position }) => position);
      assert.deepEqual(positions, [...new Set(positions)].sort(ascending), 'positions grow');
      assert.equal(two.position, positions.at(-1));
    }),
  );

  it(
    'numbers the events of a stream 0, 1, 2, … without gaps',
    withStore(async (store) => {
      const stream = freshStream();
      await store.record([newEvent(stream), newEvent(freshStream()), newEvent(stream)], RECORDED_AT);
      await store.append(stream, 'any', [newEvent(stream), newEvent(stream)], RECORDED_AT);
      assert.deepEqual(
        (await store.readStream(stream)).map(({ revision }) => revision),
        [0, 1, 2, 3],
      );
    }),
  );

  it(
    'knows an event again, says where it is and stores nothing',
    withStore(async (store) => {
      const event = newEvent();
      const first = await store.record([event], RECORDED_AT);
      const head = await store.head();
      const again = await store.record([event], RECORDED_AT + 60_000);
      assert.deepEqual(again, {
        outcomes: [{ kind: 'duplicate', position: first.position }],
        position: first.position,
      });
      assert.equal(await store.head(), head);
      assert.equal((await store.readStream(event.stream))[0]?.recordedAt, RECORDED_AT);
    }),
  );

  it(
    'knows an event again whatever its metadata say of the way it came',
    withStore(async (store) => {
      const event = newEvent();
      await store.record([event], RECORDED_AT);
      const resent = { ...event, metadata: { ...event.metadata, origin: 'dossiers/3@99' } };
      const { outcomes } = await store.record([resent], RECORDED_AT);
      assert.equal(outcomes[0]?.kind, 'duplicate');
    }),
  );

  it(
    'knows an event again within one batch',
    withStore(async (store) => {
      const event = newEvent();
      const { outcomes, position } = await store.record([event, event], RECORDED_AT);
      assert.deepEqual(outcomes, [
        { kind: 'recorded', position },
        { kind: 'duplicate', position },
      ]);
      assert.equal((await store.readStream(event.stream)).length, 1);
    }),
  );

  it(
    'refuses an id that comes with other data or another type, and takes the rest of the batch',
    withStore(async (store) => {
      const known = newEvent();
      const { position } = await store.record([known], RECORDED_AT);
      const fresh = newEvent(known.stream);
      const { outcomes } = await store.record(
        [{ ...known, data: '{"other":true}' }, { ...known, type: 'test.other.v1' }, fresh],
        RECORDED_AT,
      );
      assert.deepEqual(outcomes.slice(0, 2), Array(2).fill({ kind: 'id-reused', position }));
      assert.equal(outcomes[2]?.kind, 'recorded');
      assert.deepEqual(idsOf(await store.readStream(known.stream)), idsOf([known, fresh]));
    }),
  );

  it(
    'has nothing to say of no events',
    withStore(async (store) => {
      assert.deepEqual(await store.record([], RECORDED_AT), { outcomes: [], position: START });
    }),
  );

  it(
    'takes overlapping batches sent at the same time, each event exactly once',
    withStore(async (store) => {
      const streams = [freshStream(), freshStream(), freshStream()];
      const events = Array.from({ length: 60 }, (_, index) => newEvent(streams[index % 3]));
      const before = await store.head();
      const results = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          store.record(events.slice(index * 5, index * 5 + 25), RECORDED_AT),
        ),
      );
      const kinds = results.flatMap(({ outcomes }) => outcomes.map(({ kind }) => kind));
      assert.equal(kinds.filter((kind) => kind === 'recorded').length, 60);
      assert.equal(kinds.filter((kind) => kind === 'duplicate').length, 8 * 25 - 60);
      assert.deepEqual(idsOf(await readFrom(store, before)).sort(), idsOf(events).sort());
    }),
  );

  it(
    'agrees with a plain model, whatever comes in whatever batches',
    withStore(async (store) => {
      const item = fc.record({ stream: fc.nat(2), id: fc.nat(9), content: fc.nat(1) });
      await fc.assert(
        fc.asyncProperty(fc.array(fc.array(item, { maxLength: 6 }), { maxLength: 6 }), async (batches) => {
          await agreesWithModel(store, batches);
        }),
        { numRuns: 40 },
      );
    }),
  );
}

function describeAppend(withStore: WithStore, ids: ContractOptions['ids']): void {
  // By hand: which expectations a stream of none, one and three events meets.
  const EXPECTATIONS: readonly ExpectedRevision[] = ['any', 'no-stream', 'stream-exists', 0, 1, 2, 3];
  const STATES = [
    { length: 0, actual: 'no-stream', meets: ['any', 'no-stream'] },
    { length: 1, actual: 0, meets: ['any', 'stream-exists', 0] },
    { length: 3, actual: 2, meets: ['any', 'stream-exists', 2] },
  ] as const;
  for (const { length, actual, meets } of STATES) {
    const met = new Set<ExpectedRevision>(meets);
    for (const expected of EXPECTATIONS.filter((one) => met.has(one))) {
      it(
        `is done at ${length} events when ${expected} is expected`,
        withStore(async (store) => {
          const stream = freshStream();
          await store.record(eventsOf(stream, length), RECORDED_AT);
          const outcome = await store.append(stream, expected, eventsOf(stream, 2), RECORDED_AT);
          assert.deepEqual(outcome, { kind: 'appended', revision: length + 1, position: await store.head() });
          assert.equal((await store.readStream(stream)).length, length + 2);
        }),
      );
    }
    for (const expected of EXPECTATIONS.filter((one) => !met.has(one))) {
      it(
        `conflicts at ${length} events when ${expected} is expected, and stores nothing`,
        withStore(async (store) => {
          const stream = freshStream();
          await store.record(eventsOf(stream, length), RECORDED_AT);
          const head = await store.head();
          const outcome = await store.append(stream, expected, eventsOf(stream, 2), RECORDED_AT);
          assert.deepEqual(outcome, { kind: 'conflict', actual });
          assert.equal((await store.readStream(stream)).length, length);
          assert.equal(await store.head(), head);
        }),
      );
    }
  }

  it(
    'knows an earlier try again, even when the stream has gone on since',
    withStore(async (store) => {
      const stream = freshStream();
      const events = eventsOf(stream, 2);
      const first = await store.append(stream, 'no-stream', events, RECORDED_AT);
      assert.equal(first.kind, 'appended');
      await store.append(stream, 1, eventsOf(stream, 1), RECORDED_AT);
      const again = await store.append(stream, 'no-stream', events, RECORDED_AT);
      assert.deepEqual(again, { kind: 'duplicate', position: positionOf(first) });
      assert.equal((await store.readStream(stream)).length, 3);
    }),
  );

  it(
    'refuses known ids with other content, beside new ones, or twice',
    withStore(async (store) => {
      const stream = freshStream();
      const [known, fresh] = [newEvent(stream), newEvent(stream)];
      await store.append(stream, 'no-stream', [known], RECORDED_AT);
      const refused: AppendOutcome = { kind: 'id-reused', id: known.id };
      const other = { ...known, data: '{"other":true}' };
      assert.deepEqual(await store.append(stream, 'any', [other], RECORDED_AT), refused);
      assert.deepEqual(await store.append(stream, 'any', [fresh, known], RECORDED_AT), refused);
      assert.deepEqual(await store.append(stream, 'any', [fresh, fresh], RECORDED_AT), {
        kind: 'id-reused',
        id: fresh.id,
      });
      assert.deepEqual(idsOf(await store.readStream(stream)), [known.id]);
    }),
  );

  it(
    'refuses an id that another stream has',
    { skip: ids === 'per-stream' },
    withStore(async (store) => {
      const known = newEvent();
      await store.record([known], RECORDED_AT);
      const outcome = await store.append(freshStream(), 'any', [known], RECORDED_AT);
      assert.deepEqual(outcome, { kind: 'id-reused', id: known.id });
    }),
  );

  it(
    'lets one of many win that expect the same revision',
    withStore(async (store) => {
      const stream = freshStream();
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, () => store.append(stream, 'no-stream', eventsOf(stream, 1), RECORDED_AT)),
      );
      assert.equal(outcomes.filter(({ kind }) => kind === 'appended').length, 1);
      assert.equal(outcomes.filter(({ kind }) => kind === 'conflict').length, 19);
      assert.equal((await store.readStream(stream)).length, 1);
    }),
  );

  it(
    'does a hundred at the same time',
    withStore(async (store) => {
      const streams = Array.from({ length: 100 }, freshStream);
      const outcomes = await Promise.all(
        streams.map((stream) => store.append(stream, 'no-stream', eventsOf(stream, 2), RECORDED_AT)),
      );
      assert.deepEqual(
        outcomes.map((outcome) => (outcome.kind === 'appended' ? outcome.revision : outcome.kind)),
        Array(100).fill(1),
      );
    }),
  );

  it(
    'is not asked to append nothing',
    withStore(async (store) => {
      await assert.rejects(store.append(freshStream(), 'any', [], RECORDED_AT), RangeError);
    }),
  );
}

function describeReading(withStore: WithStore): void {
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
        const wanted = {
          ...event,
          revision: 0,
          position: outcomes[index]?.position,
          recordedAt: RECORDED_AT,
        };
        assert.deepEqual(await store.readStream(event.stream), [wanted]);
      }
    }),
  );

  it(
    'gives back an event of one mebibyte',
    withStore(async (store) => {
      const event = newEvent(freshStream(), { data: JSON.stringify({ text: 'ệ'.repeat(2 ** 20 / 3) }) });
      await store.record([event], RECORDED_AT);
      assert.equal((await store.readStream(event.stream))[0]?.data, event.data);
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
    'gives nothing of a stream that it does not know',
    withStore(async (store) => {
      assert.deepEqual(await store.readStream(freshStream()), []);
    }),
  );

  it(
    'pages through all events, each once and in order, whatever the size of a page',
    withStore(async (store) => {
      const start = await store.head();
      const events = [...eventsOf(freshStream(), 5), ...eventsOf(freshStream(), 6)];
      await store.record(events, RECORDED_AT);
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
        assert.deepEqual(idsOf(read), idsOf(events));
      }
    }),
  );
}

function describeSubscribe(withStore: WithStore): void {
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
      const events = eventsOf(freshStream(), 4);
      const { outcomes } = await store.record(events, RECORDED_AT);
      const read = await collect(store, { after: at(outcomes, 1) }, ({ length }) => length >= 2);
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
      const { position: end } = await store.record(events, RECORDED_AT);
      const pages = await collectPages(
        store,
        { after: start, types: [rare, 'test.never.v1'], pageSize: 2 },
        (page) => page.position >= end,
      );
      const read = pages.flatMap((page) => page.events);
      assert.deepEqual(idsOf(read), idsOf(events.filter(({ type }) => type === rare)));
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

function describeClose(open: ContractOptions['open']): void {
  it('finishes what it took, then refuses', async () => {
    const own = await open();
    const events = Array.from({ length: 50 }, () => newEvent());
    const pending = events.map((event) => own.record([event], RECORDED_AT));
    await own.close();
    for (const { outcomes } of await Promise.all(pending)) assert.equal(outcomes[0]?.kind, 'recorded');
    const closed = (error: unknown) => error instanceof StoreError && error.code === 'closed';
    await assert.rejects(own.record([newEvent()], RECORDED_AT), closed);
    await assert.rejects(own.readAll(START, 1), closed);
    await own.close();
  });

  it('ends the subscriptions', async () => {
    const own = await open();
    const reading = collect(own, { after: await own.head() }, () => false);
    await nextTurn();
    await own.close();
    assert.deepEqual(await reading, []);
  });
}

const ascending = (a: number, b: number): number => a - b;

function at(outcomes: readonly { readonly position: Position }[], index: number): Position {
  const outcome = outcomes[index];
  assert.ok(outcome);
  return outcome.position;
}

function positionOf(outcome: AppendOutcome): Position {
  assert.ok('position' in outcome, `a position in ${outcome.kind}`);
  return outcome.position;
}

async function readFrom(store: EventStore, after: Position): Promise<readonly RecordedEvent[]> {
  return (await store.readAll(after, 100_000)).events;
}
