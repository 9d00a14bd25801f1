import type { EventKinds } from '../../shared/contracts/event-kind.ts';
import type { Feeds } from '../../shared/feeds/feeds.ts';
import { feedsIn } from '../../shared/feeds/feeds-file.ts';
import type { Config } from '../../shared/platform/config.ts';
import type { ConfigFault } from '../../shared/platform/config-fault.ts';
import type { Environment } from '../../shared/platform/environment.ts';
import { type KafkaConfig, readKafkaConfig } from './kafka/config.ts';

export interface IngestConfig {
  readonly feeds: Feeds;
  /** Undefined while KAFKA_BROKERS is not set. */
  readonly kafka: KafkaConfig | undefined;
}

export type IngestReading =
  | { readonly kind: 'config'; readonly config: IngestConfig }
  | { readonly kind: 'invalid'; readonly faults: readonly ConfigFault[] };

/** Reads what ingest is configured by beside what all are: the feeds file and the `KAFKA_…` variables. */
export function readIngestConfig(
  env: Environment,
  common: Pick<Config, 'FEEDS_FILE' | 'TZ_OFFICE'>,
  kinds: EventKinds,
): IngestReading {
  const kafka = readKafkaConfig(env);
  if (kafka.kind === 'invalid') return kafka;
  const feeds = feedsIn(common, kinds);
  if (feeds.kind === 'invalid') return feeds;
  return {
    kind: 'config',
    config: { feeds: feeds.feeds, kafka: kafka.kind === 'config' ? kafka.config : undefined },
  };
}
