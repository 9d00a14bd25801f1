import { readFileSync } from 'node:fs';
import { errorText } from '../kernel/error-text.ts';
import type { ConfigFault } from './config-fault.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Variables that hold a secret. Each may be given as NAME_FILE instead: the path of a file that holds the value. */
const SECRETS: readonly string[] = ['DATABASE_URL', 'EVENTSTORE_URL', 'KAFKA_SASL_PASSWORD'];

/** What a secret was is never repeated, in a fault or a log. */
export const isSecret = (variable: string): boolean => SECRETS.includes(variable);

/** The environment with secrets read from the files that hold them; a final line break is no part of one. */
export function readEnvironment(
  env: Environment,
):
  | { readonly kind: 'environment'; readonly env: Environment }
  | { readonly kind: 'invalid'; readonly faults: readonly ConfigFault[] } {
  const read: Record<string, string | undefined> = { ...env };
  const faults: ConfigFault[] = [];
  for (const name of SECRETS) {
    const variable = `${name}_FILE`;
    const path = env[variable];
    if (path === undefined || path === '') continue;
    if (env[name] !== undefined && env[name] !== '') {
      faults.push({ variable, was: path, expected: `nothing while ${name} is set too` });
      continue;
    }
    try {
      read[name] = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
    } catch (error) {
      const reason = errorText(error);
      faults.push({ variable, was: path, expected: `a readable file: ${reason}` });
    }
  }
  return faults.length > 0 ? { kind: 'invalid', faults } : { kind: 'environment', env: read };
}
