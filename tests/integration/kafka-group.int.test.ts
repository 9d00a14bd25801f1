import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import {
  asMessage,
  createTopic,
  describeWithOwnKafka,
  idsOf,
  memoryIntake,
  startTestFeed,
  type TestKafka,
} from '../support/kafka/harness.ts';

await describeWithOwnKafka('a group of Kafka feeds', (kafka) => {
  test('shares partitions while members come and go: every event arrives', async (t) => {
    const topic = await createTopic(kafka, 'shared', 6);
    const names = { KAFKA_TOPICS: topic, KAFKA_GROUP_ID: 'shared' };
    const [first, second] = [memoryIntake(), memoryIntake()];
    const sender = keepSending(kafka, topic);

    const firstFeed = startTestFeed(t, kafka, names, first);
    await eventually(() => first.seen.size > 1_000);
    assert.equal(firstFeed.lag().length, 6);

    const secondFeed = startTestFeed(t, kafka, names, second);
    await eventually(() => second.seen.size > 1_000);
    await eventually(() => firstFeed.lag().length === 3 && secondFeed.lag().length === 3);

    const before = second.seen.size;
    await firstFeed.stop();
    await eventually(() => secondFeed.lag().length === 6 && second.seen.size > before + 1_000);

    const sent = await sender.stop();
    const ids = await eventually(() => {
      const union = new Set([...first.seen.keys(), ...second.seen.keys()]);
      return union.size === sent && union;
    });
    assert.deepEqual(ids, new Set(idsOf(0, sent)));
    const received = sum(first.seen.values()) + sum(second.seen.values());
    t.diagnostic(`${sent} events sent, ${received - sent} came twice`);
  });

  test('goes on by itself after its broker restarts and after its broker is killed', async (t) => {
    const topic = await createTopic(kafka, 'restarted', 2);
    const intake = memoryIntake();
    const names = { KAFKA_TOPICS: topic, KAFKA_GROUP_ID: 'restarted' };
    // The group waits so long for the member that it remembers from before.
    const feed = startTestFeed(t, kafka, names, intake, { sessionTimeoutMs: 1_000 });
    await send(kafka, topic, 0, 100);
    await eventually(() => intake.seen.size === 100);

    await kafka.broker.restart();
    await send(kafka, topic, 100, 200);
    await eventually(() => intake.seen.size === 200, { timeoutMs: 20_000 });

    await kafka.broker.kill();
    const health = await eventually(() => feed.health().kind === 'broker-away' && feed.health(), {
      timeoutMs: 20_000,
    });
    assert.notEqual('reason' in health && health.reason, '');
    await kafka.broker.restart();
    await send(kafka, topic, 200, 300);
    await eventually(() => intake.seen.size === 300, { timeoutMs: 20_000 });
    await eventually(() => feed.health().kind === 'consuming');
    assert.deepEqual(new Set(intake.seen.keys()), new Set(idsOf(0, 300)));
    assert.deepEqual(feed.fatal, []);
  });
});

const send = ({ producer }: TestKafka, topic: string, from: number, to: number) =>
  producer.send({
    topic,
    messages: Array.from({ length: to - from }, (_, index) => ({
      key: String(from + index),
      ...asMessage(from + index),
    })),
  });

/** Sends sample events in small batches until stopped; then gives their number. */
function keepSending(kafka: TestKafka, topic: string): { stop(): Promise<number> } {
  let sent = 0;
  let going = true;
  const running = (async () => {
    while (going) {
      await send(kafka, topic, sent, sent + 50);
      sent += 50;
    }
  })();
  return {
    async stop() {
      going = false;
      await running;
      return sent;
    },
  };
}

const sum = (values: Iterable<number>): number => {
  let total = 0;
  for (const value of values) total += value;
  return total;
};
