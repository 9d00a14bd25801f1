import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import { AuditLog } from '../../shared/audit/audit-log.ts';
import { DAY, HOUR, type Zone } from '../../shared/calendar/zone.ts';
import { type Decoder, decoder } from '../../shared/contracts/decode.ts';
import type { EventKinds } from '../../shared/contracts/event-kind.ts';
import { letterSeal } from '../../shared/contracts/sealed-letter.ts';
import type { EventStore } from '../../shared/event-store/port.ts';
import { aroundWrites } from '../../shared/event-store/with-writes.ts';
import type { Feeds } from '../../shared/feeds/feeds.ts';
import type { Clock } from '../../shared/kernel/clock.ts';
import type { PersonNames } from '../../shared/person-names/port.ts';
import type { Log } from '../../shared/platform/log.ts';
import type { PeopleKey } from '../../shared/platform/people-key.ts';
import type { DeadLetters } from './dead-letters/port.ts';
import { deadLetterRoutes } from './dead-letters/routes.ts';
import { edxmlRoutes } from './http/edxml-route.ts';
import { eventRoutes, type HttpLimits } from './http/event-routes.ts';
import { feedDeclarationRoutes } from './http/feed-declarations.ts';
import { dvcqgRoutes } from './http/feed-routes.ts';
import { nameRoutes } from './http/name-routes.ts';
import { pseudonymRoute } from './http/pseudonym-route.ts';
import { refusedRecordRoutes } from './http/refused-records.ts';
import { DroppedFields } from './intake/dropped-fields.ts';
import type { Intake } from './intake/intake.ts';
import { intakeOver } from './intake/intake-service.ts';
import { KeyOfStore } from './intake/key-of-store.ts';
import type { KafkaConfig } from './kafka/config.ts';
import { startKafkaFeed } from './kafka/kafkajs.ts';
import { lossKeeper, notingTypes } from './kafka/messages-lost.ts';
import type { BrokerFeed, FeedParts } from './kafka/port.ts';
import { showIngest, showLag, watchedIntake } from './metrics.ts';

export type { BrokerFeed } from './kafka/port.ts';

/** The part of the options that the configuration decides. */
export interface IngestSettings {
  readonly zone: Zone;
  /** The kinds of events that are taken. */
  readonly kinds: EventKinds;
  readonly feeds: Feeds;
  readonly limits: HttpLimits;
  /** Of an event's canonical content; {@link EVENT_BYTES} when omitted. */
  readonly eventBytes?: number;
  /** After so many days a closed dead letter is deleted, and the content of an open one erased. */
  readonly deadLetterDays: number;
  /** The key of the office for people; without it no event that names a person is taken. */
  readonly peopleKey?: PeopleKey;
}

export interface IngestOptions extends IngestSettings {
  readonly store: EventStore;
  readonly deadLetters: DeadLetters;
  readonly clock: Clock;
  readonly log: Log;
  /** The names of staff; left out by a command, which serves no routes. */
  readonly names?: PersonNames;
  /** Holds the metrics of ingest; one process has one ingest. */
  readonly registry: Registry;
}

export interface Ingest {
  readonly intake: Intake;
  readonly decode: Decoder;
  readonly deadLetters: DeadLetters;
  readonly people: KeyOfStore;
  /** Fastify plugin with the routes of ingest; mount it under `/v1` of a server made by `createHttpServer`. */
  readonly routes: (app: FastifyInstance) => Promise<void>;
  /** Begins to read from Kafka. Stop the feed before closing ingest. */
  consume(config: KafkaConfig, onFatal: FeedParts['onFatal']): BrokerFeed;
  /** Why no messages come from the broker; undefined while they do, or when none is configured. */
  problem(): string | undefined;
  /** The store, the dead letters and the names are their owner's to close, afterwards. */
  close(): Promise<void>;
}

export function buildIngest({
  store,
  deadLetters,
  clock,
  zone,
  kinds,
  feeds,
  limits,
  eventBytes,
  deadLetterDays,
  peopleKey,
  names,
  log,
  registry,
}: IngestOptions): Ingest {
  const audit = new AuditLog(store, clock);
  const people = new KeyOfStore(peopleKey, audit);
  const { seal } = people;
  const droppedFields = new DroppedFields();
  const sealed = letterSeal(kinds, zone, seal);
  const decode = decoder(kinds, zone, feeds.feedOf, eventBytes, seal);
  const door = intakeOver({ store, deadLetters, droppedFields, feedOf: feeds.feedOf, clock, sealed });
  const underOneKey: Intake = {
    receive: (inputs, carrier) => people.guard(() => door.receive(inputs, carrier)),
  };
  const intake = watchedIntake(underOneKey, kinds, registry, log);
  showIngest(registry, kinds, deadLetters, droppedFields);
  const keepLoss = lossKeeper(deadLetters, clock, registry);
  let feed: BrokerFeed | undefined;
  showLag(registry, () => feed?.lag() ?? []);
  const sweep = async () => {
    try {
      const swept = await deadLetters.sweep(clock() - deadLetterDays * DAY);
      if (swept.deleted + swept.erased > 0)
        log.info(swept, 'dead letters: old ones deleted, content of open ones erased');
    } catch (error) {
      log.error({ err: error }, 'dead letters: sweep failed, next one in an hour');
    }
  };
  let sweeping = sweep();
  const hourly = setInterval(() => {
    sweeping = sweep();
  }, HOUR);
  hourly.unref();
  return {
    intake,
    decode,
    deadLetters,
    people,
    routes: async (app) => {
      await app.register(eventRoutes({ intake, decode, limits, zone, kinds }));
      await app.register(dvcqgRoutes({ intake, decode, limits, zone }));
      await app.register(edxmlRoutes({ intake, decode, limits, zone }));
      await app.register(refusedRecordRoutes({ intake, limits }));
      await app.register(feedDeclarationRoutes({ store, clock, zone, kinds, audit }));
      await app.register(pseudonymRoute(people));
      if (names) await app.register(nameRoutes({ names, people, audit, clock }));
      await app.register(
        deadLetterRoutes(
          {
            store: aroundWrites(store, (write) => people.guard(write)),
            ...{ deadLetters, decode, clock, zone, audit, sealed },
          },
          limits,
        ),
      );
    },
    consume: (config, onFatal) => {
      feed = startKafkaFeed(config, {
        decode,
        intake: notingTypes(intake, deadLetters),
        messageBytes: limits.bodyBytes,
        log,
        clock,
        keepLoss,
        onFatal,
      });
      return feed;
    },
    problem: () => brokerProblem(feed),
    close: async () => {
      clearInterval(hourly);
      await sweeping;
    },
  };
}

function brokerProblem(feed: BrokerFeed | undefined): string | undefined {
  const health = feed?.health();
  if (health === undefined || health.kind === 'consuming') return undefined;
  return 'reason' in health ? `${health.kind}: ${health.reason}` : health.kind;
}
