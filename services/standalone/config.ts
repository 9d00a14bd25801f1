import type { Catalog } from '../../shared/measures/catalog.ts';
import type { FileObjectives } from '../../shared/measures/known-objectives.ts';
import { objectivesOf } from '../../shared/measures/objectives-file.ts';
import { ConfigError, type ConfigFault } from '../../shared/platform/config-fault.ts';
import type { ServiceContext } from '../../shared/platform/service.ts';
import { type IngestConfig, readIngestConfig } from '../ingest/config.ts';

/** What the one-process topology is configured by beside what all services are. */
export interface StandaloneSettings extends IngestConfig {
  readonly objectives: FileObjectives;
}

/** @throws ConfigError */
export function standaloneSettings(
  { config, env }: Pick<ServiceContext, 'config' | 'env'>,
  { books, measures }: Catalog,
): StandaloneSettings {
  const ingest = readIngestConfig(env, config, books.kinds);
  const objectives = objectivesOf(config, measures);
  const faults: ConfigFault[] = [ingest, objectives].flatMap((reading) =>
    reading.kind === 'invalid' ? reading.faults : [],
  );
  for (const variable of ['EVENTSTORE_URL', 'DATABASE_URL'] as const) {
    if (config[variable] === undefined) continue;
    const expected =
      'nothing: this process keeps all in DATA_DIR; `npm run start:ingest` and its like use servers';
    faults.push({ variable, was: '(not shown)', expected });
  }
  if (ingest.kind === 'invalid' || objectives.kind === 'invalid' || faults.length > 0)
    throw new ConfigError(faults);
  return { ...ingest.config, objectives: objectives.objectives };
}
