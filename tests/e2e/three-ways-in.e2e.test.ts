import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { createTopic, describeWithKafka } from '../support/kafka/harness.ts';
import { eventsIn } from '../support/kept-in.ts';
import { nhip } from '../support/process.ts';
import { emptyDir, type RunningServer, startServer } from '../support/standalone.ts';
import { statusEvent } from '../support/status-event.ts';

/**
 * One province, three ways in: a third of the dossiers by Kafka, a third by file, a third by HTTP, with every event also sent
 * a second time by another way, while the server is killed. The figure is counted by hand below.
 */
const DOSSIERS = 900;
const isLate = (n: number) => n % 25 === 0;

const NOW = Date.now();
const inDays = (days: number) => new Date(NOW + days * 86_400_000).toISOString();

const eventsOf = (n: number) => {
  const dossierId = `H19.12-260105-${String(n).padStart(4, '0')}`;
  return [
    statusEvent(dossierId, 'received', inDays(-10), {
      dueAt: inDays(isLate(n) ? -2 : 2),
      dueBasis: 'receipt-slip',
    }),
    statusEvent(dossierId, 'in-progress', inDays(-9)),
    statusEvent(dossierId, 'completed', inDays(0), { finishedAt: inDays(0) }),
  ];
};
const events = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => eventsOf(from + index)).flat();

async function postAll(server: RunningServer, all: readonly object[]): Promise<void> {
  for (let start = 0; start < all.length; start += 500) {
    const answer = await fetch(`${server.url}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents-batch+json' },
      body: JSON.stringify(all.slice(start, start + 500)),
    });
    assert.equal(answer.status, 200);
  }
}

/** How many dossier events the store holds. */
async function storedEvents(dataDir: string): Promise<number> {
  const stored = await Array.fromAsync(eventsIn(dataDir));
  return stored.filter(({ type }) => type === 'dossier.status.v1').length;
}

await describeWithKafka('three ways in', (kafka) => {
  test('each event counts once, by any way and however often it came, across a kill', async () => {
    const topic = await createTopic(kafka, 'three-ways', 3);
    const env = {
      KAFKA_BROKERS: kafka.broker.brokers.join(','),
      KAFKA_TOPICS: topic,
      KAFKA_GROUP_ID: 'three-ways',
    };
    let server = await startServer(env);
    const produce = (all: readonly { id: string }[]) =>
      kafka.producer.send({
        topic,
        messages: [
          ...all.map((event) => ({ key: event.id, value: JSON.stringify(event) })),
          { value: '{"poison"' },
        ],
      });

    await produce(events(0, 300));
    await server.kill();
    server = await startServer({ ...env, DATA_DIR: server.dataDir });

    const file = join(emptyDir(), 'dossiers.ndjson');
    writeFileSync(
      file,
      events(250, 600)
        .map((event) => `${JSON.stringify(event)}\n`)
        .join(''),
    );
    const imported = await nhip(['import', file, '--url', server.url], { DATA_DIR: emptyDir() });
    assert.equal(imported.code, 0, imported.stdout + imported.stderr);

    await postAll(server, events(550, DOSSIERS));
    await produce(events(800, DOSSIERS));

    const late = Array.from({ length: DOSSIERS }, (_, n) => n).filter(isLate).length;
    const figure = await eventually(
      async () => {
        const answer = (await (await fetch(`${server.url}/v1/objectives/dossier-on-time`)).json()) as Record<
          string,
          unknown
        >;
        return answer.denominator === DOSSIERS && answer;
      },
      { timeoutMs: 60_000 },
    );
    assert.equal(figure.numerator, DOSSIERS - late);
    await eventually(async () => {
      const listed = (await (await fetch(`${server.url}/v1/dead-letters`)).json()) as {
        items: { origin: string }[];
      };
      return listed.items.some(({ origin }) => origin.startsWith(`kafka:${topic}/`));
    });
    const ready = await fetch(`${server.url}/readyz`);
    assert.equal(ready.status, 200);
    assert.equal(await server.stop(), 0);

    const verified = await nhip(['verify'], { DATA_DIR: server.dataDir });
    assert.equal(verified.code, 0, verified.stdout + verified.stderr);
    assert.equal(await storedEvents(server.dataDir), DOSSIERS * 3, 'every event is there, and none twice');
  });
});
