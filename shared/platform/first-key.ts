import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createApiKey } from './keys-file.ts';

/** Where the first key of a keys file is left for the operator. */
export const firstKeyFile = (keysFile: string): string => join(dirname(keysFile), 'first-key');

/** A server whose keys file was lost must not make itself a new key: what was left of the first is the sign that there were keys. */
export const hadKeys = (keysFile: string): boolean =>
  existsSync(keysFile) || existsSync(firstKeyFile(keysFile));

/** Makes a key with all rights, and leaves it beside the keys file for its owner alone. To be asked for where it {@link hadKeys} none. */
export function makeFirstKey(keysFile: string, createdAt: Date): void {
  // The hash first: a crash in between leaves a key that was never shown, and never one that was left but is not in force.
  const key = createApiKey(keysFile, 'first', ['admin'], createdAt);
  writeFileSync(firstKeyFile(keysFile), `${key}\n`, { mode: 0o600, flag: 'wx' });
}
