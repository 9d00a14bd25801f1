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
    const { messages, events } = await produce(broker.brokers, quick ? 15_000 : 120_000, log);
    log(`kafka: ${messages} messages, eachBatch and JSON.parse`);
    const raw = await runPeer(log, z.number(), 'kafkajs.js', broker.brokers.join(), TOPIC, messages);
    const taken = await inFolder((folder) => take(folder, broker.brokers, events, log));
    const { rates, memory } = taken;
    return [
      {
        what: `broker → durable → ledger, ${messages.toLocaleString('en-US')} messages`,
        value: messages / taken.seconds,
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

/** Sends a year. @returns how many messages, and how many events they are: some are sent twice */
async function produce(brokers: readonly string[], dossiers: number, log: Scale['log']) {
  const client = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING });
  const admin = client.admin();
  const producer = client.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await Promise.all([admin.connect(), producer.connect()]);
  await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: PARTITIONS }], waitForLeaders: true });
  let messages = 0;
  const ids = new Set<string>();
  log(`kafka: producing a year of ${dossiers} dossiers`);
  for (const batch of inBatches(cloudEvents(dossiers), 2_000)) {
    const sent = batch.map((event) => ({
      key: String(event.data.dossierId ?? event.data.documentId ?? event.source),
      value: JSON.stringify(event),
    }));
    await producer.send({ topic: TOPIC, messages: sent });
    messages += batch.length;
    for (const { source, id } of batch) ids.add(`${source} ${id}`);
  }
  await Promise.all([admin.disconnect(), producer.disconnect()]);
  return { messages, events: ids.size };
}

async function take(dataDir: string, brokers: readonly string[], events: number, log: Scale['log']) {
  const server = await startAsShipped({
    DATA_DIR: dataDir,
    KAFKA_BROKERS: brokers.join(),
    KAFKA_TOPICS: TOPIC,
    KAFKA_GROUP_ID: 'bench',
  });
  try {
    while ((await metric(server, 'nhip_ingest_events_total')) === 0) await pause(20);
    const started = performance.now();
    const rates: number[] = [];
    const memory: number[] = [];
    let since = { at: started, events: 0 };
    for (let tenth = 1; tenth <= 10; tenth++) {
      const target = Math.floor((events * tenth) / 10);
      let now = await standing(server);
      for (; now < target; now = await standing(server)) await pause(100);
      const at = performance.now();
      rates.push(((now - since.events) / (at - since.at)) * 1_000);
      memory.push(memoryOf(server).now);
      since = { at, events: now };
      log(`kafka: ${now} of ${events} events stand in the ledger`);
    }
    return { seconds: (performance.now() - started) / 1_000, rates, memory };
  } finally {
    await server.stop();
  }
}

/** How many events the ledger has taken in: it never goes back. */
const standing = (server: RunningServer) => metric(server, 'nhip_ledger_posted_events_total');
