import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import kafkajs from 'kafkajs';
import { openEventReader } from '../../shared/event-store/sqlite/store.ts';
import { eventually } from '../support/eventually.ts';
import {
  asMessage,
  createTopic,
  describeWithKafka,
  sampleEvent,
  type TestKafka,
} from '../support/kafka/harness.ts';
import { deadLettersIn, eventsIn } from '../support/kept-in.ts';

const { CompressionTypes } = kafkajs;
const MiB = 1_024 * 1_024;
/** What docker-compose.yml gives to ingest: of the heap, and of all. */
const HEAP_MB = 384;
const CONTAINER_BYTES = 512 * MiB;

/** An ingest process of the size that compose sets. */
function startMember(t: TestContext, kafka: TestKafka, topic: string, more: NodeJS.ProcessEnv = {}) {
  const folder = more.DATA_DIR ?? mkdtempSync(join(tmpdir(), 'nhip-kafka-bounds-'));
  const env = {
    PATH: process.env.PATH,
    NODE_NO_WARNINGS: '1',
    DATA_DIR: folder,
    KAFKA_BROKERS: kafka.broker.brokers.join(),
    KAFKA_TOPICS: topic,
    KAFKA_GROUP_ID: topic,
    ...more,
  };
  const member = spawn(process.execPath, [`--max-old-space-size=${HEAP_MB}`, 'tests/chaos/kafka-member.ts'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(member, 'exit');
  let messages = 0;
  member.stdout.on('data', (lines: Buffer) => {
    messages = Number(lines.toString().trim().split('\n').at(-1));
  });
  t.after(async () => {
    member.kill('SIGKILL');
    await exited;
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    folder,
    exited,
    messages: () => messages,
    /** Waits until so many events are stored: a message may come more than once. */
    async stored(count: number) {
      const ended = () => member.exitCode !== null || member.signalCode !== null;
      await eventually(() => messages > 0 || ended(), { timeoutMs: 60_000 });
      const reader = openEventReader(join(folder, 'events.db'));
      await eventually(async () => (await reader.head()) >= count || ended(), { timeoutMs: 60_000 });
      await reader.close();
      assert.equal(member.exitCode ?? member.signalCode, null, 'it lives');
      const status = readFileSync(`/proc/${member.pid}/status`, 'utf8');
      const bytes = (field: string) => 1_024 * Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]);
      // The kernel takes pages of files back, the program's own first, before it ends a process for its memory.
      return { peakBytes: bytes('VmHWM') - bytes('RssFile') };
    },
    async stop() {
      member.kill('SIGTERM');
      await exited;
      return {
        codes: await Array.fromAsync(deadLettersIn(folder), ({ faults: [first] }) => first?.code),
        events: await Array.fromAsync(eventsIn(folder)),
      };
    },
  };
}

await describeWithKafka('a Kafka feed in 384 MiB', (kafka) => {
  test('outlives batches of every codec that unfold beyond it, and takes what stands behind them', async (t) => {
    const topic = await createTopic(kafka, 'unfolding');
    const send = (compression: number, value: Buffer) =>
      kafka.producer.send({ topic, compression, messages: [{ value }] });
    const giant = Buffer.alloc(200 * MiB, '[');
    await send(CompressionTypes.GZIP, giant);
    await send(CompressionTypes.LZ4, giant.subarray(0, 40 * MiB));
    await send(CompressionTypes.ZSTD, giant.subarray(0, 40 * MiB));
    // As far as a broker's megabyte of Snappy unfolds.
    await send(CompressionTypes.Snappy, giant.subarray(0, 20 * MiB));
    await kafka.producer.send({ topic, messages: [asMessage(1)] });

    const member = startMember(t, kafka, topic);
    await member.stored(1);
    const { codes, events } = await member.stop();
    assert.deepEqual(codes, Array(4).fill('too-large'));
    assert.deepEqual(
      events.map(({ metadata }) => metadata.sourceId),
      [sampleEvent(1).id],
    );
  });

  test('takes batches of all partitions that are within their bound, and together far beyond the memory', async (t) => {
    const PARTITIONS = 5;
    const BATCHES = 4;
    const topic = await createTopic(kafka, 'together', PARTITIONS);
    // 30 MiB a batch, 600 MiB in one answer of the broker: valid events with a field that is not read.
    const event = (number: number) => {
      const { data, ...envelope } = sampleEvent(number);
      return { value: JSON.stringify({ ...envelope, data: { ...data, unread: 'x'.repeat(3 * MiB) } }) };
    };
    for (let batch = 0; batch < BATCHES; batch += 1) {
      for (let partition = 0; partition < PARTITIONS; partition += 1) {
        const first = (batch * PARTITIONS + partition) * 10;
        const messages = Array.from({ length: 10 }, (_, index) => ({ ...event(first + index), partition }));
        await kafka.producer.send({ topic, compression: CompressionTypes.ZSTD, messages });
      }
    }
    const member = startMember(t, kafka, topic);
    const { peakBytes } = await member.stored(PARTITIONS * BATCHES * 10);
    assert.ok(peakBytes < CONTAINER_BYTES, `${Math.round(peakBytes / MiB)} MiB`);
    const { codes, events } = await member.stop();
    assert.deepEqual(codes, []);
    assert.equal(new Set(events.map(({ id }) => id)).size, PARTITIONS * BATCHES * 10);
  });

  test('dies of a message up to three times, the second time alone with it, then keeps it as a dead letter', async (t) => {
    const topic = await createTopic(kafka, 'deadly');
    const messages = Array.from({ length: 40 }, (_, index) => asMessage(index));
    await kafka.producer.send({ topic, messages });
    const DATA_DIR = mkdtempSync(join(tmpdir(), 'nhip-kafka-bounds-'));
    const start = () => startMember(t, kafka, topic, { DATA_DIR, DEADLY_ID: sampleEvent(25).id });
    let [deaths, member] = [0, start()];
    for (;;) {
      const lived = eventually(() => member.messages() === 40, { timeoutMs: 60_000 }).then(() => true);
      if (await Promise.race([lived, member.exited.then(() => false)])) break;
      lived.catch(() => {});
      deaths += 1;
      member = start();
    }
    const { codes, events } = await member.stop();
    assert.equal(deaths, 3);
    assert.deepEqual(codes, ['unparseable']);
    assert.equal(new Set(events.map(({ id }) => id)).size, 39);
  });
});
