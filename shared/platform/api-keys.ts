import { createHash, timingSafeEqual } from 'node:crypto';
import { existsSync } from 'node:fs';
import { asError } from '../kernel/error-text.ts';
import type { Caller } from './caller.ts';
import { type ApiKeyRecord, includesRight, keysIn, type Right } from './keys-file.ts';
import { readPrivateFile } from './private-file.ts';

/** Milliseconds between two looks at the file: what depends on a key ends within a second. */
const EVERY_MS = 400;

/** The rights that a route names, any of which is enough. */
export const rightsOf = (named: Right | readonly Right[] | undefined): readonly Right[] =>
  typeof named === 'string' ? [named] : (named ?? []);

export type Access =
  | { readonly kind: 'allowed'; readonly caller: Caller }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'forbidden' }
  /** The file is missing or damaged: every request is refused. */
  | { readonly kind: 'unreadable'; readonly error: Error }
  /** It is not known yet whether there ever was a key. A sender without one must not learn that it needs one. */
  | { readonly kind: 'undecided' };

const callerOf = ({ name, scopes, sources, person, units }: ApiKeyRecord): Caller => ({
  name,
  rights: scopes,
  sources,
  person,
  units,
});

/**
 * The keys of one file; changes to the file take effect within a second. Where no key ever was, the server may be open: that ends
 * with the first key, for good.
 */
export class ApiKeys {
  readonly path: string;
  readonly #listeners = new Set<() => void>();
  readonly #looking: NodeJS.Timeout;
  #records: readonly ApiKeyRecord[] = [];
  #text: string | undefined;
  #failure: Error | undefined;
  #isClosed = false;
  /** Whether there were keys: `unknown` until the store has been asked. */
  #past: 'some' | 'none' | 'unknown';

  /**
   * @param without a missing file is a fault, or stands for a server that never had a key
   * @throws when the file is not a keys file
   */
  constructor(path: string, without: 'fault' | 'open' = 'fault') {
    this.path = path;
    this.#past = without === 'open' ? 'none' : 'some';
    this.#read();
    this.#looking = setInterval(() => this.#look(), EVERY_MS);
    this.#looking.unref();
  }

  /** Whether every request is allowed: there never was a key. */
  get isOpen(): boolean {
    return this.#past === 'none';
  }

  /** Whether it must be asked first if there ever was a key. */
  get isUndecided(): boolean {
    return this.#past === 'unknown';
  }

  /** An open server is closed until the store has been asked whether there were keys. */
  doubt(): void {
    if (this.#past === 'none') this.#past = 'unknown';
  }

  decide(hadKeys: boolean): void {
    if (this.#past === 'unknown') this.#past = hadKeys ? 'some' : 'none';
    this.#look();
  }

  /** Undefined while the file cannot be read. */
  get records(): readonly ApiKeyRecord[] | undefined {
    return this.#failure ? undefined : this.#records;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** How many keys the file has. */
  get count(): number {
    return this.#records.length;
  }

  /** @param rights any of which is enough */
  check(key: string | undefined, rights: readonly Right[]): Access {
    if (this.isUndecided) return { kind: 'undecided' };
    if (key === undefined) return { kind: 'unknown' };
    if (this.#failure) return { kind: 'unreadable', error: this.#failure };
    const digest = createHash('sha256').update(key).digest();
    let found: ApiKeyRecord | undefined;
    // Every record is compared, in constant time each, so that timing reveals nothing about which one is near.
    for (const record of this.#records) {
      if (timingSafeEqual(digest, Buffer.from(record.sha256, 'hex'))) found = record;
    }
    if (!found) return { kind: 'unknown' };
    return includesRight(found.scopes, rights)
      ? { kind: 'allowed', caller: callerOf(found) }
      : { kind: 'forbidden' };
  }

  /** Calls the listener whenever what the keys allow may have changed. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** Looks at the file no more. */
  close(): void {
    this.#isClosed = true;
    clearInterval(this.#looking);
  }

  #look(): void {
    const [text, failure] = [this.#text, this.#failure];
    try {
      this.#read();
      this.#failure = undefined;
    } catch (error) {
      this.#failure = asError(error);
    }
    if (text !== this.#text || failure?.message !== this.#failure?.message)
      for (const listener of this.#listeners) listener();
  }

  /** The content decides, since a file can be written again within the same instant, or keep its time. */
  #read(): void {
    if (this.#past !== 'some' && !existsSync(this.path)) return;
    this.#past = 'some';
    const text = readPrivateFile(this.path);
    if (text === this.#text) return;
    this.#records = keysIn(this.path, text);
    this.#text = text;
  }
}
