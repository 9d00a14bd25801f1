import type { AuditLog } from '../../../shared/audit/audit-log.ts';
import type { Seal } from '../../../shared/contracts/pseudonym.ts';
import { Backoff } from '../../../shared/kernel/backoff.ts';
import { StoreError } from '../../../shared/kernel/store-error.ts';
import type { Log } from '../../../shared/platform/log.ts';
import type { PeopleKey } from '../../../shared/platform/people-key.ts';
import { wait } from '../../../shared/platform/wait.ts';

type KeyAudit = Pick<AuditLog, 'staffKey' | 'staffKeyIs'>;

/** Keeps the people of a store under one key: a second one would part each person in two. */
export class KeyOfStore {
  /** Undefined where this process has no key. */
  readonly seal: Seal | undefined;
  readonly #key: PeopleKey | undefined;
  readonly #audit: KeyAudit;
  #isUsed = false;
  #isSame = false;
  #fault: string | undefined;

  constructor(key: PeopleKey | undefined, audit: KeyAudit) {
    this.#key = key;
    this.#audit = audit;
    this.seal = key && this.#sealing(key.seal);
  }

  /** Why nothing is recorded; undefined while the key may be used. */
  fault(): string | undefined {
    return this.#fault;
  }

  /** Compares the key with that of the store, which remembers the first one that was used. @returns why it differs @throws StoreError */
  async check(): Promise<string | undefined> {
    const own = this.#key?.fingerprint();
    const known =
      own !== undefined && this.#isUsed ? await this.#audit.staffKeyIs(own) : await this.#audit.staffKey();
    this.#isSame = own !== undefined && known === own;
    this.#fault = known === undefined || this.#isSame ? undefined : differs(known, own);
    return this.#fault;
  }

  /** Runs what may record pseudonyms, or show them. @throws StoreError `staff-key` under another key */
  async guard<Result>(run: () => Promise<Result>): Promise<Result> {
    if (this.#isUsed && !this.#isSame) await this.check();
    if (this.#fault !== undefined) throw new StoreError('staff-key', this.#fault);
    return run();
  }

  #sealing(seal: Seal): Seal {
    return (id) => {
      this.#isUsed = true;
      return seal(id);
    };
  }
}

/** Checks the key at a start, and tries again until the store has answered. */
export async function checkKey(people: KeyOfStore, log: Pick<Log, 'error' | 'warn'>, signal: AbortSignal) {
  const backoff = new Backoff({ firstMs: 1_000, longestMs: 60_000 });
  while (!signal.aborted) {
    try {
      const fault = await people.check();
      if (fault !== undefined)
        log.error({ fault }, 'key for people: not that of the store, nothing is recorded');
      return;
    } catch (error) {
      const waitMs = backoff.next();
      log.warn(
        { err: error, waitMs },
        'key for people: the store could not be asked, trying again after the wait',
      );
      await wait(waitMs, signal);
    }
  }
}

const differs = (known: string, own: string | undefined): string =>
  `${own === undefined ? 'this server has no key for people' : `the key for people is ${own}`}, and the people of this store are under ` +
  `the key ${known}: restore that file (STAFF_KEY_FILE), or, where it is lost, accept by \`npm run nhip -- begin-anew staff.key\` that no person is recognised again`;
