import { after, describe, type TestContext, test } from 'node:test';
import kafkajs, { type Admin, type Producer } from 'kafkajs';
import type { InputOutcome, Intake, IntakeInput } from '../../../services/ingest/intake/intake.ts';
import { batchCodecs } from '../../../services/ingest/kafka/codecs.ts';
import { type KafkaConfig, readKafkaConfig } from '../../../services/ingest/kafka/config.ts';
import { startKafkaFeed } from '../../../services/ingest/kafka/kafkajs.ts';
import type { BrokerFeed, FeedParts, MessagesLost } from '../../../services/ingest/kafka/port.ts';
import { books } from '../../../shared/books/registry.ts';
import { zoneOf } from '../../../shared/calendar/zone.ts';
import { decoder } from '../../../shared/contracts/decode.ts';
import { feedName } from '../../../shared/contracts/ids.ts';
import type { Position } from '../../../shared/contracts/stored-event.ts';
import { StoreError } from '../../../shared/kernel/store-error.ts';
import { createLog } from '../../../shared/platform/log.ts';
import { type BrokerSettings, startBroker } from './broker.ts';
import type { TestBroker } from './test-broker.ts';

const { CompressionCodecs, Kafka, logLevel, Partitioners } = kafkajs;

/** A broker and a client to produce by. */
export interface TestKafka {
  readonly broker: TestBroker;
  readonly admin: Admin;
  readonly producer: Producer;
  transactionalProducer(transactionalId: string): Producer;
  close(): Promise<void>;
}

/** Registers tests that use one real broker; where none can run, one test that is skipped with the reason. */
export const describeWithKafka = (name: string, tests: (kafka: TestKafka) => void): Promise<void> =>
  describeWith({}, name, tests);

/** The same, with a broker that no other tests use. */
export const describeWithOwnKafka = (name: string, tests: (kafka: TestKafka) => void): Promise<void> =>
  describeWith({ own: true }, name, tests);

async function describeWith(
  settings: BrokerSettings,
  name: string,
  tests: (kafka: TestKafka) => void,
): Promise<void> {
  const start = await startBroker(settings);
  if (start.kind === 'unavailable') {
    test(name, { skip: start.reason }, () => {});
    return;
  }
  const kafka = await connectTo(start.broker);
  describe(name, () => {
    after(async () => {
      await kafka.close();
      await start.broker.stop();
    });
    tests(kafka);
  });
}

/** A broker and a client for one test, ended with it. @returns undefined when none can run: the test is skipped then */
export async function startedKafka(
  t: TestContext,
  settings?: BrokerSettings,
): Promise<TestKafka | undefined> {
  const started = await startBroker(settings);
  if (started.kind === 'unavailable') {
    t.skip(started.reason);
    return undefined;
  }
  const kafka = await connectTo(started.broker);
  t.after(async () => {
    await kafka.close();
    await started.broker.stop();
  });
  return kafka;
}

export async function connectTo(broker: TestBroker): Promise<TestKafka> {
  Object.assign(CompressionCodecs, batchCodecs());
  const kafka = new Kafka({
    clientId: 'nhip-test',
    brokers: [...broker.brokers],
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 100, retries: 40, maxRetryTime: 300 },
  });
  const createPartitioner = Partitioners.DefaultPartitioner;
  const admin = kafka.admin();
  const producer = kafka.producer({ createPartitioner });
  await Promise.all([admin.connect(), producer.connect()]);
  return {
    broker,
    admin,
    producer,
    transactionalProducer: (transactionalId) =>
      kafka.producer({ createPartitioner, transactionalId, idempotent: true, maxInFlightRequests: 1 }),
    async close() {
      await Promise.allSettled([admin.disconnect(), producer.disconnect()]);
    },
  };
}

/** Of a name that no other file of tests uses, since they may share a broker. */
export async function createTopic({ admin }: TestKafka, topic: string, numPartitions = 1): Promise<string> {
  await admin.createTopics({ topics: [{ topic, numPartitions }], waitForLeaders: true });
  return topic;
}

/** The offset that a group would go on from in partition 0; `-1` when it has committed none. */
export async function committed(
  { admin }: TestKafka,
  groupId: string,
  topic: string,
): Promise<string | undefined> {
  const [offsets] = await admin.fetchOffsets({ groupId, topics: [topic] });
  return offsets?.partitions.find(({ partition }) => partition === 0)?.offset;
}

/** A CloudEvent that is valid in every part; the number is its identity and its dossier's. */
export const sampleEvent = (number: number) => ({
  specversion: '1.0',
  id: `event-${number}`,
  source: 'https://motcua.example.vn/test',
  type: 'dossier.status.v1',
  time: '2026-01-05T08:00:00+07:00',
  data: { dossierId: `H19.12-260105-${String(number).padStart(7, '0')}`, status: 'received' },
});

export const asMessage = (number: number) => ({ value: JSON.stringify(sampleEvent(number)) });

/** The ids of the sample events from `from` up to, without, `to`. */
export const idsOf = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => sampleEvent(from + index).id);

/** A stand-in for the intake over a store: idempotent by id, and away on request of the test. */
export interface MemoryIntake extends Intake {
  /** How often each event was handed over, by the CloudEvents id. */
  readonly seen: ReadonlyMap<string, number>;
  readonly refused: readonly {
    readonly origin: string;
    readonly code: string | undefined;
    readonly raw: string;
  }[];
  readonly inputs: readonly IntakeInput[];
  away: boolean;
}

export function memoryIntake(): MemoryIntake {
  const seen = new Map<string, number>();
  const refused: { origin: string; code: string | undefined; raw: string }[] = [];
  const all: IntakeInput[] = [];
  return {
    seen,
    refused,
    inputs: all,
    away: false,
    async receive(inputs) {
      if (this.away) throw new StoreError('unavailable', 'the test took the store away');
      const outcomes: InputOutcome[] = [];
      for (const input of inputs) {
        all.push(input);
        if (input.decoded.kind === 'event') {
          const { sourceId } = input.decoded.event.metadata;
          outcomes.push(seen.has(sourceId) ? 'duplicate' : 'accepted');
          seen.set(sourceId, (seen.get(sourceId) ?? 0) + 1);
        } else {
          outcomes.push('rejected');
          const raw = Buffer.from(input.raw()).toString();
          refused.push({ origin: input.origin, code: input.decoded.faults[0]?.code, raw });
        }
      }
      const accepted = outcomes.filter((outcome) => outcome === 'accepted').length;
      return {
        outcomes,
        accepted,
        duplicates: inputs.length - accepted,
        rejected: [],
        dropped: [],
        position: seen.size as Position,
      };
    },
  };
}

export interface TestFeed extends BrokerFeed {
  readonly fatal: readonly Error[];
  readonly lost: readonly MessagesLost[];
}

/** The feed under test, with waits as short as a test wants them. */
export function startTestFeed(
  context: TestContext,
  { broker }: Pick<TestKafka, 'broker'>,
  env: { readonly KAFKA_TOPICS: string; readonly KAFKA_GROUP_ID: string; readonly [name: string]: string },
  intake: Intake,
  changes: Partial<KafkaConfig> = {},
  { keepLoss }: Partial<Pick<FeedParts, 'keepLoss'>> = {},
): TestFeed {
  const reading = readKafkaConfig({ KAFKA_BROKERS: broker.brokers.join(), ...env });
  if (reading.kind !== 'config') throw new Error(JSON.stringify(reading));
  const fatal: Error[] = [];
  const lost: MessagesLost[] = [];
  const feed = startKafkaFeed(
    { ...reading.config, sessionTimeoutMs: 6_000, watchEveryMs: 300, ...changes },
    {
      decode: decoder(books.kinds, zoneOf('Asia/Ho_Chi_Minh'), (source) => ({
        feed: feedName(source),
        rank: 1,
      })),
      intake,
      log: createLog(process.env.LOG_LEVEL ?? 'silent'),
      clock: Date.now,
      keepLoss: async (one) => {
        const id = await keepLoss?.(one);
        lost.push(one);
        return id ?? 'kept';
      },
      onFatal: (error) => fatal.push(error),
    },
  );
  context.after(() => feed.stop());
  return { ...feed, fatal, lost };
}
