import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CloudEvent, Kafka as KafkaBinding } from 'cloudevents';
import kafkajs from 'kafkajs';
import { eventually } from '../support/eventually.ts';
import {
  asMessage,
  committed,
  createTopic,
  describeWithOwnKafka,
  idsOf,
  memoryIntake,
  sampleEvent,
  startTestFeed,
} from '../support/kafka/harness.ts';
import { produceWithJava } from '../support/kafka/java-producer.ts';
import { damageBatch } from '../support/kafka/segment.ts';

const { CompressionTypes } = kafkajs;
const ATTRIBUTES_AT = 21;
const RECORDS_AT = 61;

await describeWithOwnKafka('the Kafka feed', (kafka) => {
  test('accepts events as the CloudEvents SDK sends them, in structured and in binary mode', async (t) => {
    const topic = await createTopic(kafka, 'modes');
    const intake = memoryIntake();
    startTestFeed(t, kafka, { KAFKA_TOPICS: topic, KAFKA_GROUP_ID: 'modes' }, intake);

    const structured = KafkaBinding.structured(new CloudEvent(sampleEvent(1)));
    const binary = KafkaBinding.binary(
      new CloudEvent({ ...sampleEvent(2), datacontenttype: 'application/json' }),
    );
    assert.equal(Object.hasOwn(binary.headers, 'ce_id'), true, 'the SDK sent binary mode');
    const plain = JSON.stringify(sampleEvent(3));
    await kafka.producer.send({
      topic,
      messages: [
        { value: String(structured.value), headers: headersOf(structured.headers) },
        { value: JSON.stringify(binary.value), headers: headersOf(binary.headers) },
        { value: plain },
      ],
    });

    await eventually(() => intake.inputs.length === 3);
    assert.deepEqual(intake.refused, []);
    assert.deepEqual([...intake.seen.keys()], idsOf(1, 4));
    for (const [index, { decoded, origin }] of intake.inputs.entries()) {
      assert.equal(decoded.kind, 'event');
      assert.equal(decoded.event.stream, `dossier-H19.12-260105-000000${index + 1}`);
      assert.equal(decoded.event.metadata.origin, `kafka:modes/0@${index}`);
      assert.equal(origin, `kafka:modes/0@${index}`);
      assert.deepEqual(JSON.parse(decoded.event.data), {
        time: '2026-01-05T01:00:00.000Z',
        ...sampleEvent(index + 1).data,
      });
    }
  });

  test('reads every compression that kafkajs sends', async (t) => {
    const topic = await createTopic(kafka, 'codecs');
    const intake = memoryIntake();
    startTestFeed(t, kafka, { KAFKA_TOPICS: topic, KAFKA_GROUP_ID: 'codecs' }, intake);
    const { None, GZIP, Snappy, LZ4, ZSTD } = CompressionTypes;
    for (const [index, compression] of [None, GZIP, Snappy, LZ4, ZSTD].entries()) {
      const messages = Array.from({ length: 100 }, (_, number) => asMessage(index * 100 + number));
      await kafka.producer.send({ topic, compression, messages });
    }
    await eventually(() => intake.seen.size === 500);
    assert.deepEqual([...intake.seen.keys()], idsOf(0, 500));
    assert.deepEqual(intake.refused, []);
  });

  test('reads every compression that Java producers send, in batches of many blocks', async (t) => {
    const topic = await createTopic(kafka, 'java-codecs');
    const intake = memoryIntake();
    startTestFeed(t, kafka, { KAFKA_TOPICS: topic, KAFKA_GROUP_ID: 'java-codecs' }, intake);
    const codecs = ['gzip', 'snappy', 'lz4', 'zstd'] as const;
    await Promise.all(
      codecs.map((codec, index) => {
        const lines = Array.from({ length: 2_000 }, (_, number) => asMessage(index * 2_000 + number).value);
        return produceWithJava(kafka.broker.brokers, topic, codec, lines);
      }),
    );
    await eventually(() => intake.seen.size === 8_000);
    assert.deepEqual(new Set(intake.seen.keys()), new Set(idsOf(0, 8_000)));
    assert.deepEqual(intake.refused, []);
  });

  test('refuses poison with its place and its bytes, passes over tombstones, and goes on', async (t) => {
    const topic = await createTopic(kafka, 'poison');
    const intake = memoryIntake();
    const feed = startTestFeed(t, kafka, { KAFKA_TOPICS: topic, KAFKA_GROUP_ID: 'poison' }, intake);
    const ce = (id: number) => ({
      ce_specversion: '1.0',
      ce_id: sampleEvent(id).id,
      ce_source: 'test',
      ce_type: 'dossier.status.v1',
      ce_time: '2026-01-05',
    });
    await kafka.producer.send({
      topic,
      messages: [
        asMessage(0),
        { value: '{"specversion": "1.0",' },
        { value: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]) },
        { value: null, key: 'gone' },
        { value: JSON.stringify({ ...sampleEvent(4), type: 'dossier.vanished.v1' }) },
        { value: 'ƠI', headers: ce(5) },
        { value: null, headers: ce(6) },
        { value: '' },
        asMessage(8),
      ],
    });
    await eventually(() => intake.seen.has(sampleEvent(8).id));
    assert.deepEqual([...intake.seen.keys()], [sampleEvent(0).id, sampleEvent(8).id]);
    assert.deepEqual(
      intake.refused.map(({ origin, code }) => [origin, code]),
      [
        ['kafka:poison/0@1', 'unparseable'],
        ['kafka:poison/0@2', 'unparseable'],
        ['kafka:poison/0@4', 'type-unknown'],
        ['kafka:poison/0@5', 'unparseable'],
        ['kafka:poison/0@6', 'data-invalid'],
        ['kafka:poison/0@7', 'unparseable'],
      ],
    );
    assert.equal(intake.refused[0]?.raw, '{"specversion": "1.0",');
    const kept = JSON.parse(intake.refused[3]?.raw ?? '');
    assert.equal(kept.id, sampleEvent(5).id, 'binary mode is kept with its attributes');
    assert.equal(Buffer.from(kept.data_base64, 'base64').toString(), 'ƠI');
    await eventually(() => feed.lag().every(({ position, end }) => position === 9n && end === 9n));
  });

  test('makes one dead letter of a batch that cannot be read, names its offsets, and goes on', async (t) => {
    const { logDir } = kafka.broker;
    if (logDir === undefined) return t.skip('only a broker on this machine lets its segments be damaged');
    const topic = await createTopic(kafka, 'damaged');
    const send = async (from: number, compression = CompressionTypes.None, count = 3) => {
      const messages = Array.from({ length: count }, (_, index) => asMessage(from + index));
      await kafka.producer.send({ topic, compression, messages });
    };
    await send(0);
    await send(3, CompressionTypes.GZIP); // will name a codec that does not exist
    await send(6);
    await send(9, CompressionTypes.ZSTD); // will be cut by a flipped byte
    await send(12); // its second record will claim to be longer than it is
    await send(15, CompressionTypes.GZIP, 2_500); // longer than a chunk, and its checksum broken
    await send(2_515);
    await damageBatch(logDir, topic, 3n, (batch) => batch.writeInt16BE(5, ATTRIBUTES_AT));
    await damageBatch(logDir, topic, 9n, (batch) =>
      batch.writeUInt8(batch.readUInt8(RECORDS_AT) ^ 0xff, RECORDS_AT),
    );
    await damageBatch(logDir, topic, 12n, (batch) =>
      batch.writeUInt8(batch.readUInt8(RECORDS_AT) + 2, RECORDS_AT),
    );
    await damageBatch(logDir, topic, 15n, (batch) => batch.writeInt32LE(0, batch.length - 8));

    const intake = memoryIntake();
    const feed = startTestFeed(t, kafka, { KAFKA_TOPICS: topic, KAFKA_GROUP_ID: 'damaged' }, intake);
    await eventually(() => intake.seen.has(sampleEvent(2_517).id));

    assert.deepEqual([...intake.seen.keys()], [...idsOf(0, 3), ...idsOf(6, 9), ...idsOf(2_515, 2_518)]);
    assert.deepEqual(
      intake.refused.map(({ origin, code }) => [origin, code]),
      [
        ['kafka:damaged/0@3-5', 'codec-unknown'],
        ['kafka:damaged/0@9-11', 'unparseable'],
        ['kafka:damaged/0@12-14', 'unparseable'],
        ['kafka:damaged/0@15-2514', 'unparseable'],
      ],
    );
    assert.match(intake.refused[2]?.raw ?? '', /H19\.12-260105-0000013/, 'the batch is kept as it was sent');
    assert.deepEqual(feed.fatal, []);
    await feed.stop();
    assert.equal(await committed(kafka, 'damaged', topic), '2518');
  });

  test('commits nothing while the store is away, reports since when, and then loses nothing', async (t) => {
    const topic = await createTopic(kafka, 'store-away');
    const intake = memoryIntake();
    intake.away = true;
    const feed = startTestFeed(t, kafka, { KAFKA_TOPICS: topic, KAFKA_GROUP_ID: 'store-away' }, intake);
    const startedAt = Date.now();
    await kafka.producer.send({ topic, messages: [0, 1, 2].map(asMessage) });
    const health = await eventually(() => feed.health().kind === 'store-away' && feed.health());
    assert.ok(health.since >= startedAt && health.since <= Date.now());
    assert.equal('reason' in health && health.reason, 'the test took the store away');
    assert.equal(await committed(kafka, 'store-away', topic), '0');

    intake.away = false;
    await eventually(() => intake.seen.size === 3);
    await eventually(async () => (await committed(kafka, 'store-away', topic)) === '3');
    assert.equal(feed.health().kind, 'consuming');
  });

  test('stops in the middle of a wait for the store without committing what is not durable', async (t) => {
    const topic = await createTopic(kafka, 'stop-while-away');
    const intake = memoryIntake();
    const names = { KAFKA_TOPICS: topic, KAFKA_GROUP_ID: 'stop-while-away' };
    intake.away = true;
    const feed = startTestFeed(t, kafka, names, intake);
    await kafka.producer.send({ topic, messages: [asMessage(0)] });
    await eventually(() => feed.health().kind === 'store-away');
    await feed.stop();
    assert.equal(feed.health().kind, 'stopped');
    assert.equal(await committed(kafka, 'stop-while-away', topic), '0');

    intake.away = false;
    startTestFeed(t, kafka, names, intake);
    await eventually(() => intake.seen.size === 1);
  });

  test('reads topics that a pattern matches, also those made later', async (t) => {
    await createTopic(kafka, 'office.dossiers');
    await createTopic(kafka, 'office.dossiers-not');
    const intake = memoryIntake();
    const feed = startTestFeed(
      t,
      kafka,
      { KAFKA_TOPICS: '/office\\.[a-z]+/', KAFKA_GROUP_ID: 'pattern' },
      intake,
    );
    await kafka.producer.send({ topic: 'office.dossiers-not', messages: [asMessage(9)] });
    await kafka.producer.send({ topic: 'office.dossiers', messages: [asMessage(0)] });
    await eventually(() => intake.seen.size === 1);
    await createTopic(kafka, 'office.documents');
    await kafka.producer.send({ topic: 'office.documents', messages: [asMessage(1)] });
    await eventually(() => intake.seen.size === 2);
    assert.deepEqual([...intake.seen.keys()], idsOf(0, 2));
    assert.deepEqual(
      feed.lag().map(({ topic }) => topic),
      ['office.documents', 'office.dossiers'],
    );
  });

  test('waits for a topic that does not exist yet and names it', async (t) => {
    const intake = memoryIntake();
    const feed = startTestFeed(t, kafka, { KAFKA_TOPICS: 'not-yet', KAFKA_GROUP_ID: 'not-yet' }, intake);
    const health = await eventually(() => feed.health().kind === 'broker-away' && feed.health());
    assert.match('reason' in health ? health.reason : '', /not-yet/);
    await createTopic(kafka, 'not-yet');
    await kafka.producer.send({ topic: 'not-yet', messages: [asMessage(0)] });
    await eventually(() => intake.seen.size === 1);
  });

  test('gives up and notifies its process when a partition is stuck', async (t) => {
    const topic = await createTopic(kafka, 'stuck');
    const answer = Promise.withResolvers<never>();
    t.after(() => answer.reject(new Error('the test is over')));
    const hanging = { receive: () => answer.promise };
    const names = { KAFKA_TOPICS: topic, KAFKA_GROUP_ID: 'stuck' };
    const feed = startTestFeed(t, kafka, names, hanging, { stallMs: 600 });
    await kafka.producer.send({ topic, messages: [asMessage(0)] });
    await eventually(() => feed.fatal.length === 1, { timeoutMs: 20_000 });
    assert.match(feed.fatal[0]?.message ?? '', /stuck\/0/);
  });

  test('reads what transactions committed, not what they aborted, and stands at the end after both', async (t) => {
    const topic = await createTopic(kafka, 'transactions');
    const intake = memoryIntake();
    const names = { KAFKA_TOPICS: topic, KAFKA_GROUP_ID: 'transactions' };
    const feed = startTestFeed(t, kafka, names, intake);
    const sender = kafka.transactionalProducer('nhip-test');
    await sender.connect();
    t.after(() => sender.disconnect());
    for (const [from, ends] of [
      [0, 'commit'],
      [3, 'abort'],
      [6, 'commit'],
      [9, 'abort'],
    ] as const) {
      const transaction = await sender.transaction();
      await transaction.send({ topic, messages: [from, from + 1, from + 2].map(asMessage) });
      await transaction[ends]();
    }
    // Twelve events and four marks of the broker.
    await eventually(() => feed.lag()[0]?.position === 16n && feed.lag()[0]?.end === 16n);
    assert.deepEqual([...intake.seen.keys()], [...idsOf(0, 3), ...idsOf(6, 9)]);
  });

  test('gives up and notifies its process when the intake breaks', async (t) => {
    const topic = await createTopic(kafka, 'broken');
    const broken = { receive: () => Promise.reject(new TypeError('a fault of the program')) };
    const feed = startTestFeed(t, kafka, { KAFKA_TOPICS: topic, KAFKA_GROUP_ID: 'broken' }, broken);
    await kafka.producer.send({ topic, messages: [asMessage(0)] });
    await eventually(() => feed.health().kind === 'failed');
    assert.deepEqual(
      feed.fatal.map(({ message }) => message),
      ['a fault of the program'],
    );
    assert.equal(await committed(kafka, 'broken', topic), '0');
  });
});

function headersOf(headers: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
}
