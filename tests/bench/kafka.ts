import { setTimeout as pause } from 'node:timers/promises';
import kafkajs from 'kafkajs';
import { z } from 'zod';
import { startBroker } from '../support/kafka/broker.ts';
import type { RunningServer } from '../support/standalone.ts';
import type { Bench, Scale } from './figures.ts';
import { inFolder } from './files.ts';
import { cloudEvents, inBatches } from './input.ts';
import { runPeer } from './peers.ts';
import { memoryOf, metric, startAsShipped } from './process.ts';

const { Kafka, logLevel, Partitioners } = kafkajs;
const TOPIC = 'one-stop';
const PARTITIONS = 4;

/** From a real broker through the real server until the ledger shows it: one process, as `npm start` runs it. */
export const kafka: Bench = async ({ quick, log }) => {
  const start = await startBroker();
  if (start.kind === 'unavailable') {
    log(`kafka: left out, ${start.reason}`);
    return [];
  }
  const { broker } = start;
  try {
    const messages = await produce(broker.brokers, quick ? 15_000 : 120_000, log);
    log(`kafka: ${messages} messages, eachBatch and JSON.parse`);
    const raw = await runPeer(log, z.number(), 'kafkajs.js', broker.brokers.join(), TOPIC, messages);
    const taken = await inFolder((folder) => take(folder, broker.brokers, messages, log));
    const { rates, memory } = taken;
    return [
      {
        what: `broker → durable → ledger, ${messages.toLocaleString('en-US')} messages`,
        value: taken.perSecond,
        unit: 'ev/s',
        goal: 35_000,
        floor: 15_000,
        peer: { what: 'kafkajs eachBatch + JSON.parse', value: raw, goal: 0.15, floor: 0.06 },
        note: `events/s by tenths: ${rates.map(Math.round).join(', ')}`,
      },
      {
        what: 'RSS of the server at the end of that',
        value: memory.at(-1) ?? Number.NaN,
        unit: 'MiB',
        note: `MiB by tenths: ${memory.map(Math.round).join(', ')}`,
      },
    ];
  } finally {
    await broker.stop();
  }
};

async function produce(brokers: readonly string[], dossiers: number, log: Scale['log']): Promise<number> {
  const client = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING });
  const admin = client.admin();
  const producer = client.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await Promise.all([admin.connect(), producer.connect()]);
  await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: PARTITIONS }], waitForLeaders: true });
  let sent = 0;
  log(`kafka: producing a year of ${dossiers} dossiers`);
  for (const batch of inBatches(cloudEvents(dossiers), 2_000)) {
    const messages = batch.map((event) => ({
      key: String(event.data.dossierId ?? event.data.documentId ?? event.source),
      value: JSON.stringify(event),
    }));
    await producer.send({ topic: TOPIC, messages });
    sent += batch.length;
  }
  await Promise.all([admin.disconnect(), producer.disconnect()]);
  return sent;
}

async function take(dataDir: string, brokers: readonly string[], messages: number, log: Scale['log']) {
  const server = await startAsShipped({
    DATA_DIR: dataDir,
    KAFKA_BROKERS: brokers.join(),
    KAFKA_TOPICS: TOPIC,
    KAFKA_GROUP_ID: 'bench',
  });
  try {
    while ((await taken(server)) === 0) await pause(20);
    const started = performance.now();
    const rates: number[] = [];
    const memory: number[] = [];
    let since = { at: started, events: 0 };
    for (let tenth = 1; tenth <= 10; tenth++) {
      const target = (messages * tenth) / 10;
      let now = await visible(server);
      for (; now < Math.floor(target); now = await visible(server)) await pause(100);
      const at = performance.now();
      rates.push(((now - since.events) / (at - since.at)) * 1_000);
      memory.push(memoryOf(server).now);
      since = { at, events: now };
      log(`kafka: ${now} of ${messages} messages`);
    }
    return { perSecond: (messages / (performance.now() - started)) * 1_000, rates, memory };
  } finally {
    await server.stop();
  }
}

const taken = (server: RunningServer) => metric(server, 'nhip_ingest_events_total');

/** Messages whose events the ledger shows; duplicates have no event of their own. */
async function visible(server: RunningServer): Promise<number> {
  const accepted = await metric(server, 'nhip_ingest_events_total', 'outcome="accepted"');
  const withoutEvent = (await taken(server)) - accepted;
  return withoutEvent + (await metric(server, 'nhip_ledger_posted_events_total'));
}
