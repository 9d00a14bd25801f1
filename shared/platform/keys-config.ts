import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ApiKeys } from './api-keys.ts';
import type { Config } from './config.ts';
import { type ConfigFault, faultyFile } from './config-fault.ts';
import { firstKeyFile, hadKeys } from './first-key.ts';
import type { Log } from './log.ts';
import { isLoopback } from './loopback.ts';

/** The keys that a server asks for. Only the loopback interface may be open where there never was one. */
export function keysFor({
  HOST,
  API_KEYS_FILE,
  DATA_DIR,
}: Pick<Config, 'HOST' | 'API_KEYS_FILE' | 'DATA_DIR'>):
  | { readonly kind: 'keys'; readonly keys: ApiKeys }
  /** The address needs keys, and there never was one in this file. */
  | { readonly kind: 'none-yet'; readonly path: string; readonly faults: readonly ConfigFault[] }
  | { readonly kind: 'invalid'; readonly faults: readonly ConfigFault[] } {
  const invalid = (fault: ConfigFault) => ({ kind: 'invalid', faults: [fault] }) as const;
  // A named file must be there; the default one may be missing.
  const byDefault = join(DATA_DIR, 'keys.json');
  const path = API_KEYS_FILE ?? (existsSync(byDefault) ? byDefault : undefined);
  if (path !== undefined) {
    try {
      return { kind: 'keys', keys: new ApiKeys(path) };
    } catch (error) {
      return invalid(faultyFile('API_KEYS_FILE', API_KEYS_FILE, error));
    }
  }
  if (isLoopback(HOST)) {
    const keys = new ApiKeys(byDefault, 'open');
    // What was left of the first key is the sign that the file is lost.
    keys.doubt();
    keys.decide(hadKeys(byDefault));
    return { kind: 'keys', keys };
  }
  const expected =
    'a loopback address while there are no API keys; `npm run nhip -- keys create` makes the first';
  const fault: ConfigFault = { variable: 'HOST', was: HOST, expected };
  return hadKeys(byDefault) ? invalid(fault) : { kind: 'none-yet', path: byDefault, faults: [fault] };
}

/** Warns at the start where the rights are not as an operator would expect. */
export function warnOfKeys(keys: ApiKeys, log: Log): void {
  if (keys.isOpen) {
    log.warn(
      'keys: none, every process on this machine has all rights; `npm run nhip -- keys create` makes the first',
    );
  } else if (keys.records === undefined) {
    log.warn(
      { file: keys.path },
      'keys: the file cannot be read, every request is refused; where it is lost, `npm run nhip -- keys create` makes a new one',
    );
  } else if (keys.count === 0) {
    log.warn(
      'keys: the file has none, every request is refused; `npm run nhip -- keys create` makes the first',
    );
  } else if (existsSync(firstKeyFile(keys.path))) {
    log.warn(
      { file: firstKeyFile(keys.path) },
      'keys: the first key, with all rights, stands in a file; read it there, and then delete the file',
    );
  }
}
