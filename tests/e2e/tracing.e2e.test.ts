import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { TRANSITIONED } from '../../shared/alerting/facts.ts';
import { eventually } from '../support/eventually.ts';
import { startBroker } from '../support/kafka/broker.ts';
import { connectTo, createTopic } from '../support/kafka/harness.ts';
import { eventsIn } from '../support/kept-in.ts';
import { type ReceivedSpan, startOtlpReceiver } from '../support/otlp-receiver.ts';
import type { RunningProcess } from '../support/process.ts';
import { describeProduction } from '../support/production.ts';
import { type RunningServer, startServer } from '../support/standalone.ts';
import { statusEvent } from '../support/status-event.ts';
import { type Delivery, type Receiver, startReceiver } from '../support/webhook-receiver.ts';

const OBJECTIVES_FILE = 'tests/fixtures/eager-objectives.json';
const SENDER = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const OTHER = { traceId: '1bf7651916cd43dd8448eb211c80319c', spanId: 'c7ad6b7169203331' };
type Place = Pick<ReceivedSpan, 'traceId' | 'spanId'>;
const traceparent = ({ traceId, spanId }: Place) => `00-${traceId}-${spanId}-01`;

const NOW = Date.now();
const inDays = (days: number) => new Date(NOW + days * 86_400_000).toISOString();
const settled = (n: number, dueInDays: number) => {
  const id = `H19.12-260105-${String(n).padStart(4, '0')}`;
  return [
    statusEvent(id, 'received', inDays(-10), {
      unitId: 'H19.12',
      dueAt: inDays(dueInDays),
      dueBasis: 'receipt-slip',
    }),
    statusEvent(id, 'completed', inDays(0), { finishedAt: inDays(0) }),
  ] as const;
};
/** One late dossier is enough for the objective of 96 %. */
const [received, completed] = settled(1, -2);

async function register({ url }: RunningProcess, receiver: Receiver): Promise<void> {
  const answer = await fetch(`${url}/v1/webhooks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url: receiver.url }),
  });
  assert.equal(answer.status, 201);
}

const messageOf = (receiver: Receiver, type: string): Promise<Delivery> =>
  eventually(() => receiver.deliveries.find(({ body }) => JSON.parse(body).type === type), {
    timeoutMs: 30_000,
  });

async function post({ url }: RunningServer, events: readonly object[], headers: Record<string, string> = {}) {
  const answer = await fetch(`${url}/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/cloudevents-batch+json', ...headers },
    body: JSON.stringify(events),
  });
  assert.equal(answer.status, 200);
  return (await answer.json()) as { accepted: number; duplicates: number };
}

/** By CloudEvents id, the trace of each event of a stopped server; the alerter's under its type. */
async function tracesIn({ dataDir }: RunningServer): Promise<Map<string, string | undefined>> {
  return new Map(
    await Array.fromAsync(eventsIn(dataDir), ({ type, metadata }) => [
      type === TRANSITIONED ? type : metadata.sourceId,
      metadata.traceparent,
    ]),
  );
}

/** The spans from a sender's event to the webhook that it led to, each checked for its parent. */
function assertJourney(spans: readonly ReceivedSpan[], sender: Place, { headers }: Delivery): ReceivedSpan {
  const mine = spans.filter(({ traceId }) => traceId === sender.traceId);
  const posted = mine.find(({ name }) => name === 'ledger.post');
  assert.equal(posted?.parentSpanId, sender.spanId);
  const sent = mine.find((span) => span.name === 'webhook.send' && traceparent(span) === headers.traceparent);
  assert.ok(sent, `${headers.traceparent} is a span of ${mine.map(({ name }) => name)}`);
  const transition = mine.find(({ spanId }) => spanId === sent.parentSpanId);
  assert.equal(transition?.name, 'alert.transition');
  assert.equal(transition.parentSpanId, sender.spanId);
  return transition;
}

describe('tracing in the embedded topology', () => {
  const servers: RunningServer[] = [];
  const receivers: Receiver[] = [];
  after(async () => {
    for (const server of servers) await server.kill();
    for (const receiver of receivers) receiver.close();
  });
  const start = async (env: NodeJS.ProcessEnv = {}) => {
    const server = await startServer({ OBJECTIVES_FILE, WEBHOOK_ALLOW_PRIVATE: 'true', ...env });
    servers.push(server);
    const receiver = await startReceiver();
    receivers.push(receiver);
    await register(server, receiver);
    return { server, receiver };
  };

  test('one trace leads from the sender of an event to the receiver of the webhook', async (t) => {
    const collector = await startOtlpReceiver();
    t.after(() => collector.close());
    const { server, receiver } = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint });
    const damaged = { ...settled(2, 2)[0], traceparent: '00-no-no-01' };
    const events = [received, damaged, { ...completed, traceparent: traceparent(SENDER) }];
    assert.equal((await post(server, events, { traceparent: traceparent(OTHER) })).accepted, 3);
    const breach = await messageOf(receiver, 'objective.breached');
    const again = { ...completed, traceparent: traceparent(OTHER) };
    assert.equal((await post(server, [again])).duplicates, 1, 'a trace is no part of the content');
    assert.equal(await server.stop(), 0, 'recorded spans are sent before the end');

    const transition = assertJourney(collector.spans, SENDER, breach);
    const intake = collector.spans.find(
      ({ traceId, name }) => traceId === OTHER.traceId && name === 'ingest.take',
    );
    assert.ok(intake);
    assert.equal(intake.parentSpanId, OTHER.spanId, 'stored within the trace of the request');
    assert.deepEqual(intake.links, [SENDER]);
    const stored = collector.spans.find(({ parentSpanId }) => parentSpanId === intake.spanId);
    assert.equal(stored?.name, 'store.record');
    const posting = collector.spans.find(
      ({ name, traceId }) => name === 'ledger.post' && traceId === SENDER.traceId,
    );
    assert.deepEqual(posting?.links, [{ traceId: intake.traceId, spanId: intake.spanId }]);
    assert.deepEqual(
      new Set(collector.spans.map(({ service }) => service)),
      new Set(['nhip-standalone', 'nhip-projector']),
    );

    const traces = await tracesIn(server);
    assert.equal(traces.get(completed.id), traceparent(SENDER), 'its own');
    assert.equal(traces.get(received.id), traceparent(intake));
    assert.equal(traces.get(damaged.id), traceparent(intake));
    assert.equal(traces.get(TRANSITIONED), traceparent(transition));
  });

  test('off by default: nothing is added to an event or to a webhook', async () => {
    const { server, receiver } = await start();
    const events = [received, { ...completed, traceparent: traceparent(SENDER) }];
    await post(server, events, { traceparent: traceparent(OTHER) });
    const breach = await messageOf(receiver, 'objective.breached');
    assert.equal(breach.headers.traceparent, undefined);
    assert.equal(await server.stop(), 0);
    const traces = await tracesIn(server);
    assert.equal(
      traces.get(completed.id),
      traceparent(SENDER),
      'the trace of the sender is kept all the same',
    );
    assert.equal(traces.get(received.id), undefined);
    assert.equal(traces.get(TRANSITIONED), undefined);
  });

  test('a trace that is not sampled is passed on, but not noted in events; a collector that is away harms nothing', async () => {
    const { server, receiver } = await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
      OTEL_TRACES_SAMPLER_ARG: '0',
    });
    await post(server, [received, completed]);
    const breach = await messageOf(receiver, 'objective.breached');
    assert.match(String(breach.headers.traceparent), /^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    // A sender's decision is not ours to change: this one is recorded, and no collector accepts it.
    await post(server, settled(2, 2), { traceparent: traceparent(OTHER) });
    assert.equal(await server.stop(), 0);
    assert.equal((await tracesIn(server)).get(received.id), undefined);
  });
});

await describeProduction('tracing in the production topology', ({ start }) => {
  test('one trace leads from a Kafka message, binary or structured, through the processes to the webhook', async (t) => {
    const broker = await startBroker();
    if (broker.kind === 'unavailable') return t.skip(broker.reason);
    const kafka = await connectTo(broker.broker);
    const collector = await startOtlpReceiver();
    const receiver = await startReceiver();
    t.after(async () => {
      receiver.close();
      await collector.close();
      await kafka.close();
      await broker.broker.stop();
    });
    const topic = await createTopic(kafka, 'traced');
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, OBJECTIVES_FILE };
    const fromKafka = { KAFKA_BROKERS: kafka.broker.brokers.join(), KAFKA_TOPICS: topic };
    const [ingest, projector, alerter] = await Promise.all([
      start('ingest', { ...env, ...fromKafka }),
      start('projector', env),
      start('alerter', env),
    ]);
    for (const one of [ingest, projector, alerter]) {
      const ready = async () => (await fetch(`${one.url}/readyz`)).status === 200;
      await eventually(ready, { timeoutMs: 30_000 });
    }
    await register(alerter, receiver);

    const { data, ...attributes } = completed;
    const headers = Object.entries({ ...attributes, traceparent: traceparent(SENDER) });
    await kafka.producer.send({
      topic,
      messages: [
        { key: 'H19.12', value: JSON.stringify(received) },
        {
          key: 'H19.12',
          value: JSON.stringify(data),
          headers: {
            ...Object.fromEntries(headers.map(([name, value]) => [`ce_${name}`, value])),
            'content-type': 'application/json',
          },
        },
      ],
    });
    const breach = await messageOf(receiver, 'objective.breached');

    const inTime = Array.from({ length: 60 }, (_, index) => settled(index + 2, 2)).flat();
    await kafka.producer.send({
      topic,
      messages: inTime.map((event) => ({
        key: event.id,
        value: JSON.stringify({ ...event, traceparent: traceparent(OTHER) }),
      })),
    });
    const recovery = await messageOf(receiver, 'objective.recovered');
    for (const one of [ingest, projector, alerter]) assert.equal(await one.stop(), 0, one.log.join('\n'));

    assertJourney(collector.spans, SENDER, breach);
    assertJourney(collector.spans, OTHER, recovery);
    const intakes = collector.spans.filter(({ name }) => name === 'ingest.take');
    assert.ok(intakes.some(({ links, parentSpanId }) => !parentSpanId && links[0]?.spanId === SENDER.spanId));
    for (const [name, service] of [
      ['ingest.take', 'nhip-ingest'],
      ['store.record', 'nhip-ingest'],
      ['ledger.post', 'nhip-projector'],
      ['alert.transition', 'nhip-alerter'],
      ['webhook.send', 'nhip-alerter'],
    ]) {
      const services = collector.spans.filter((span) => span.name === name).map((span) => span.service);
      assert.deepEqual([...new Set(services)], [service], name);
    }
  });
});
