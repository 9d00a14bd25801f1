import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import kafkajs, {
  type Admin,
  type Consumer,
  type EachBatchPayload,
  type KafkaConfig as KafkaJsConfig,
  type LogEntry,
  type SASLOptions,
} from 'kafkajs';
import { Backoff } from '../../../shared/kernel/backoff.ts';
import type { Moment } from '../../../shared/kernel/clock.ts';
import { asError } from '../../../shared/kernel/error-text.ts';
import type { StoreError } from '../../../shared/kernel/store-error.ts';
import { wait } from '../../../shared/platform/wait.ts';
import { batchCodecs } from './codecs.ts';
import type { KafkaConfig } from './config.ts';
import { consumeBatch } from './consume.ts';
import { DecodeNotes, READING } from './decode-note.ts';
import { mendFetchDecoder } from './fetch-decoder.ts';
import { mendFetch } from './fetch-room.ts';
import { mendOutOfRange, type OutOfRange, recoverBy } from './out-of-range.ts';
import type { BrokerFeed, FeedHealth, FeedParts } from './port.ts';
import { trackProgress } from './progress.ts';
import { mendRequestTimers } from './request-timers.ts';
import { retryWhileUnreachable } from './store-wait.ts';

// A CommonJS package whose values Node cannot name one by one.
const { CompressionCodecs, Kafka, KafkaJSError, logLevel } = kafkajs;

/** How one connection to the group came to its end. */
type Ending =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'topics-changed' }
  | { readonly kind: 'broker-away'; readonly reason: string }
  | { readonly kind: 'fatal'; readonly error: Error };

const DELAYS = { firstMs: 200, longestMs: 5_000 };
const STOP_GRACE_MS = 10_000;
/** Leaving waits for the batch in hand, which may hang. */
const LEAVE_MS = 5_000;
/** More would not be faster: one thread decodes, one writes. */
const PARTITIONS_AT_ONCE = 4;
/** Within one connection, about two seconds in all; then a new one is made. */
const RETRY = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 4 };
/** A fetch with nothing to answer holds up a stop for so long; one with something answers at once. */
const LONGEST_FETCH_MS = 500;

/**
 * Reads CloudEvents from Kafka into the intake, as one member of a consumer group, until stopped. Offsets are committed only for
 * what the intake made durable, so an event can come twice and can never be missed.
 *
 * Returns at once; `health()` shows whether the broker is reachable, and the feed waits for it without limit.
 */
export function startKafkaFeed(config: KafkaConfig, parts: FeedParts): BrokerFeed {
  Object.assign(CompressionCodecs, batchCodecs());
  mendRequestTimers();
  mendOutOfRange();
  mendFetchDecoder();
  mendFetch();
  const { clock } = parts;
  const log = parts.log.child({ component: 'kafka' });
  const stopping = new AbortController();
  const progress = trackProgress();
  const kafka = new Kafka({ ...connectionOf(config), logLevel: logLevel.WARN, logCreator: () => toLog });

  let connection: FeedHealth = { kind: 'connecting', since: clock(), reason: 'starting' };
  let storeAway: { readonly since: Moment; readonly reason: string } | undefined;
  const store = {
    away(error: StoreError) {
      if (storeAway === undefined) log.warn({ err: error }, 'kafka: event store unreachable, waiting');
      storeAway = { since: storeAway?.since ?? clock(), reason: error.message };
    },
    back() {
      if (storeAway !== undefined) log.info('kafka: event store reachable again');
      storeAway = undefined;
    },
  };

  /** kafkajs logs each connection, many times a second in an outage; here the outcome is logged once. */
  function toLog({ log: { message, timestamp, logger, stack, ...details } }: LogEntry) {
    log.debug(details, message);
  }

  async function run(): Promise<void> {
    const backoff = new Backoff(DELAYS);
    for (;;) {
      const ending = await connect();
      if (connection.kind === 'consuming') backoff.reset();
      note(ending);
      if (ending.kind === 'stopped' || ending.kind === 'fatal') return;
      await wait(backoff.next(), stopping.signal);
    }
  }

  function note(ending: Ending): void {
    const since = clock();
    switch (ending.kind) {
      case 'topics-changed':
        return;
      case 'stopped':
        connection = { kind: 'stopped', since };
        return;
      case 'fatal':
        connection = { kind: 'failed', since, reason: ending.error.message };
        log.error({ err: ending.error }, 'kafka: feed failed');
        parts.onFatal(ending.error);
        return;
      case 'broker-away': {
        const { kind, reason } = ending;
        const isNew = connection.kind !== kind;
        connection = { kind, since: isNew ? since : connection.since, reason };
        if (isNew) log.warn({ reason }, 'kafka: broker unreachable, retrying until it answers');
      }
    }
  }

  /** Joins the group and reads until something ends it. */
  async function connect(): Promise<Ending> {
    if (stopping.signal.aborted) return { kind: 'stopped' };
    const { promise: ended, resolve: end } = Promise.withResolvers<Ending>();
    const stop = () => end({ kind: 'stopped' });
    stopping.signal.addEventListener('abort', stop);
    const consumer = kafka.consumer({
      groupId: config.groupId,
      sessionTimeout: config.sessionTimeoutMs,
      heartbeatInterval: Math.floor(config.sessionTimeoutMs / 4),
      maxBytesPerPartition: config.maxBytesPerPartition,
      maxBytes: config.maxBytesPerPartition * PARTITIONS_AT_ONCE,
      maxWaitTimeInMs: LONGEST_FETCH_MS,
      allowAutoTopicCreation: false,
      // A restart is done in one place, for every reason.
      retry: { ...RETRY, restartOnFailure: async () => false },
    });
    const admin = kafka.admin();
    const watching = new AbortController();
    const notes = new DecodeNotes(admin, config.groupId, log);
    let forget = () => {};
    consumer.on(consumer.events.CRASH, ({ payload }) => end(endingOf(payload.error)));
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      progress.assigned(payload.memberAssignment);
      notes.clear();
      forget();
      forget = recoverBy(payload.memberId, (found) => goOnFrom(admin, found));
      // The batch that waited may be another member's now; if it is not, it reports the store again.
      storeAway = undefined;
      if (connection.kind !== 'consuming') connection = { kind: 'consuming', since: clock() };
      log.info({ partitions: payload.memberAssignment, groupId: config.groupId }, 'reading');
    });
    consumer.on(
      consumer.events.END_BATCH_PROCESS,
      ({ payload: { batchSize, topic, partition, lastOffset } }) => {
        // Nothing but marks of transactions, or what was aborted: it never reaches eachBatch, yet it moves the partition on.
        if (batchSize === 0) passOver(consumer, topic, partition, lastOffset);
      },
    );
    try {
      await Promise.all([consumer.connect(), admin.connect()]);
      const topics = await topicsToRead(config, admin);
      if (topics.length === 0)
        return { kind: 'broker-away', reason: `it has no topic ${shownTopics(config)}` };
      await consumer.subscribe({ topics: [...topics], fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
        eachBatch: (payload) => eachBatch(payload, notes, end),
      });
      watch(admin, topics, end, watching.signal);
      return await ended;
    } catch (error) {
      return endingOf(error);
    } finally {
      watching.abort();
      forget();
      stopping.signal.removeEventListener('abort', stop);
      const forgotten = stopping.signal.aborted ? notes.forget(consumer, progress.lag()) : Promise.resolve();
      const left = forgotten.finally(() => Promise.allSettled([consumer.disconnect(), admin.disconnect()]));
      await Promise.race([left, pause(LEAVE_MS, undefined, { ref: false })]);
    }
  }

  async function eachBatch(
    payload: EachBatchPayload,
    notes: DecodeNotes,
    end: (ending: Ending) => void,
  ): Promise<void> {
    const { topic, partition, messages } = payload.batch;
    const lastOffset = messages.at(-1)?.offset;
    /** The first offset of the batch that is not durable yet. */
    let next = messages[0]?.offset ?? '0';
    let moved = false;
    const commit = (metadata: string) => {
      const partitions = [{ partition, offset: next, metadata }];
      return payload.commitOffsetsIfNecessary({ topics: [{ topic, partitions }] });
    };
    try {
      const note = await notes.of(topic, partition, commit);
      await consumeBatch(
        {
          topic,
          partition,
          messages,
          resolve(offset) {
            payload.resolveOffset(offset);
            // With its last message the whole batch is read, with the mark of a transaction that may stand behind it.
            const durable = offset === lastOffset ? payload.batch.lastOffset() : offset;
            next = String(BigInt(durable) + 1n);
            moved = true;
            progress.durable(topic, partition, durable);
          },
          commit: async () => {
            if (moved) await commit(READING);
          },
          heartbeat: () => payload.heartbeat(),
          live: () => payload.isRunning() && !payload.isStale() && !stopping.signal.aborted,
          ...(note.careful && { care: note.care(commit) }),
        },
        { ...parts, store, stopping: stopping.signal },
      );
    } catch (error) {
      // Not a failure of the broker: kafkajs would deliver the same batch again without end.
      if (!(error instanceof KafkaJSError)) end({ kind: 'fatal', error: asError(error) });
      throw error;
    }
  }

  function passOver(consumer: Consumer, topic: string, partition: number, lastOffset: string): void {
    progress.durable(topic, partition, lastOffset);
    const offset = String(BigInt(lastOffset) + 1n);
    // Should it fail, the next commit holds it too; until then others only see the partition as not read to its end.
    consumer
      .commitOffsets([{ topic, partition, offset, metadata: READING }])
      .catch((error) => log.debug({ err: error }, 'kafka: offset not committed'));
  }

  /** The offset to continue from in a partition that lacks the one requested. Messages that retention removed unread are reported first, durably. */
  async function goOnFrom(admin: Admin, { topic, partition, next, heartbeat }: OutOfRange): Promise<bigint> {
    const ends = (await admin.fetchTopicOffsets(topic)).find((one) => one.partition === partition);
    if (ends === undefined) return next;
    const [first, end] = [BigInt(ends.low), BigInt(ends.high)];
    // A leader that has changed may answer so for a moment.
    if (next >= first && next <= end) return next;
    if (next > end) {
      log.warn(
        { topic, partition, next: String(next), end: String(end) },
        'kafka: partition ends before the offset read, reading it from its start',
      );
    } else {
      const lost = { topic, partition, firstOffset: next, lastOffset: first - 1n };
      const deadLetter = await retryWhileUnreachable(() => parts.keepLoss(lost), store, {
        givenUp: stopping.signal,
        stillWanted: () => heartbeat().then(() => true),
      });
      if (deadLetter === undefined) return next;
      const range = `${lost.firstOffset}-${lost.lastOffset}`;
      log.warn(
        { topic, partition, range, deadLetter },
        'kafka: broker removed unread messages, figures are incomplete until the dead letter is resolved',
      );
    }
    progress.durable(topic, partition, String(first - 1n));
    return first;
  }

  /** Watches from outside the consumer, because a hanging one reports nothing. */
  async function watch(
    admin: Admin,
    topics: readonly string[],
    end: (ending: Ending) => void,
    signal: AbortSignal,
  ): Promise<void> {
    while (!signal.aborted) {
      try {
        await measure(admin, topics);
        const now = await topicsToRead(config, admin);
        if (now.join() !== topics.join()) end({ kind: 'topics-changed' });
        if (storeAway !== undefined) progress.excuse();
        const stalled = progress.stalled(clock(), config.stallMs);
        if (stalled.length > 0)
          end({ kind: 'fatal', error: new Error(`no progress in ${stalled.join(', ')}`) });
      } catch (error) {
        // The consumer notices by itself that its broker is unreachable.
        log.debug({ err: error }, 'kafka: topics not readable');
      }
      await wait(config.watchEveryMs, signal);
    }
  }

  async function measure(admin: Admin, topics: readonly string[]): Promise<void> {
    const committed = await admin.fetchOffsets({ groupId: config.groupId, topics: [...topics] });
    for (const topic of topics) {
      const ofGroup = committed.find((one) => one.topic === topic)?.partitions ?? [];
      for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
        const offset = ofGroup.find((one) => one.partition === partition)?.offset ?? '-1';
        progress.begins(topic, partition, offset === '-1' ? low : offset);
        progress.ends(topic, partition, high);
      }
    }
  }

  const running = run();
  return {
    health: () =>
      storeAway !== undefined && connection.kind === 'consuming'
        ? { kind: 'store-away', ...storeAway }
        : connection,
    lag: () => progress.lag(),
    async stop(graceMs = STOP_GRACE_MS) {
      stopping.abort();
      const grace = new AbortController();
      await Promise.race([running, wait(graceMs, grace.signal)]);
      grace.abort();
    },
  };
}

/** The topics that are wanted and exist, in order of name. */
async function topicsToRead({ topics }: KafkaConfig, admin: Admin): Promise<readonly string[]> {
  const existing = await admin.listTopics();
  const wanted = (topic: string) =>
    'names' in topics ? topics.names.includes(topic) : topics.pattern.test(topic);
  return existing.filter(wanted).sort();
}

const shownTopics = ({ topics }: KafkaConfig): string =>
  'names' in topics ? topics.names.join(', ') : String(topics.pattern);

/** Whether a new connection may help: kafkajs marks each error, on the innermost of those it wraps. */
function endingOf(error: unknown): Ending {
  const outer = asError(error);
  let inner = outer;
  while (inner.cause instanceof Error) inner = inner.cause;
  const worthRetrying =
    outer.name === 'KafkaJSNumberOfRetriesExceeded' || ('retriable' in inner && inner.retriable === true);
  return worthRetrying ? { kind: 'broker-away', reason: inner.message } : { kind: 'fatal', error: outer };
}

function connectionOf({ brokers, clientId, tls, sasl }: KafkaConfig): KafkaJsConfig {
  return {
    brokers,
    clientId,
    connectionTimeout: 3_000,
    retry: RETRY,
    ...(tls === undefined
      ? {}
      : {
          ssl: {
            ...(tls.caFile === undefined ? {} : { ca: readFileSync(tls.caFile) }),
            ...(tls.certFile === undefined ? {} : { cert: readFileSync(tls.certFile) }),
            ...(tls.keyFile === undefined ? {} : { key: readFileSync(tls.keyFile) }),
          },
        }),
    ...(sasl === undefined ? {} : { sasl: saslOf(sasl) }),
  };
}

const saslOf = (sasl: NonNullable<KafkaConfig['sasl']>): SASLOptions => sasl;
