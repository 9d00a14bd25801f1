import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

/** What a key may do: send events, read figures, handle alerts, everything else. `admin` includes the others. */
export const RIGHTS = ['feed', 'read', 'duty', 'admin'] as const;
export type Right = (typeof RIGHTS)[number];

/** The rights that a route names, any of which is enough. */
export const rightsOf = (named: Right | readonly Right[] | undefined): readonly Right[] =>
  typeof named === 'string' ? [named] : (named ?? []);

const fileSchema = z.array(
  z.object({
    id: z.string(),
    name: z.string(),
    /** Its rights. */
    scopes: z.array(z.enum(RIGHTS)).min(1),
    /** SHA-256 of the whole key, hex: a key has 192 random bits, so a fast hash is enough. */
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    createdAt: z.string(),
  }),
);
export type ApiKeyRecord = z.output<typeof fileSchema>[number];

export type Access =
  | { readonly kind: 'allowed'; readonly name: string }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'forbidden' }
  /** The file has been removed or damaged: until it is repaired every request is refused. */
  | { readonly kind: 'unreadable'; readonly error: Error };

/** The keys of one file; changes to the file take effect within a second. */
export class ApiKeys {
  readonly path: string;
  #records: readonly ApiKeyRecord[] = [];
  #modifiedMs = 0;
  /** Milliseconds of the monotonic clock. */
  #checkedMs: number;
  #failure: Error | undefined;

  /** @throws when the file is not a keys file. */
  constructor(path: string) {
    this.path = path;
    this.#checkedMs = performance.now();
    this.#reload();
  }

  /** How many keys the file has. */
  get count(): number {
    this.#keepUp();
    return this.#records.length;
  }

  /** @param rights any of which is enough */
  check(key: string, rights: readonly Right[]): Access {
    this.#keepUp();
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
      ? { kind: 'allowed', name: found.name }
      : { kind: 'forbidden' };
  }

  #keepUp(): void {
    const now = performance.now();
    if (now - this.#checkedMs < 1_000) return;
    this.#checkedMs = now;
    try {
      this.#reload();
      this.#failure = undefined;
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
      this.#modifiedMs = 0;
    }
  }

  #reload(): void {
    const modifiedMs = statSync(this.path).mtimeMs;
    if (modifiedMs === this.#modifiedMs) return;
    this.#records = readApiKeys(this.path);
    this.#modifiedMs = modifiedMs;
  }
}

/** @throws when the file exists and is not a keys file. */
export function readApiKeys(path: string): readonly ApiKeyRecord[] {
  if (!existsSync(path)) return [];
  const parsed = fileSchema.safeParse(jsonOf(path));
  if (!parsed.success) throw new Error(`${path} is not a keys file: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

function jsonOf(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    // The parser's message may quote the file.
    throw new Error(`${path} is not a keys file: it cannot be read as JSON`, { cause: error });
  }
}

/** Adds a key to the file and returns it: the only time it can be seen. */
export function createApiKey(path: string, name: string, rights: readonly Right[], createdAt: Date): string {
  const id = randomBytes(4).toString('hex');
  const key = `nhip_${id}_${randomBytes(24).toString('base64url')}`;
  const sha256 = createHash('sha256').update(key).digest('hex');
  write(path, [
    ...readApiKeys(path),
    { id, name, scopes: [...rights], sha256, createdAt: createdAt.toISOString() },
  ]);
  return key;
}

/** @returns how many keys are left; undefined when the file has no such key: then it stays as it is. */
export function revokeApiKey(path: string, id: string): number | undefined {
  const records = readApiKeys(path);
  const left = records.filter((record) => record.id !== id);
  if (left.length === records.length) return undefined;
  write(path, left);
  return left.length;
}

function write(path: string, records: readonly ApiKeyRecord[]): void {
  mkdirSync(dirname(path), { recursive: true });
  const beside = `${path}.${process.pid}.tmp`;
  writeFileSync(beside, `${JSON.stringify(records, null, 2)}\n`, { mode: 0o600 });
  renameSync(beside, path);
}
