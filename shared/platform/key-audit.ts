import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyBaseLogger } from 'fastify';
import type { ApiKeys } from './api-keys.ts';
import type { ApiKeyRecord } from './keys-file.ts';
import type { RefusedMinute } from './refused-keys.ts';

/** Where it is kept which keys there were, and which were refused. Each throws while the store cannot be reached. */
export interface KeyAudit {
  /** Whether there ever was a key. */
  hadKeys(): Promise<boolean>;
  /** Records what has changed since; the same of several processes is recorded once. */
  keysAre(records: readonly ApiKeyRecord[]): Promise<void>;
  keysRefused(minute: RefusedMinute): Promise<void>;
}

/** Before a store that cannot be reached is asked again. */
const AGAIN_MS = 5_000;
/** So long a start waits for the answer. */
const START_MS = 2_000;

/**
 * Keeps the audit up to date with the file of the keys, and decides whether a server without keys may be open: not where the store
 * remembers one. Resolves when that is done, or after two seconds; until it is decided such a server is closed.
 */
export async function auditKeys(
  keys: ApiKeys,
  audit: KeyAudit,
  log: Pick<FastifyBaseLogger, 'warn'>,
): Promise<void> {
  let again = true;
  let running: Promise<void> | undefined;
  const work = async () => {
    while (again) {
      again = false;
      try {
        if (keys.isUndecided) keys.decide(await audit.hadKeys());
        if (keys.records) await audit.keysAre(keys.records);
      } catch (error) {
        log.warn({ err: error }, 'keys: changes cannot be recorded yet, trying again');
        again = true;
        await pause(AGAIN_MS, undefined, { ref: false });
        if (keys.isClosed) return;
      }
    }
  };
  const start = () => {
    again = true;
    running ??= work().finally(() => {
      running = undefined;
    });
    return running;
  };
  keys.onChange(() => void start());
  await Promise.race([start(), pause(START_MS, undefined, { ref: false })]);
}
