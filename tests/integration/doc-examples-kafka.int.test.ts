import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { examplesOf, startExample, wayOf } from '../support/doc-examples.ts';
import { eventually } from '../support/eventually.ts';
import { kafkaClasspath } from '../support/kafka/classpath.ts';
import { startedKafka } from '../support/kafka/harness.ts';
import { startServer } from '../support/standalone.ts';

test('the examples of docs/kafka.md in TypeScript and Java send an event that is counted once', async (t) => {
  const kafka = await startedKafka(t);
  if (kafka === undefined) return;
  const { broker, admin } = kafka;
  await admin.createTopics({ topics: [{ topic: 'dossiers', numPartitions: 1 }], waitForLeaders: true });
  const env = { KAFKA_BROKERS: broker.brokers.join(), KAFKA_TOPICS: 'dossiers' };
  mkdirSync('.cache', { recursive: true });
  const folder = mkdtempSync(join('.cache', 'doc-example-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));

  const addresses = { '127.0.0.1:9092': broker.brokers[0] ?? '' };
  const classpath = { CLASSPATH: await kafkaClasspath() };
  for (const example of examplesOf('docs/kafka.md')) {
    if (!['ts', 'java'].includes(example.language) || 'missing' in wayOf(example)) continue;
    const run = startExample(example, folder, addresses, classpath);
    assert.equal(await run.ended, 0, run.errors());
  }

  const server = await startServer(env);
  t.after(() => server.kill());
  const dossier = async () => {
    const answer = await fetch(`${server.url}/v1/dossiers/H19.12-261116-0045`);
    return answer.status === 200 ? ((await answer.json()) as { events: readonly unknown[] }) : undefined;
  };
  const found = await eventually(dossier, { timeoutMs: 30_000, everyMs: 200 });
  assert.match(JSON.stringify(found), /2026-11-20/);
  const letters = (await (await fetch(`${server.url}/v1/dead-letters`)).json()) as {
    items: readonly unknown[];
  };
  assert.deepEqual(Object.values(letters).filter(Array.isArray).flat(), []);
});
