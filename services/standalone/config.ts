import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readObjectives } from '../../shared/figures/objectives-file.ts';
import type { ObjectiveDefinition } from '../../shared/objectives/definition.ts';
import { ApiKeys } from '../../shared/platform/api-keys.ts';
import { type Config, type ConfigFault, faultyFile, readConfig } from '../../shared/platform/config.ts';
import { isLoopback } from '../../shared/platform/loopback.ts';
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

export function readStandaloneConfig(env: Readonly<Record<string, string | undefined>>): StandaloneReading {
  const reading = readConfig(env);
  if (reading.kind === 'invalid') return reading;
  const common = reading.config;
  const ingest = readIngestConfig(env, common);
  if (ingest.kind === 'invalid') return ingest;
  const faults: ConfigFault[] = [];
  const read = <Value>(
    variable: 'OBJECTIVES_FILE' | 'API_KEYS_FILE',
    from: () => Value,
  ): Value | undefined => {
    try {
      return from();
    } catch (error) {
      faults.push(faultyFile(variable, common[variable], error));
      return undefined;
    }
  };
  const objectives = read('OBJECTIVES_FILE', () => readObjectives(common.OBJECTIVES_FILE)) ?? [];
  const keys = read('API_KEYS_FILE', () => readKeys(common));
  if (keys === undefined && !isLoopback(common.HOST)) {
    const expected = 'a loopback address while there are no API keys; `nhip keys create` makes the first';
    faults.push({ variable: 'HOST', was: common.HOST, expected });
  }
  if (faults.length > 0) return { kind: 'invalid', faults };
  return { kind: 'config', config: { common, ...ingest.config, objectives, keys } };
}

/** A named keys file must be there; the default one may be missing. */
function readKeys({ API_KEYS_FILE, DATA_DIR }: Config): ApiKeys | undefined {
  if (API_KEYS_FILE !== undefined) return new ApiKeys(API_KEYS_FILE);
  const path = join(DATA_DIR, 'keys.json');
  return existsSync(path) ? new ApiKeys(path) : undefined;
}
