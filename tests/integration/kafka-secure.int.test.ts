import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { kafkaClasspath } from '../support/kafka/classpath.ts';
import { asMessage, connectTo, createTopic, memoryIntake, startTestFeed } from '../support/kafka/harness.ts';
import { startProcessBroker } from '../support/kafka/process-broker.ts';
import { secureListener } from '../support/kafka/secure-listener.ts';

/** Only a broker that this test configures has such a door, so it needs Java. */
const missing = await kafkaClasspath().then(
  () => false as const,
  (error) => `no Kafka on this machine's Java: ${error}`,
);
if (missing !== false && process.env.CI === 'true') throw new Error(missing);

test('the feed logs in by TLS and SASL, and gives up on a wrong password', { skip: missing }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'nhip-kafka-secure-'));
  after(() => rm(folder, { recursive: true, force: true }));
  const door = await secureListener(folder);
  const broker = await startProcessBroker({}, door);
  after(() => broker.stop());
  const kafka = await connectTo(broker);
  after(() => kafka.close());
  const topic = await createTopic(kafka, 'secure');
  await kafka.producer.send({ topic, messages: [asMessage(0)] });

  const secured = { broker: { ...broker, brokers: [door.address] } };
  const feedWith = (mechanism: string, env: Record<string, string> = {}) => {
    const intake = memoryIntake();
    const names = { KAFKA_TOPICS: topic, KAFKA_GROUP_ID: `by-${mechanism}` };
    const login = {
      KAFKA_TLS_CA_FILE: door.caFile,
      KAFKA_SASL_MECHANISM: mechanism,
      KAFKA_SASL_USERNAME: door.username,
      KAFKA_SASL_PASSWORD: door.password,
    };
    return { intake, feed: startTestFeed(t, secured, { ...names, ...login, ...env }, intake) };
  };
  for (const mechanism of ['plain', 'scram-sha-256', 'scram-sha-512']) {
    const { intake } = feedWith(mechanism);
    await eventually(() => intake.seen.size === 1);
  }
  const { feed } = feedWith('scram-sha-512', { KAFKA_SASL_PASSWORD: 'wrong' });
  await eventually(() => feed.health().kind === 'failed');
  assert.match(feed.fatal[0]?.message ?? '', /authentication/i);
});
