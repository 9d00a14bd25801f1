import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { privateKeyOf, publicKeyOf } from '../../../shared/event-store/signed-checkpoint.ts';
import { errorText } from '../../../shared/kernel/error-text.ts';
import type { Config } from '../../../shared/platform/config.ts';
import { ConfigError } from '../../../shared/platform/config-fault.ts';
import { readPrivateFile } from '../../../shared/platform/private-file.ts';

/** The key that the office signs with. @throws ConfigError */
export function officeKey({ CHECKPOINT_KEY_FILE: path }: Config): KeyObject {
  try {
    if (path === undefined) throw new Error('`nhip checkpoint --new-key FILE` makes one');
    return privateKeyOf(readPrivateFile(path));
  } catch (error) {
    const reason = errorText(error);
    const expected = `the file of the key of the office: ${reason}`;
    throw new ConfigError([{ variable: 'CHECKPOINT_KEY_FILE', was: path ?? '', expected }]);
  }
}

/** The key that checkpoints are checked with: the published one, else that of the office here. @throws ConfigError; Error */
export function publicKey(path: string | undefined, config: Config): KeyObject {
  if (path === undefined) return createPublicKey(officeKey(config));
  const pem = readFileSync(path, 'utf8');
  try {
    // A private key would do as well, and should not lie about.
    if (pem.includes('PRIVATE KEY')) throw new Error('it is a private key');
    return publicKeyOf(pem);
  } catch (error) {
    throw new Error(`${path} is no public key that \`nhip checkpoint --new-key\` printed`, { cause: error });
  }
}
