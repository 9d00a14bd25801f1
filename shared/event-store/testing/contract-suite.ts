import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { type Position, type RecordedEvent, START } from '../../contracts/stored-event.ts';
import { StoreError } from '../../kernel/store-error.ts';
import type { AppendOutcome, EventStore, ExpectedRevision } from '../port.ts';
import { agreesWithModel } from './contract-model.ts';
import { describeReading, describeSubscribe } from './contract-reading.ts';
import {
  collect,
  eventsOf,
  freshStream,
  idsOf,
  newEvent,
  placesOf,
  RECORDED_AT,
  type WithStore,
} from './contract-support.ts';

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
      for (const stream of [a, b]) {
        const positions = (await store.readStream(stream)).map(({ position }) => position);
        assert.deepEqual(
          positions,
          [...new Set(positions)].sort(ascending),
          'positions grow within a stream',
        );
      }
      const [early, late] = [one, two].map(({ outcomes }) => placesOf(outcomes));
      assert.ok(
        Math.max(...(early ?? [])) < Math.min(...(late ?? [])),
        'what is recorded later stands later',
      );
      assert.equal(one.position, Math.max(...(early ?? [])));
      assert.equal(two.position, Math.max(...(late ?? [])));
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
    'keeps the name of each key beside its events, and none where there was none',
    withStore(async (store) => {
      const stream = freshStream();
      const names = ['một cửa', undefined, 'portal', 'một cửa'];
      const events = names.map((by) => newEvent(stream, { metadata: by === undefined ? {} : { by } }));
      await store.record(events, RECORDED_AT);
      const [first = assert.fail()] = events;
      const again = { ...first, metadata: { ...first.metadata, by: 'another' } };
      assert.equal((await store.record([again], RECORDED_AT)).outcomes[0]?.kind, 'duplicate');
      const kept = await store.readStream(stream);
      assert.deepEqual(
        kept.map(({ metadata }) => metadata),
        events.map(({ metadata }) => metadata),
      );
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
    'refuses a new event of a stream that has its limit, and takes what it knows, what has no limit, and other streams',
    withStore(async (store) => {
      const stream = freshStream();
      const limited = (count: number) =>
        eventsOf(stream, count).map((event) => ({ ...event, streamLimit: 3 }));
      const first = limited(2);
      await store.record(first, RECORDED_AT);
      const [third, fourth] = limited(2);
      assert.ok(third && fourth);
      const correction = newEvent(stream);
      const batch = [third, fourth, ...first, correction, newEvent(), fourth];
      const { outcomes } = await store.record(batch, RECORDED_AT);
      assert.deepEqual(
        outcomes.map(({ kind }) => kind),
        ['recorded', 'stream-full', 'duplicate', 'duplicate', 'recorded', 'recorded', 'stream-full'],
      );
      assert.deepEqual(outcomes[1], { kind: 'stream-full', events: 3, limit: 3 });
      const again = await store.record([fourth, third], RECORDED_AT);
      assert.deepEqual(again.outcomes[0], { kind: 'stream-full', events: 4, limit: 3 });
      assert.equal(again.outcomes[1]?.kind, 'duplicate');
      assert.deepEqual(idsOf(await store.readStream(stream)), idsOf([...first, third, correction]));
    }),
  );

  it(
    'knows an event again by an id and a content that it had once, and refuses that id with any other content',
    withStore(async (store) => {
      const stream = freshStream();
      const [before, other] = [newEvent(stream), newEvent(stream)];
      const recorded = await store.record([before, other], RECORDED_AT);
      const position = recorded.outcomes.flatMap((one) => ('position' in one ? [one.position] : []))[0];
      const now = newEvent(stream, { data: '{"now":true}' });
      const { id, data } = before;
      const again = [
        { ...now, former: { asWritten: { id, data } } },
        { ...now, id, former: { inMoments: data } },
        { ...now, id, former: { inMoments: '{}', asWritten: { id, data } } },
        { ...before, former: { inMoments: '{}', asWritten: { id: newEvent().id, data: '{}' } } },
        { ...now, former: { asWritten: { id, data: '{"then":true}' } } },
        { ...now, id, former: { inMoments: '{"then":true}' } },
      ];
      const { outcomes } = await store.record(again, RECORDED_AT);
      assert.deepEqual(
        outcomes.map(({ kind }) => kind),
        ['duplicate', 'duplicate', 'duplicate', 'duplicate', 'id-reused', 'id-reused'],
      );
      assert.ok(outcomes.every((one) => 'position' in one && one.position >= (position ?? 0)));
      assert.deepEqual(idsOf(await store.readStream(stream)), idsOf([before, other]));
      const unknown = { ...now, former: { asWritten: { id: newEvent().id, data: '{}' } } };
      assert.equal((await store.record([unknown], RECORDED_AT)).outcomes[0]?.kind, 'recorded');
      assert.equal((await store.record([now], RECORDED_AT)).outcomes[0]?.kind, 'duplicate');
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

function positionOf(outcome: AppendOutcome): Position {
  assert.ok('position' in outcome, `a position in ${outcome.kind}`);
  return outcome.position;
}

async function readFrom(store: EventStore, after: Position): Promise<readonly RecordedEvent[]> {
  return (await store.readAll(after, 100_000)).events;
}
