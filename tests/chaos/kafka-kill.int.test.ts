import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { asMessage, createTopic, describeWithKafka, idsOf } from '../support/kafka/harness.ts';
import { deadLettersIn, eventsIn } from '../support/kept-in.ts';

const EVENTS = 4_000;
const POISON = 40;
const KILLS = 4;
const GROUP = 'killed';
const SEND_AT_ONCE = 100;
/** Of one partition in one answer: so small that each kill meets another place of it, and few messages are read again one by one. */
const FETCH_BYTES = 20_000;

await describeWithKafka('an ingest process killed at random moments', (kafka) => {
  test('stores every event exactly once and every poison once', async (t) => {
    const topic = await createTopic(kafka, 'killed', 3);
    const folder = await mkdtemp(join(tmpdir(), 'nhip-kill-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    for (let from = 0; from < EVENTS; from += SEND_AT_ONCE) {
      const good = Array.from({ length: SEND_AT_ONCE }, (_, index) => asMessage(from + index));
      // The first of each batch comes twice, as from a sender whose answer was lost.
      const messages = [...good, asMessage(from), { value: `not an event ${from}` }];
      await kafka.producer.send({
        topic,
        messages: messages.map((message, key) => ({ key: String(key), ...message })),
      });
    }
    assert.equal(EVENTS / SEND_AT_ONCE, POISON);

    const env = {
      ...process.env,
      DATA_DIR: folder,
      KAFKA_BROKERS: kafka.broker.brokers.join(),
      KAFKA_TOPICS: topic,
      KAFKA_GROUP_ID: GROUP,
      KAFKA_MAX_BYTES: String(FETCH_BYTES),
    };
    const start = () => {
      const child = spawn(process.execPath, [join(import.meta.dirname, 'kafka-member.ts')], {
        env,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      t.after(() => child.kill('SIGKILL'));
      return child;
    };
    for (let round = 0; round < KILLS; round++) {
      const child = start();
      const after = randomInt(1, EVENTS / KILLS);
      await untilTaken(child, after);
      child.kill('SIGKILL');
      await once(child, 'exit');
      t.diagnostic(`killed after ${after} messages`);
    }

    const last = start();
    await eventually(async () => (await lagOf(topic)) === 0n, { timeoutMs: 60_000, everyMs: 100 });
    last.kill('SIGTERM');
    assert.deepEqual(await once(last, 'exit'), [0, null]);

    const ids = await Array.fromAsync(eventsIn(folder), ({ metadata }) => metadata.sourceId);
    assert.deepEqual(ids.sort(), idsOf(0, EVENTS).sort());
    assert.equal((await Array.fromAsync(deadLettersIn(folder))).length, POISON);
  });

  /** Messages that the group has not committed yet. */
  async function lagOf(topic: string): Promise<bigint> {
    const ends = await kafka.admin.fetchTopicOffsets(topic);
    const [group] = await kafka.admin.fetchOffsets({ groupId: GROUP, topics: [topic] });
    return ends.reduce((lag, { partition, high }) => {
      const offset = group?.partitions.find((one) => one.partition === partition)?.offset ?? '-1';
      return lag + BigInt(high) - (offset === '-1' ? 0n : BigInt(offset));
    }, 0n);
  }
});

async function untilTaken(child: ChildProcess, messages: number): Promise<void> {
  assert.ok(child.stdout);
  for await (const line of createInterface(child.stdout)) if (Number(line) >= messages) return;
  throw new Error(`the process ended by itself with ${child.exitCode}`);
}
