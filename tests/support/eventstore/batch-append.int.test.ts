import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  ANY,
  type AppendToStreamOptions,
  ErrorType,
  EventStoreDBClient,
  isCommandError,
  jsonEvent,
  NO_STREAM,
  STREAM_EXISTS,
} from '@eventstore/db-client';
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streams, { type BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import { credentials, status } from '@grpc/grpc-js';
import empties from 'google-protobuf/google/protobuf/empty_pb.js';
import timestamps from 'google-protobuf/google/protobuf/timestamp_pb.js';
import { eventually } from '../eventually.ts';
import { standInFor } from './harness.ts';
import { streamIdentifier, uuidMessage } from './messages.ts';
import type { EventStoreStandIn } from './stand-in.ts';

const TWO_CLIENTS = fileURLToPath(new URL('./two-clients.ts', import.meta.url));

const newStream = () => `test-${randomUUID()}`;
const event = (text = '') => jsonEvent({ type: 'test.happened.v1', data: { text } });
const events = (count: number, text?: string) => Array.from({ length: count }, () => event(text));
const ofType =
  (type: string, more: Readonly<Record<string, unknown>> = {}) =>
  (error: unknown) => {
    assert.ok(error instanceof Error && isCommandError(error), String(error));
    assert.equal(error.type, type);
    for (const [name, value] of Object.entries(more)) assert.deepEqual(Reflect.get(error, name), value, name);
    return true;
  };

/** The vendor's client as it comes. */
function clientFor(context: TestContext, { connectionString }: EventStoreStandIn): EventStoreDBClient {
  const client = EventStoreDBClient.connectionString(connectionString);
  context.after(() => client.dispose());
  return client;
}

async function idsOf(client: EventStoreDBClient, stream: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { event } of client.readStream(stream)) if (event) ids.push(event.id);
  return ids;
}

describe('The stand-in, with batches of appends of the plain client,', { timeout: 60_000 }, () => {
  it('appends at the expected revision, and reports the position', async (context) => {
    const standIn = await standInFor(context);
    const client = clientFor(context, standIn);
    const stream = newStream();
    const append = (count: number, expectedRevision: AppendToStreamOptions['expectedRevision']) =>
      client.appendToStream(stream, events(count), { expectedRevision: expectedRevision ?? ANY });
    const revisions = [];
    for (const expected of [NO_STREAM, 1n, STREAM_EXISTS, ANY] as const) {
      const { success, nextExpectedRevision, position } = await append(2, expected);
      assert.ok(success);
      assert.equal(position?.commit, standIn.log.events.at(-1)?.position);
      revisions.push(nextExpectedRevision);
    }
    assert.deepEqual(revisions, [1n, 3n, 5n, 7n]);
    assert.equal((await idsOf(client, stream)).length, 8);
    assert.equal(standIn.appending.appends, 0);
    assert.equal(standIn.batches.calls, 1, 'all by one call');
  });

  it('reports the expected and the present revision', async (context) => {
    const client = clientFor(context, await standInFor(context));
    const [stream, absent] = [newStream(), newStream()];
    await client.appendToStream(stream, events(3));
    for (const [name, expected, actual] of [
      [stream, 0n, 2n],
      [stream, 7n, 2n],
      [stream, NO_STREAM, 2n],
      [absent, 0n, 'no_stream'],
      [absent, STREAM_EXISTS, 'no_stream'],
    ] as const) {
      await assert.rejects(
        client.appendToStream(name, event(), { expectedRevision: expected }),
        ofType(ErrorType.WRONG_EXPECTED_VERSION, {
          streamName: name,
          expectedVersion: expected,
          actualVersion: actual,
        }),
      );
    }
  });

  it('knows an append again by its ids, and reports its place', async (context) => {
    const client = clientFor(context, await standInFor(context));
    const stream = newStream();
    const batch = events(3);
    for (const expectedRevision of [NO_STREAM, ANY] as const) {
      const first = await client.appendToStream(stream, batch, { expectedRevision: NO_STREAM });
      await client.appendToStream(newStream(), event());
      assert.deepEqual(await client.appendToStream(stream, batch, { expectedRevision }), first);
    }
    assert.deepEqual(
      await idsOf(client, stream),
      batch.map(({ id }) => id),
    );
  });

  it('puts appends together that come in many parts, of which each may come between the others', async (context) => {
    const client = clientFor(context, await standInFor(context));
    const batches = Array.from({ length: 3 }, () => ({
      stream: newStream(),
      all: events(100, 'x'.repeat(2_000)),
    }));
    const outcomes = await Promise.all(
      batches.map(({ stream, all }) => client.appendToStream(stream, all, { batchAppendSize: 8_000 })),
    );
    for (const [index, { stream, all }] of batches.entries()) {
      assert.equal(outcomes[index]?.nextExpectedRevision, 99n);
      assert.deepEqual(
        await idsOf(client, stream),
        all.map(({ id }) => id),
      );
    }
  });

  it('refuses one that is too large, once, and stores nothing of it', async (context) => {
    const standIn = await standInFor(context);
    const client = clientFor(context, standIn);
    const stream = newStream();
    const limit = 1_048_576;
    await assert.rejects(
      client.appendToStream(stream, events(4, 'x'.repeat(400_000)), { batchAppendSize: 500_000 }),
      ofType(ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED, { maxAppendSize: limit }),
    );
    assert.ok((await client.appendToStream(stream, event(), { expectedRevision: NO_STREAM })).success);
  });

  it('accepts 200 at a time', async (context) => {
    const standIn = await standInFor(context);
    const client = clientFor(context, standIn);
    // The client hangs when its first calls are many (issue #304 of its repository).
    await client.appendToStream(newStream(), event());
    const [shared, ...own] = Array.from({ length: 101 }, newStream);
    assert.ok(shared);
    const outcomes = await Promise.all([
      ...own.map((stream) => client.appendToStream(stream, events(2), { expectedRevision: NO_STREAM })),
      ...own.map(() => client.appendToStream(shared, event())),
    ]);
    assert.equal(outcomes.filter(({ nextExpectedRevision }) => nextExpectedRevision === 1n).length, 101);
    assert.equal((await idsOf(client, shared)).length, 100);
    assert.equal(standIn.batches.calls, 1);
  });

  it('reports that a stream was tombstoned', async (context) => {
    const client = clientFor(context, await standInFor(context));
    const stream = newStream();
    await client.appendToStream(stream, event());
    await client.tombstoneStream(stream);
    await assert.rejects(
      client.appendToStream(stream, event()),
      ofType(ErrorType.STREAM_DELETED, { streamName: stream }),
    );
  });

  it('refuses each append while it is not ready, and accepts them again afterwards', async (context) => {
    const standIn = await standInFor(context);
    const client = clientFor(context, standIn);
    const stream = newStream();
    standIn.faults.unavailable = true;
    // The client first asks for its features, and passes on that error as it is.
    await assert.rejects(client.appendToStream(stream, event()), { code: status.UNAVAILABLE });
    standIn.faults.unavailable = false;
    await client.appendToStream(stream, event());
    standIn.faults.unavailable = true;
    // As the server has it: an answer without details, of which the client knows the message only.
    const refused = client.appendToStream(stream, event());
    await assert.rejects(
      refused,
      ofType(ErrorType.UNKNOWN, { message: 'Could not recognize Server Is Not Ready' }),
    );
    standIn.faults.unavailable = false;
    assert.equal((await client.appendToStream(stream, event())).nextExpectedRevision, 1n);
  });

  it('refers a client that requires the leader to it, and the client goes there', async (context) => {
    const leader = await standInFor(context);
    const follower = await standInFor(context, { log: leader.log });
    follower.faults.leader = leader;
    const client = clientFor(context, follower);
    const append = () => client.appendToStream('some-stream', event(), { requiresLeader: true });
    await assert.rejects(
      append(),
      ofType(ErrorType.NOT_LEADER, { leader: { address: leader.host, port: leader.port } }),
    );
    assert.ok((await eventually(append)).success);
    assert.equal(leader.batches.calls, 1);
  });

  it('drops a call with all its appends under way, and accepts the next one', async (context) => {
    const standIn = await standInFor(context);
    const client = clientFor(context, standIn);
    await client.appendToStream(newStream(), event());
    standIn.faults.holdAppends = true;
    const pending = Promise.allSettled(events(10).map((one) => client.appendToStream(newStream(), one)));
    await eventually(() => standIn.batches.underWay === 10);
    standIn.dropBatches();
    for (const one of await pending) {
      assert.equal(one.status, 'rejected');
      assert.ok(ofType(ErrorType.UNAVAILABLE)(one.reason));
    }
    standIn.faults.holdAppends = false;
    assert.ok((await eventually(() => client.appendToStream(newStream(), event()))).success);
    assert.equal(standIn.batches.calls, 2);
  });

  it('stores an append whose answer is lost, and knows it when it comes again', async (context) => {
    const standIn = await standInFor(context);
    const client = clientFor(context, standIn);
    const stream = newStream();
    const append = { expectedRevision: NO_STREAM } as const;
    const one = event();
    standIn.faults.loseAnswers = 1;
    await assert.rejects(client.appendToStream(stream, one, append), ofType(ErrorType.UNAVAILABLE));
    const again = await eventually(() => client.appendToStream(stream, one, append));
    assert.equal(again.nextExpectedRevision, 0n);
    assert.deepEqual(await idsOf(client, stream), [one.id]);
  });

  it('gives up on an append at its deadline, before its end has come or at once', async (context) => {
    const { host, port } = await standInFor(context);
    const grpc = new streamsService.StreamsClient(`${host}:${port}`, credentials.createInsecure());
    context.after(() => grpc.close());
    const call = grpc.batchAppend();
    // Cancelled at the end, it reports that.
    call.on('error', () => {});
    context.after(() => call.cancel());
    const answerTo = async (deadline: number): Promise<BatchAppendResp> => {
      const id = randomUUID();
      call.write(
        new streams.BatchAppendReq().setCorrelationId(uuidMessage(id)).setOptions(
          new streams.BatchAppendReq.Options()
            .setStreamIdentifier(streamIdentifier('some-stream'))
            .setAny(new empties.Empty())
            .setDeadline(timestamps.Timestamp.fromDate(new Date(deadline))),
        ),
      );
      const [answer]: BatchAppendResp[] = await once(call, 'data');
      assert.equal(answer?.getCorrelationId()?.getString(), id);
      assert.ok(answer);
      return answer;
    };
    for (const deadline of [Date.now() - 1, Date.now() + 30]) {
      const answer = await answerTo(deadline);
      assert.ok(Date.now() >= deadline);
      assert.equal(answer.getError()?.getDetails()?.getTypeName(), 'event_store.client.Timeout');
    }
  });
});

describe('The plain client, which the adapter has to do without,', { timeout: 60_000 }, () => {
  it('fails the appends of every client of the process when one connection breaks, and ends it at the answer', async (context) => {
    const [broken, sound] = [await standInFor(context), await standInFor(context)];
    broken.faults.holdAppends = true;
    sound.faults.holdAppends = true;
    const child = spawn(process.execPath, [TWO_CLIENTS, broken.connectionString, sound.connectionString], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    context.after(() => child.kill('SIGKILL'));
    let [printed, complained] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complained += text;
    });
    const closed = once(child, 'close');
    await eventually(() => broken.batches.underWay === 1 && sound.batches.underWay === 1);
    broken.dropBatches();
    await eventually(() => printed.split('\n').length === 3);
    assert.match(printed, /^one .*UNAVAILABLE/m);
    assert.match(printed, /^other .*UNAVAILABLE/m, 'though its own connection is sound');

    sound.faults.holdAppends = false;
    assert.deepEqual(await closed, [1, null]);
    assert.match(complained, /promiseBank\.get.*TypeError/s);
    assert.equal(sound.log.events.at(-1)?.stream, 'some-stream', 'it was stored');
  });
});
