import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import decision124 from '../../shared/measures/decision-124.json' with { type: 'json' };
import { eventually } from '../support/eventually.ts';
import { createTopic, startedKafka } from '../support/kafka/harness.ts';
import type { RunningProcess } from '../support/process.ts';
import { nhip } from '../support/process.ts';
import { describeProduction, type ServiceName } from '../support/production.ts';
import { lintMetrics } from '../support/promtool.ts';
import { emptyDir } from '../support/standalone.ts';
import { statusEvent } from '../support/status-event.ts';
import { startReceiver } from '../support/webhook-receiver.ts';

/**
 * A province in the production topology, two processes of each kind. Every 20th dossier is late, so 95 % of them are on time
 * and the objective of 96 % is breached.
 */
const DOSSIERS = 600;
const LATE = 30;
const NOW = Date.now();
const SOON = { timeoutMs: 20_000 };
const inDays = (days: number) => new Date(NOW + days * 86_400_000).toISOString();

const eventsOf = (n: number) => {
  const dossierId = `H19.12-260105-${String(n).padStart(4, '0')}`;
  return [
    statusEvent(dossierId, 'received', inDays(-10), {
      unitId: 'H19.12',
      dueAt: inDays(n % 20 === 0 ? -2 : 2),
      dueBasis: 'receipt-slip',
    }),
    statusEvent(dossierId, 'completed', inDays(0), { finishedAt: inDays(0) }),
  ];
};
const events = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => eventsOf(from + index)).flat();

type Json = Record<string, unknown>;
const get = async ({ url }: RunningProcess, path: string) => {
  const answer = await fetch(`${url}${path}`);
  return { status: answer.status, body: (await answer.json()) as Json };
};
const ready = async (one: RunningProcess) => (await fetch(`${one.url}/readyz`)).status === 200;

await describeProduction('the production topology', ({ start, env }) => {
  test('accepts events from Kafka and HTTP, keeps the figures, notifies of a breach, follows a changed target, and ends in order', async (t) => {
    const kafka = await startedKafka(t);
    if (!kafka) return;
    const topic = await createTopic(kafka, 'production', 3);
    const fromKafka = {
      KAFKA_BROKERS: kafka.broker.brokers.join(','),
      KAFKA_TOPICS: topic,
      KAFKA_GROUP_ID: 'production',
    };
    const twoOf = (name: ServiceName, more: NodeJS.ProcessEnv = {}) =>
      Promise.all([start(name, more), start(name, more)]);
    const [ingest, projectors, apis, alerters] = await Promise.all([
      twoOf('ingest', fromKafka),
      twoOf('projector'),
      twoOf('api'),
      twoOf('alerter'),
    ]);
    for (const one of [...ingest, ...projectors, ...apis])
      await eventually(() => ready(one), { timeoutMs: 20_000 });

    // One alerter leads and is ready; the other reports that it stands by, and answers nothing.
    const leading = await eventually(async () => {
      const states = await Promise.all(alerters.map(ready));
      return states.filter(Boolean).length === 1 && alerters[states.indexOf(true)];
    });
    const standby = alerters.find((one) => one !== leading);
    assert.ok(standby);
    assert.match(String((await get(standby, '/v1/alerts')).body.detail), /on standby/);

    const receiver = await startReceiver();
    t.after(() => receiver.close());
    const registered = await fetch(`${leading.url}/v1/webhooks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ url: receiver.url }),
    });
    assert.equal(registered.status, 201);
    const { secret } = (await registered.json()) as { secret: string };

    const half = events(0, DOSSIERS / 2 + 50);
    await kafka.producer.send({
      topic,
      messages: [
        ...half.map((event) => ({ key: event.id, value: JSON.stringify(event) })),
        ...half.slice(0, 100).map((event) => ({ key: event.id, value: JSON.stringify(event) })),
        { value: '{"poison"' },
      ],
    });
    for (const [index, part] of [
      events(DOSSIERS / 2, DOSSIERS - 200),
      events(DOSSIERS - 250, DOSSIERS),
    ].entries()) {
      const answer = await fetch(`${ingest[index]?.url}/v1/events`, {
        method: 'POST',
        headers: { 'content-type': 'application/cloudevents-batch+json' },
        body: JSON.stringify(part),
      });
      assert.equal(answer.status, 200);
      assert.deepEqual(((await answer.json()) as Json).rejected, []);
    }

    for (const api of apis) {
      const figure = await eventually(
        async () => {
          const { body } = await get(api, '/v1/objectives/dossier-on-time');
          return body.denominator === DOSSIERS && body;
        },
        { timeoutMs: 30_000 },
      );
      assert.equal(figure.numerator, DOSSIERS - LATE);
      assert.equal(figure.status, 'breached');
      const late = await get(api, '/v1/objectives/dossier-on-time/evidence?part=late&limit=100');
      assert.equal((late.body.dossiers as Json[]).length, LATE);
    }
    for (const one of ingest) {
      const letters = await eventually(async () => {
        const { body } = await get(one, '/v1/dead-letters');
        return (body.items as Json[]).length === 1 && (body.items as Json[]);
      });
      assert.match(String(letters[0]?.origin), new RegExp(`^kafka:${topic}/`));
    }

    const breach = await eventually(
      () => receiver.deliveries.find(({ body }) => body.includes('"objective.breached"')),
      { timeoutMs: 20_000 },
    );
    const message = new Webhook(secret).verify(breach.body, breach.headers as Record<string, string>) as Json;
    assert.equal((message.data as Json).objective, 'dossier-on-time');

    const file = join(emptyDir(), 'objectives.json');
    const objectives = decision124.objectives.map((one) =>
      one.id === 'dossier-on-time' ? { ...one, target: '0.9' } : one,
    );
    writeFileSync(file, JSON.stringify({ objectives }));
    const [writer = assert.fail()] = apis;
    const applied = await nhip(
      ['objectives', 'apply', file, '--reason', 'Resolution 12', '--url', writer.url],
      env,
    );
    assert.equal(applied.code, 0, applied.stdout + applied.stderr);
    const judged = async (api: RunningProcess) => {
      const { body } = await get(api, '/v1/objectives/dossier-on-time');
      return [body.target, body.status, body.definitionsDiffer];
    };
    for (const api of apis) await eventually(async () => String(await judged(api)) === '0.9,met,true', SOON);
    // No alert resolves while a message is missing; then this one follows the changed target.
    const [{ id: letter } = {}] = (await get(ingest[0], '/v1/dead-letters')).body.items as Json[];
    const dismissed = await fetch(`${ingest[0].url}/v1/dead-letters/${letter}/dismiss`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ by: 'the test', reason: 'it holds no event' }),
    });
    assert.equal(dismissed.status, 200);
    await eventually(
      () => receiver.deliveries.some(({ body }) => body.includes('"objective.recovered"')),
      SOON,
    );
    const rebuilt = await nhip(['rebuild'], env);
    assert.equal(rebuilt.code, 0, rebuilt.stdout + rebuilt.stderr);
    for (const api of apis) assert.deepEqual(await judged(api), [0.9, 'met', true], 'as before the rebuild');

    for (const one of [...ingest, ...projectors, ...apis, ...alerters]) {
      const page = await (await fetch(`${one.url}/metrics`)).text();
      assert.equal(lintMetrics(page) ?? '', '', `the metrics of ${one.url}`);
    }
    const verified = await nhip(['verify'], env);
    assert.equal(verified.code, 0, verified.stdout + verified.stderr);

    for (const one of [...ingest, ...projectors, ...apis, ...alerters]) {
      assert.equal(await one.stop(), 0, one.log.join('\n'));
    }
  });
});
