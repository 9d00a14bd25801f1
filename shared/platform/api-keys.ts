import { createHash, timingSafeEqual } from 'node:crypto';
import type { Caller } from './caller.ts';
import { type ApiKeyRecord, type Right, readKeysFile } from './keys-file.ts';

/** Milliseconds between two looks at the file: what depends on a key ends within a second. */
const EVERY_MS = 400;

/** The rights that a route names, any of which is enough. */
export const rightsOf = (named: Right | readonly Right[] | undefined): readonly Right[] =>
  typeof named === 'string' ? [named] : (named ?? []);

export type Access =
  | { readonly kind: 'allowed'; readonly caller: Caller }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'forbidden' }
  /** The file has been removed or damaged: until it is repaired every request is refused. */
  | { readonly kind: 'unreadable'; readonly error: Error };

const callerOf = ({ name, sources }: ApiKeyRecord): Caller => (sources ? { name, sources } : { name });

/** The keys of one file; changes to the file take effect within a second. */
export class ApiKeys {
  readonly path: string;
  readonly #listeners = new Set<() => void>();
  readonly #looking: NodeJS.Timeout;
  #records: readonly ApiKeyRecord[] = [];
  #text: string | undefined;
  #failure: Error | undefined;

  /** @throws when the file is not a keys file. */
  constructor(path: string) {
    this.path = path;
    this.#read();
    this.#looking = setInterval(() => this.#look(), EVERY_MS);
    this.#looking.unref();
  }

  /** How many keys the file has. */
  get count(): number {
    return this.#records.length;
  }

  /** @param rights any of which is enough */
  check(key: string, rights: readonly Right[]): Access {
    if (this.#failure) return { kind: 'unreadable', error: this.#failure };
    const digest = createHash('sha256').update(key).digest();
    let found: ApiKeyRecord | undefined;
    // Every record is compared, in constant time each, so that timing reveals nothing about which one is near.
    for (const record of this.#records) {
      if (timingSafeEqual(digest, Buffer.from(record.sha256, 'hex'))) found = record;
    }
    if (!found) return { kind: 'unknown' };
    const enough: readonly Right[] = [...rights, 'admin'];
    return found.scopes.some((right) => enough.includes(right))
      ? { kind: 'allowed', caller: callerOf(found) }
      : { kind: 'forbidden' };
  }

  /** Calls the listener whenever what the keys allow may have changed. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** Looks at the file no more. */
  close(): void {
    clearInterval(this.#looking);
  }

  #look(): void {
    const [text, failure] = [this.#text, this.#failure];
    try {
      this.#read();
      this.#failure = undefined;
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
    }
    if (text !== this.#text || failure?.message !== this.#failure?.message)
      for (const listener of this.#listeners) listener();
  }

  /** The content decides, since a file can be written again within the same instant, or keep its time. */
  #read(): void {
    const { text, records } = readKeysFile(this.path);
    this.#text = text;
    this.#records = records;
  }
}
