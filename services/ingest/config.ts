import { readFileSync } from 'node:fs';
import type { Config } from '../../shared/platform/config.ts';
import { type ConfigFault, faultyFile } from '../../shared/platform/config-fault.ts';
import { type Feeds, feedsFromText, feedsOf } from './feeds.ts';
import { type KafkaConfig, readKafkaConfig } from './kafka/config.ts';

export interface IngestConfig {
  readonly feeds: Feeds;
  /** Undefined while KAFKA_BROKERS is not set. */
  readonly kafka: KafkaConfig | undefined;
}

export type IngestReading =
  | { readonly kind: 'config'; readonly config: IngestConfig }
  | { readonly kind: 'invalid'; readonly faults: readonly ConfigFault[] };

/** Reads what ingest alone is configured by: the feeds file and the `KAFKA_…` variables. */
export function readIngestConfig(
  env: Readonly<Record<string, string | undefined>>,
  { FEEDS_FILE, TZ_OFFICE }: Pick<Config, 'FEEDS_FILE' | 'TZ_OFFICE'>,
): IngestReading {
  const kafka = readKafkaConfig(env);
  if (kafka.kind === 'invalid') return kafka;
  try {
    const feeds =
      FEEDS_FILE === undefined ? feedsOf() : feedsFromText(readFileSync(FEEDS_FILE, 'utf8'), TZ_OFFICE);
    return { kind: 'config', config: { feeds, kafka: kafka.kind === 'config' ? kafka.config : undefined } };
  } catch (error) {
    return { kind: 'invalid', faults: [faultyFile('FEEDS_FILE', FEEDS_FILE, error)] };
  }
}
