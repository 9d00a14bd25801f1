import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openFor, standInFor } from '../../../tests/support/eventstore/harness.ts';
import { eventually } from '../../../tests/support/eventually.ts';
import { START } from '../../contracts/stored-event.ts';
import { StoreError } from '../../kernel/store-error.ts';
import { eventsOf, freshStream, idsOf, newEvent, RECORDED_AT } from '../testing/contract-support.ts';

const tooLarge = (error: unknown) => error instanceof StoreError && error.code === 'too-large';
const big = (bytes: number) => ({ data: JSON.stringify({ text: 'x'.repeat(bytes) }) });

describe('The adapter of EventStoreDB', { timeout: 60_000 }, () => {
  it('keeps to its bound of calls in flight, and goes one append a call', async (context) => {
    const standIn = await standInFor(context);
    const store = await openFor(context, standIn, { inFlight: 16 });
    standIn.faults.holdAppends = true;
    const recording = store.record(
      Array.from({ length: 100 }, () => newEvent()),
      RECORDED_AT,
    );
    await eventually(() => standIn.appending.inFlight === 16);
    // Time enough for others to come, were they let.
    for (let round = 0; round < 30; round++) await store.head();
    standIn.faults.holdAppends = false;
    await recording;
    assert.equal(standIn.appending.mostInFlight, 16);
    assert.equal(standIn.appending.appends, 100);
    assert.equal(standIn.batches.calls, 0);
  });

  it('lets calls that write to one stream wait for each other', async (context) => {
    const standIn = await standInFor(context);
    const store = await openFor(context, standIn);
    const stream = freshStream();
    const outcomes = await Promise.all([
      ...Array.from({ length: 10 }, () => store.append(stream, 'any', eventsOf(stream, 2), RECORDED_AT)),
      ...Array.from({ length: 10 }, () => store.record(eventsOf(stream, 2), RECORDED_AT)),
    ]);
    assert.equal(outcomes.length, 20);
    assert.equal(standIn.appending.appends, 20, 'none was in vain');
  });

  it('takes many appends at once when it has only just been opened', async (context) => {
    const standIn = await standInFor(context);
    const store = await openFor(context, standIn);
    const events = Array.from({ length: 500 }, () => newEvent());
    const outcomes = await Promise.all(
      events.map((event) => store.append(event.stream, 'no-stream', [event], RECORDED_AT)),
    );
    assert.ok(outcomes.every(({ kind }) => kind === 'appended'));
  });

  it('splits what is recorded at the size that the server takes', async (context) => {
    const standIn = await standInFor(context);
    const store = await openFor(context, standIn);
    const stream = freshStream();
    const events = Array.from({ length: 12 }, () => newEvent(stream, big(300_000)));
    await store.record(events, RECORDED_AT);
    assert.deepEqual(idsOf(await store.readStream(stream)), idsOf(events));
    assert.equal(standIn.appending.appends, 4, 'three to an append');
  });

  it('learns that the server takes less than it thought', async (context) => {
    const standIn = await standInFor(context);
    standIn.faults.maxAppendSize = 20_000;
    const store = await openFor(context, standIn);
    const stream = freshStream();
    const events = Array.from({ length: 10 }, () => newEvent(stream, big(8_000)));
    const { outcomes } = await store.record(events, RECORDED_AT);
    assert.ok(outcomes.every(({ kind }) => kind === 'recorded'));
    assert.deepEqual(idsOf(await store.readStream(stream)), idsOf(events));
    const one = await store.record([newEvent(stream, big(30_000)), newEvent(stream)], RECORDED_AT);
    assert.deepEqual(
      one.outcomes.map(({ kind }) => kind),
      ['too-large', 'recorded'],
    );
  });

  it('takes what it can of a batch, and tells of each event that fits nowhere', async (context) => {
    const standIn = await standInFor(context);
    const store = await openFor(context, standIn);
    const stream = freshStream();
    const giant = newEvent(stream, big(1_100_000));
    const [before, behind] = [newEvent(stream), newEvent(stream)];
    const { outcomes, position } = await store.record([before, giant, behind, giant], RECORDED_AT);
    const refused = { kind: 'too-large', bytes: Buffer.byteLength(giant.data), limit: 1_040_000 };
    assert.deepEqual(
      outcomes.map((one) => (one.kind === 'too-large' ? { ...one, bytes: giant.data.length } : one.kind)),
      ['recorded', refused, 'recorded', refused],
    );
    assert.deepEqual(idsOf(await store.readStream(stream)), idsOf([before, behind]));
    assert.deepEqual((await store.readAll(START, 10)).position, position);
    const alone = await store.record([giant], RECORDED_AT);
    assert.equal(alone.outcomes[0]?.kind, 'too-large');
  });

  it('finds the events that the server never takes among the others, by any number of them', async (context) => {
    const standIn = await standInFor(context);
    // As servers from 24.10 on may be set. The client does not know this refusal by name.
    standIn.faults.maxAppendEventSize = 20_000;
    for (const unfit of [[], [0], [6], [2, 3], [0, 1, 2, 3, 4, 5, 6]]) {
      const store = await openFor(context, standIn);
      const stream = freshStream();
      const events = Array.from({ length: 7 }, (_, index) =>
        newEvent(stream, big(unfit.includes(index) ? 20_001 : 10)),
      );
      const { outcomes } = await store.record(events, RECORDED_AT);
      const wanted = events.map((_, index) => (unfit.includes(index) ? 'refused' : 'recorded'));
      assert.deepEqual(
        outcomes.map(({ kind }) => kind),
        wanted,
      );
      const taken = events.filter((_, index) => !unfit.includes(index));
      assert.deepEqual(idsOf(await store.readStream(stream)), idsOf(taken));
      assert.equal(store.problem(), undefined, 'the store is well');
      const again = await store.record(events, RECORDED_AT);
      assert.deepEqual(
        again.outcomes.map(({ kind }) => kind),
        wanted.map((kind) => (kind === 'recorded' ? 'duplicate' : kind)),
      );
    }
  });

  it('refuses for good an append of an event that the server never takes', async (context) => {
    const standIn = await standInFor(context);
    standIn.faults.maxAppendEventSize = 20_000;
    const store = await openFor(context, standIn);
    const stream = freshStream();
    await assert.rejects(
      store.append(stream, 'any', [newEvent(stream, big(20_001))], RECORDED_AT),
      (error: unknown) => error instanceof StoreError && error.code === 'refused',
    );
    assert.equal(standIn.appending.appends, 1, 'it is not tried again');
  });

  it('refuses an append that cannot be whole', async (context) => {
    const standIn = await standInFor(context);
    const store = await openFor(context, standIn);
    const stream = freshStream();
    const four = Array.from({ length: 4 }, () => newEvent(stream, big(300_000)));
    await assert.rejects(store.append(stream, 'any', four, RECORDED_AT), tooLarge);
    assert.equal(standIn.appending.appends, 0);
  });

  it('remembers streams within its bound, and reads those again that it has forgotten', async (context) => {
    const standIn = await standInFor(context);
    const store = await openFor(context, standIn, { rememberedEvents: 30 });
    const events = Array.from({ length: 20 }, freshStream).flatMap((stream) => eventsOf(stream, 5));
    await store.record(events, RECORDED_AT);
    const pages = standIn.reading.pages;
    const again = await store.record([...events.slice(-5), ...events.slice(0, 5)], RECORDED_AT);
    assert.ok(again.outcomes.every(({ kind }) => kind === 'duplicate'));
    assert.equal(standIn.reading.pages, pages + 1, 'the first was read, the last remembered');
  });
});
