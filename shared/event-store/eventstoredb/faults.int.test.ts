import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openFor, standInFor } from '../../../tests/support/eventstore/harness.ts';
import { eventually } from '../../../tests/support/eventually.ts';
import { type RecordedEvent, START } from '../../contracts/stored-event.ts';
import { StoreError } from '../../kernel/store-error.ts';
import { collect, eventsOf, freshStream, idsOf, newEvent, RECORDED_AT } from '../testing/contract-support.ts';

const withCode = (code: StoreError['code'], message: RegExp) => (error: unknown) =>
  error instanceof StoreError && error.code === code && message.test(error.message);

describe('The adapter of EventStoreDB, when the server fails,', { timeout: 60_000 }, () => {
  it('stores an event once when the answer to its append was lost, and calls it recorded', async (context) => {
    const standIn = await standInFor(context);
    const store = await openFor(context, standIn);
    const stream = freshStream();
    const events = eventsOf(stream, 3);
    standIn.faults.loseAnswers = 2;
    const { outcomes } = await store.record([...events, ...events.slice(0, 1)], RECORDED_AT);
    assert.deepEqual(
      outcomes.map(({ kind }) => kind),
      ['recorded', 'recorded', 'recorded', 'duplicate'],
    );
    assert.deepEqual(idsOf(await store.readStream(stream)), idsOf(events));
  });

  it('appends once when the answer was lost, and calls it appended', async (context) => {
    const standIn = await standInFor(context);
    const store = await openFor(context, standIn);
    const stream = freshStream();
    standIn.faults.loseAnswers = 1;
    const outcome = await store.append(stream, 'no-stream', eventsOf(stream, 2), RECORDED_AT);
    assert.deepEqual(outcome, { kind: 'appended', revision: 1, position: await store.head() });
    assert.equal((await store.readStream(stream)).length, 2);
  });

  it('sends again what was not answered in time', async (context) => {
    const standIn = await standInFor(context);
    const store = await openFor(context, standIn, { deadlineMs: 200 });
    const event = newEvent();
    standIn.faults.hangAppends = 1;
    const { outcomes } = await store.record([event], RECORDED_AT);
    assert.equal(outcomes[0]?.kind, 'recorded');
    assert.deepEqual(idsOf(await store.readStream(event.stream)), [event.id]);
  });

  it('gives up after a while, reports the problem, and learns by itself that the server is back', async (context) => {
    const standIn = await standInFor(context);
    const store = await openFor(context, standIn, { retryForMs: 150 });
    assert.equal(store.problem(), undefined);
    standIn.faults.unavailable = true;
    const event = newEvent();
    await assert.rejects(store.record([event], RECORDED_AT), withCode('unavailable', /Server Is Not Ready/));
    assert.match(store.problem() ?? '', /unreachable for \d+ s: .*Server Is Not Ready/);
    standIn.faults.unavailable = false;
    await eventually(() => store.problem() === undefined);
    assert.equal((await store.record([event], RECORDED_AT)).outcomes[0]?.kind, 'recorded');
  });

  it('lets no queue grow behind a stream while the server is away: who waits for others loses patience, too', async (context) => {
    const standIn = await standInFor(context);
    const store = await openFor(context, standIn, { retryForMs: 150 });
    const stream = freshStream();
    standIn.faults.unavailable = true;
    const waiting = eventsOf(stream, 50).map((event) => store.record([event], RECORDED_AT));
    const failures = await Promise.allSettled(waiting);
    assert.ok(failures.every(({ status }) => status === 'rejected'));
    await assert.rejects(waiting.at(-1) ?? Promise.resolve(), withCode('unavailable', /waited in vain/));
    standIn.faults.unavailable = false;
    const { outcomes } = await store.record(eventsOf(stream, 1), RECORDED_AT);
    assert.equal(outcomes[0]?.kind, 'recorded');
  });

  it('rides out an absence that is short', async (context) => {
    const standIn = await standInFor(context);
    const store = await openFor(context, standIn);
    standIn.faults.unavailable = true;
    const events = Array.from({ length: 20 }, () => newEvent());
    const recording = store.record(events, RECORDED_AT);
    await eventually(() => store.problem() !== undefined);
    standIn.faults.unavailable = false;
    assert.ok((await recording).outcomes.every(({ kind }) => kind === 'recorded'));
    assert.equal(store.problem(), undefined);
  });

  it('opens while there is no server, and works once there is one', async (context) => {
    const standIn = await standInFor(context);
    standIn.faults.unavailable = true;
    const store = await openFor(context, standIn);
    assert.notEqual(store.problem(), undefined);
    standIn.faults.unavailable = false;
    assert.equal((await store.record([newEvent()], RECORDED_AT)).outcomes.length, 1);
  });

  it('goes to the leader that a follower names', async (context) => {
    const leader = await standInFor(context);
    const follower = await standInFor(context, { log: leader.log });
    follower.faults.leader = leader;
    const store = await openFor(context, follower);
    const events = Array.from({ length: 30 }, () => newEvent());
    await store.record(events, RECORDED_AT);
    assert.equal(follower.appending.appends, 0);
    assert.equal(leader.appending.appends, 30);

    // The roles change while it works.
    follower.faults.leader = undefined;
    leader.faults.leader = follower;
    const { outcomes } = await store.record([...events, newEvent()], RECORDED_AT);
    assert.deepEqual([outcomes[0]?.kind, outcomes.at(-1)?.kind], ['duplicate', 'recorded']);
    assert.equal(follower.appending.appends, 1);
  });

  it('finds the leader of a cluster by its gossip', async (context) => {
    const leader = await standInFor(context);
    const follower = await standInFor(context, { log: leader.log });
    follower.faults.leader = leader;
    const connectionString = `esdb://127.0.0.1:${follower.port},127.0.0.1:${leader.port}?tls=false`;
    const store = await openFor(context, { connectionString });
    await store.record([newEvent()], RECORDED_AT);
    assert.equal(leader.appending.appends, 1);
  });

  it('resumes a dropped subscription with no gap and no repeat', async (context) => {
    const standIn = await standInFor(context);
    const store = await openFor(context, standIn);
    const stream = freshStream();
    const events = eventsOf(stream, 200);
    let read: readonly RecordedEvent[] = [];
    const reading = collect(store, { after: START, pageSize: 7 }, (all) => {
      read = all;
      return all.length >= events.length;
    });
    for (let index = 0; index < events.length; index += 20) {
      await store.record(events.slice(index, index + 20), RECORDED_AT);
      await eventually(() => read.length > index);
      standIn.dropSubscriptions();
    }
    assert.deepEqual(idsOf(await reading), idsOf(events));
  });

  it('begins a subscription again that has fallen silent', async (context) => {
    const standIn = await standInFor(context);
    const store = await openFor(context, standIn, { silenceMs: 100 });
    const stream = freshStream();
    const events = eventsOf(stream, 6);
    for (const types of [undefined, ['test.happened.v1']]) {
      const start = await store.head();
      let seen = 0;
      const reading = collect(store, { after: start, ...(types && { types }) }, ({ length }) => {
        seen = length;
        return length >= 3;
      });
      await store.record(events.splice(0, 1), RECORDED_AT);
      await eventually(() => seen === 1);
      standIn.reading.silence();
      await store.record(events.splice(0, 2), RECORDED_AT);
      assert.equal((await reading).length, 3);
    }
  });

  it('leaves a subscription alone that has nothing to show', async (context) => {
    const standIn = await standInFor(context);
    const store = await openFor(context, standIn, { silenceMs: 50 });
    const stop = new AbortController();
    const reading = collect(store, { after: await store.head(), signal: stop.signal }, () => false);
    await eventually(() => standIn.reading.subscriptions === 1);
    const began = standIn.reading.begun;
    standIn.systemNoise(5);
    const asked = standIn.reading.pages;
    await eventually(() => standIn.reading.pages > asked + 3);
    assert.equal(standIn.reading.begun, began);
    stop.abort();
    assert.deepEqual(await reading, []);
    await eventually(() => standIn.reading.subscriptions === 0);
  });

  it('moves a subscriber on over few events that do not concern it', async (context) => {
    const standIn = await standInFor(context);
    const store = await openFor(context, standIn, { silenceMs: 100 });
    const done = new AbortController();
    const positions: number[] = [];
    const options = { after: START, types: ['test.never.v1'], signal: done.signal };
    const reading = (async () => {
      for await (const { events, position } of store.subscribe(options)) {
        assert.deepEqual(events, []);
        positions.push(position);
      }
    })();
    await eventually(() => standIn.reading.subscriptions === 1);
    const { position } = await store.record([newEvent()], RECORDED_AT);
    standIn.systemNoise(2);
    await eventually(() => positions.at(-1) === position);
    const began = standIn.reading.begun;
    await store.record([newEvent()], RECORDED_AT);
    const end = await store.head();
    await eventually(() => positions.at(-1) === end);
    assert.equal(standIn.reading.begun, began, 'without beginning anew');
    done.abort();
    await reading;
  });

  it('says that a stream was tombstoned, and goes on with one that was deleted', async (context) => {
    const standIn = await standInFor(context);
    const store = await openFor(context, standIn);
    const [gone, begun] = [freshStream(), freshStream()];
    await store.record([newEvent(gone), newEvent(begun), newEvent(begun)], RECORDED_AT);
    standIn.log.tombstone(gone);
    standIn.log.softDelete(begun);
    const { outcomes } = await store.record([newEvent(gone), newEvent()], RECORDED_AT);
    const [refused, taken] = outcomes;
    assert.ok(refused?.kind === 'refused' && /tombstoned by hand/.test(refused.reason));
    assert.equal(taken?.kind, 'recorded', 'its neighbour is taken');
    await assert.rejects(
      store.append(gone, 'any', [newEvent(gone)], RECORDED_AT),
      withCode('corrupt', /tombstoned by hand/),
    );
    const next = await openFor(context, standIn);
    const event = newEvent(begun);
    assert.equal((await next.append(begun, 'no-stream', [event], RECORDED_AT)).kind, 'appended');
    assert.deepEqual(idsOf(await next.readStream(begun)), [event.id]);
    await assert.rejects(next.readStream(gone), withCode('corrupt', /tombstoned by hand/));
  });
});
