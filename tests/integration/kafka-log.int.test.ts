import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Producer } from 'kafkajs';
import { StoreError } from '../../shared/kernel/store-error.ts';
import { eventually } from '../support/eventually.ts';
import { startBroker } from '../support/kafka/broker.ts';
import {
  asMessage,
  committed,
  connectTo,
  createTopic,
  describeWithOwnKafka,
  idsOf,
  memoryIntake,
  sampleEvent,
  startTestFeed,
  type TestFeed,
} from '../support/kafka/harness.ts';
import { NULL, produceWithJava } from '../support/kafka/java-producer.ts';
import type { TestBroker } from '../support/kafka/test-broker.ts';

type Transaction = Awaited<ReturnType<Producer['transaction']>>;

function segmentsOf({ logDir = '' }: TestBroker, topic: string): string {
  const folder = join(logDir, `${topic}-0`);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.log'))
    .map((name) => readFileSync(join(folder, name), 'latin1'))
    .join();
}

/** Parts of a partition that are not messages to read, or are gone. */
await describeWithOwnKafka('the log of a partition', (kafka) => {
  /** Starts a feed on a new topic. */
  const started = async (t: TestContext, topic: string) => {
    await createTopic(kafka, topic);
    const intake = memoryIntake();
    const feed = startTestFeed(t, kafka, { KAFKA_TOPICS: topic, KAFKA_GROUP_ID: topic }, intake);
    return { intake, feed };
  };
  const transactions = async (t: TestContext, id: string) => {
    const sender = kafka.transactionalProducer(id);
    await sender.connect();
    t.after(() => sender.disconnect());
    return async (work: (transaction: Transaction) => Promise<unknown>, ends: 'commit' | 'abort') => {
      const transaction = await sender.transaction();
      await work(transaction);
      await transaction[ends]();
    };
  };
  const sending = (topic: string, from: number, to: number) => (transaction: Transaction) =>
    transaction.send({ topic, messages: idsOf(from, to).map((_, index) => asMessage(from + index)) });
  /** Nothing is behind, for us and for all that look at the group: a scaler, another member. */
  const standsAt = (feed: TestFeed, topic: string, end: bigint) =>
    eventually(async () => {
      const lag = feed.lag().find((one) => one.topic === topic);
      return (
        lag?.position === end && lag.end === end && (await committed(kafka, topic, topic)) === String(end)
      );
    });

  test('a header without a value is an absent attribute, and harms neither its message nor the others', async (t) => {
    const { intake, feed } = await started(t, 'null-headers');
    const { data, ...attributes } = sampleEvent(1);
    const headers = Object.entries(attributes).map(([name, value]) => `ce_${name}:${value}`);
    await produceWithJava(
      kafka.broker.brokers,
      'null-headers',
      'none',
      [
        `traceparent:${NULL}\t${asMessage(0).value}`,
        `${headers.join()},ce_subject:${NULL},content-type:${NULL}\t${JSON.stringify(data)}`,
        `ce_specversion:${NULL},ce_id:${NULL},ce_id:${NULL}\t${asMessage(2).value}`,
        `other:${NULL}\t${asMessage(3).value}`,
      ],
      true,
    );
    await eventually(() => intake.inputs.length === 4);
    assert.deepEqual([...intake.seen.keys()], idsOf(0, 4));
    assert.deepEqual([intake.refused, feed.fatal], [[], []]);
  });

  test('one committed transaction and then quiet: the mark behind it is read, nothing is behind', async (t) => {
    const { intake, feed } = await started(t, 'committed');
    const transaction = await transactions(t, 'committed');
    await transaction(sending('committed', 0, 3), 'commit');
    await standsAt(feed, 'committed', 4n);
    assert.deepEqual([...intake.seen.keys()], idsOf(0, 3));
  });

  test('aborted transactions last, several in a row, and empty ones leave nothing behind', async (t) => {
    const { intake, feed } = await started(t, 'aborted');
    const transaction = await transactions(t, 'aborted');
    await transaction(sending('aborted', 0, 2), 'commit');
    await transaction(sending('aborted', 2, 4), 'abort');
    await standsAt(feed, 'aborted', 6n);
    for (const from of [4, 6, 8]) await transaction(sending('aborted', from, from + 2), 'abort');
    await standsAt(feed, 'aborted', 15n);
    // The partition joins the transaction before the broker refuses what is sent to it: the mark stands alone.
    const tooLarge = { topic: 'aborted', messages: [{ value: Buffer.alloc(2_000_000) }] };
    await transaction((given) => assert.rejects(given.send(tooLarge)), 'abort');
    await standsAt(feed, 'aborted', 16n);
    assert.deepEqual([...intake.seen.keys()], idsOf(0, 2));
  });

  test('messages of a transaction that is still open are not yet to be read, so nothing is behind', async (t) => {
    const { intake, feed } = await started(t, 'open');
    const transaction = await transactions(t, 'open');
    await kafka.producer.send({ topic: 'open', messages: [asMessage(0)] });
    await transaction(async (given) => {
      await sending('open', 1, 3)(given);
      await kafka.producer.send({ topic: 'open', messages: [asMessage(3)] });
      await standsAt(feed, 'open', 1n);
    }, 'commit');
    await standsAt(feed, 'open', 5n);
    assert.deepEqual([...intake.seen.keys()], idsOf(0, 4));
  });

  test('messages that retention removed unread are reported with their range before the feed continues behind them', async (t) => {
    const topic = await createTopic(kafka, 'retention');
    const names = { KAFKA_TOPICS: topic, KAFKA_GROUP_ID: topic };
    const intake = memoryIntake();
    const before = startTestFeed(t, kafka, names, intake);
    await kafka.producer.send({ topic, messages: [0, 1, 2].map(asMessage) });
    await standsAt(before, topic, 3n);
    await before.stop();
    await kafka.producer.send({ topic, messages: [3, 4, 5, 6, 7].map(asMessage) });
    await kafka.admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '6' }] });

    let tries = 0;
    const keepLoss = async () => {
      tries += 1;
      if (tries < 3) throw new StoreError('unavailable', 'the test took the store away');
      // Until the report is durable nothing forgets where the feed stood.
      assert.equal(await committed(kafka, topic, topic), '3');
      return 'kept';
    };
    const feed = startTestFeed(t, kafka, names, intake, {}, { keepLoss });
    await standsAt(feed, topic, 8n);
    assert.deepEqual(feed.lost, [{ topic, partition: 0, firstOffset: 3n, lastOffset: 5n }]);
    assert.deepEqual([...intake.seen.keys()], [...idsOf(0, 3), ...idsOf(6, 8)]);
    assert.deepEqual(feed.fatal, []);
  });

  test('a partition that retention emptied is reported though no message comes', async (t) => {
    const topic = await createTopic(kafka, 'emptied');
    const names = { KAFKA_TOPICS: topic, KAFKA_GROUP_ID: topic };
    const intake = memoryIntake();
    const before = startTestFeed(t, kafka, names, intake);
    await kafka.producer.send({ topic, messages: [asMessage(0)] });
    await standsAt(before, topic, 1n);
    await before.stop();
    await kafka.producer.send({ topic, messages: [asMessage(1)] });
    await kafka.admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '2' }] });
    const feed = startTestFeed(t, kafka, names, intake);
    await standsAt(feed, topic, 2n);
    assert.deepEqual(feed.lost, [{ topic, partition: 0, firstOffset: 1n, lastOffset: 1n }]);
  });
});

test('a compacted topic has gaps, which are read past', async (t) => {
  const start = await startBroker({
    own: true,
    properties: { 'log.cleaner.backoff.ms': '100', 'log.initial.task.delay.ms': '0' },
  });
  if (start.kind === 'unavailable' || start.broker.logDir === undefined)
    return t.skip('a broker whose cleaner is quick');
  const kafka = await connectTo(start.broker);
  t.after(async () => {
    await kafka.close();
    await start.broker.stop();
  });
  const topic = 'compacted';
  const configEntries = Object.entries({
    'cleanup.policy': 'compact',
    'segment.ms': '1',
    'min.cleanable.dirty.ratio': '0.01',
    'delete.retention.ms': '0',
  }).map(([name, value]) => ({ name, value }));
  await kafka.admin.createTopics({ topics: [{ topic, configEntries }], waitForLeaders: true });
  const keyed = (number: number, key: string) => ({ ...asMessage(number), key });
  await kafka.producer.send({
    topic,
    messages: [keyed(0, 'kept'), keyed(1, 'a'), keyed(2, 'a'), keyed(3, 'a')],
  });
  await kafka.producer.send({ topic, messages: [keyed(4, 'a'), keyed(5, 'a')] });
  let last = 6;
  const sender = kafka.transactionalProducer('compacted');
  await sender.connect();
  t.after(() => sender.disconnect());
  // A segment is closed by what is written behind it, and only closed ones are compacted.
  await eventually(
    async () => {
      const transaction = await sender.transaction();
      await transaction.send({ topic, messages: [keyed(last, 'a')] });
      await (last % 2 === 0 ? transaction.commit() : transaction.abort());
      last += 1;
      return !segmentsOf(start.broker, topic).includes('event-2"');
    },
    { timeoutMs: 60_000, everyMs: 200 },
  );
  // Of an aborted transaction at the end the cleaner leaves a batch without records.
  const aborted = await sender.transaction();
  await aborted.send({ topic, messages: [keyed(last, 'a')] });
  await aborted.abort();
  await eventually(() => !segmentsOf(start.broker, topic).includes(`event-${last}"`), { timeoutMs: 60_000 });
  const intake = memoryIntake();
  const feed = startTestFeed(t, kafka, { KAFKA_TOPICS: topic, KAFKA_GROUP_ID: topic }, intake);
  await eventually(async () => {
    const [{ high = '' } = {}] = await kafka.admin.fetchTopicOffsets(topic);
    const [lag] = feed.lag();
    return lag?.position === lag?.end && String(lag?.position) === high;
  });
  assert.equal(intake.seen.has('event-0'), true);
  assert.equal(intake.seen.has('event-2'), false, 'it was compacted away');
  assert.deepEqual(feed.lost, []);
});
