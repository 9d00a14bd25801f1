import { createHash, createHmac, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isPersonRef, type PersonRef, type Seal } from '../contracts/pseudonym.ts';
import { errorText } from '../kernel/error-text.ts';
import { composed } from '../kernel/written-text.ts';
import type { Config } from './config.ts';
import type { ConfigFault } from './config-fault.ts';
import { readPrivateFile } from './private-file.ts';

/** Random bits, as hexadecimal digits. */
const KEY = /^[0-9a-f]{64}$/;

type PeopleConfig = Pick<Config, 'STAFF_KEY_FILE' | 'DATA_DIR' | 'EVENTSTORE_URL'>;

export interface PeopleKey {
  readonly seal: Seal;
  /** Tells keys apart, and nothing of their content; undefined until the key is made. */
  fingerprint(): string | undefined;
}

export type PeopleKeyReading =
  /** Undefined where processes that share no folder would each make a key of their own. */
  | { readonly kind: 'key'; readonly key: PeopleKey | undefined }
  | { readonly kind: 'invalid'; readonly faults: readonly ConfigFault[] };

export const staffKeyFile = ({
  STAFF_KEY_FILE,
  DATA_DIR,
}: Pick<PeopleConfig, 'STAFF_KEY_FILE' | 'DATA_DIR'>): string =>
  STAFF_KEY_FILE ?? join(DATA_DIR, 'staff.key');

/** Makes the key where there is none. @returns whether it was made @throws when the file that is there is no key, or its mode is wide */
export function makeStaffKey(path: string): boolean {
  const isNew = !existsSync(path);
  if (isNew) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx', flush: true });
  }
  keyIn(path);
  return isNew;
}

/**
 * The pseudonyms of people under the key of the office (HMAC-SHA256, RFC 2104). Embedded, the key is made when the first person is
 * named; servers that share a store are given the same one, since a second key would split every person in two.
 */
export function readPeopleKey({ STAFF_KEY_FILE, DATA_DIR, EVENTSTORE_URL }: PeopleConfig): PeopleKeyReading {
  const isShared = EVENTSTORE_URL !== undefined;
  if (STAFF_KEY_FILE === undefined && isShared) return { kind: 'key', key: undefined };
  const path = staffKeyFile({ STAFF_KEY_FILE, DATA_DIR });
  try {
    const key = isShared || existsSync(path) ? keyIn(path) : undefined;
    return { kind: 'key', key: keyAt(path, key) };
  } catch (error) {
    const expected = `a file with the key for people: ${errorText(error)}`;
    return { kind: 'invalid', faults: [{ variable: 'STAFF_KEY_FILE', was: path, expected }] };
  }
}

function keyAt(path: string, known: Buffer | undefined): PeopleKey {
  let key = known;
  return {
    seal(id) {
      const text = composed(id.trim());
      if (isPersonRef(text)) return text;
      if (key === undefined) {
        makeStaffKey(path);
        key = keyIn(path);
      }
      const digest = createHmac('sha256', key).update(text).digest('hex');
      return `p-${digest.slice(0, 32)}` as PersonRef;
    },
    fingerprint: () => key && createHash('sha256').update(key).digest('hex').slice(0, 16),
  };
}

/** @throws when there is no such file, its mode is wide, or it is no key */
function keyIn(path: string): Buffer {
  const text = readPrivateFile(path).trim();
  if (!KEY.test(text)) throw new Error(`${path} should be 64 hexadecimal digits`);
  return Buffer.from(text, 'hex');
}
