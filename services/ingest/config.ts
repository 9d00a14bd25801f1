import type { EventKinds } from '../../shared/contracts/event-kind.ts';
import { feedsIn } from '../../shared/feeds/feeds-file.ts';
import type { Config } from '../../shared/platform/config.ts';
import type { ConfigFault } from '../../shared/platform/config-fault.ts';
import type { Environment } from '../../shared/platform/environment.ts';
import { readPeopleKey } from '../../shared/platform/people-key.ts';
import type { IngestSettings } from './app.ts';
import { type KafkaConfig, readKafkaConfig } from './kafka/config.ts';

export interface IngestConfig {
  readonly settings: IngestSettings;
  /** Undefined while KAFKA_BROKERS is not set. */
  readonly kafka: KafkaConfig | undefined;
}

export type IngestReading =
  | { readonly kind: 'config'; readonly config: IngestConfig }
  | { readonly kind: 'invalid'; readonly faults: readonly ConfigFault[] };

/** Reads the configuration of ingest: its part of the common one, the feeds file, the `KAFKA_…` variables. */
export function readIngestConfig(env: Environment, common: Config, kinds: EventKinds): IngestReading {
  const kafka = readKafkaConfig(env);
  if (kafka.kind === 'invalid') return kafka;
  const feeds = feedsIn(common, kinds);
  if (feeds.kind === 'invalid') return feeds;
  const people = readPeopleKey(common);
  if (people.kind === 'invalid') return people;
  return {
    kind: 'config',
    config: {
      settings: {
        zone: common.TZ_OFFICE,
        kinds,
        feeds: feeds.feeds,
        limits: { bodyBytes: common.MAX_BODY_BYTES, batchEvents: common.MAX_BATCH_EVENTS },
        eventBytes: common.MAX_EVENT_BYTES,
        deadLetterDays: common.DEAD_LETTER_DAYS,
        ...(people.key && { peopleKey: people.key }),
      },
      kafka: kafka.kind === 'config' ? kafka.config : undefined,
    },
  };
}
