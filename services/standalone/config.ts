import type { ObjectiveDefinition } from '../../shared/measures/definition.ts';
import { objectivesOf } from '../../shared/measures/objectives-file.ts';
import type { ApiKeys } from '../../shared/platform/api-keys.ts';
import { type Config, readConfig } from '../../shared/platform/config.ts';
import type { ConfigFault } from '../../shared/platform/config-fault.ts';
import type { Environment } from '../../shared/platform/environment.ts';
import { keysFor } from '../../shared/platform/keys-config.ts';
import { type IngestConfig, readIngestConfig } from '../ingest/config.ts';

/** Everything the one-process topology is started with. */
export interface StandaloneConfig extends IngestConfig {
  readonly common: Config;
  readonly objectives: readonly ObjectiveDefinition[];
  /** Undefined runs open, which only the loopback interface may. */
  readonly keys: ApiKeys | undefined;
}

export type StandaloneReading =
  | { readonly kind: 'config'; readonly config: StandaloneConfig }
  | { readonly kind: 'invalid'; readonly faults: readonly ConfigFault[] };

export function readStandaloneConfig(given: Environment): StandaloneReading {
  const reading = readConfig(given);
  if (reading.kind === 'invalid') return reading;
  const { config: common, env } = reading;
  const ingest = readIngestConfig(env, common);
  if (ingest.kind === 'invalid') return ingest;
  const faults: ConfigFault[] = [];
  for (const variable of ['EVENTSTORE_URL', 'DATABASE_URL'] as const) {
    if (common[variable] === undefined) continue;
    const expected =
      'nothing: this process keeps all in DATA_DIR; `npm run start:ingest` and its like use servers';
    faults.push({ variable, was: '(not shown)', expected });
  }
  const objectives = objectivesOf(common);
  const keys = keysFor(common);
  for (const reading of [objectives, keys]) if (reading.kind === 'invalid') faults.push(...reading.faults);
  if (objectives.kind === 'invalid' || keys.kind === 'invalid' || faults.length > 0)
    return { kind: 'invalid', faults };
  return {
    kind: 'config',
    config: { common, ...ingest.config, objectives: objectives.objectives, keys: keys.keys },
  };
}
