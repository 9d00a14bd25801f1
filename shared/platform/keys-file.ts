import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { type UnitId, unitId } from '../contracts/ids.ts';
import { isPersonId, PERSON_LIMIT, type PersonId } from '../contracts/two-people.ts';
import { whileLocked } from './file-lock.ts';
import { readPrivateFile } from './private-file.ts';
import { replaceFile } from './replace-file.ts';

/**
 * What a key may do: send events, read figures, handle alerts, define objectives, enter figures for them, approve what another
 * person has entered, read lists of staff, everything else.
 */
export const RIGHTS = ['feed', 'read', 'duty', 'define', 'enter', 'approve', 'staff', 'admin'] as const;
export type Right = (typeof RIGHTS)[number];

/** Nobody enters, approves or defines well without the figures and registers that it is about. */
const WITH_READ: readonly Right[] = ['define', 'enter', 'approve', 'staff'];

/** Whether rights include one of those wanted: `admin` includes all, and the rights of those who write include `read`. */
export const includesRight = (held: readonly Right[], wanted: readonly Right[]): boolean =>
  held.some(
    (right) =>
      right === 'admin' || wanted.includes(right) || (wanted.includes('read') && WITH_READ.includes(right)),
  );

/** Strict: a member that this program does not know may limit what the key is for. */
const fileSchema = z.array(
  z.strictObject({
    id: z.string(),
    name: z.string().min(1),
    /** Its rights. */
    scopes: z.array(z.enum(RIGHTS)).min(1),
    /** SHA-256 of the whole key, hex: a key has 192 random bits, so a fast hash is enough. */
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    createdAt: z.string(),
    /** The CloudEvents sources that it may speak for, with all that lie below them; every source when absent. */
    sources: z.array(z.string().min(1)).min(1).optional(),
    /** The person who holds it. Two keys of one person are no two people. */
    person: z
      .custom<PersonId>((value) => typeof value === 'string' && isPersonId(value), {
        message: `up to ${PERSON_LIMIT} lower-case letters and digits, with . _ - between them`,
      })
      .optional(),
    /** The units about which it may write, with all that lie below them; every unit when absent. */
    units: z.array(z.string().min(1).transform(unitId)).min(1).optional(),
  }),
);
export type ApiKeyRecord = z.output<typeof fileSchema>[number];

/** The keys in the text of a keys file. @throws when it is none */
export function keysIn(path: string, text: string): readonly ApiKeyRecord[] {
  const parsed = fileSchema.safeParse(jsonOf(path, text));
  if (!parsed.success) throw new Error(`${path} is not a keys file: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** @returns none when there is no file. @throws when it is no keys file, or its mode is wide */
export const readApiKeys = (path: string): readonly ApiKeyRecord[] =>
  existsSync(path) ? keysIn(path, readPrivateFile(path)) : [];

function jsonOf(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The parser's message may quote the file.
    throw new Error(`${path} is not a keys file: it cannot be read as JSON`, { cause: error });
  }
}

/** What limits a key, and who holds it; an empty list is no limit. */
export interface KeyLimits {
  readonly sources?: readonly string[];
  readonly person?: PersonId | undefined;
  readonly units?: readonly UnitId[];
}

/** Adds a key to the file and returns it: the only time it can be seen. */
export function createApiKey(
  path: string,
  name: string,
  rights: readonly Right[],
  createdAt: Date,
  { sources = [], person, units = [] }: KeyLimits = {},
): string {
  const id = randomBytes(4).toString('hex');
  const key = `nhip_${id}_${randomBytes(24).toString('base64url')}`;
  const sha256 = createHash('sha256').update(key).digest('hex');
  const record = {
    id,
    name,
    scopes: [...rights],
    sha256,
    createdAt: createdAt.toISOString(),
    ...(sources.length > 0 && { sources: [...sources] }),
    ...(person !== undefined && { person }),
    ...(units.length > 0 && { units: [...units] }),
  };
  mkdirSync(dirname(path), { recursive: true });
  change(path, (records) => [...records, record]);
  return key;
}

/** @returns how many keys are left; undefined when the file has no such key: then it stays as it is. */
export function revokeApiKey(path: string, id: string): number | undefined {
  // Nothing is left behind where there is no file.
  if (!existsSync(path)) return undefined;
  let left: number | undefined;
  change(path, (records) => {
    const others = records.filter((record) => record.id !== id);
    if (others.length === records.length) return records;
    left = others.length;
    return others;
  });
  return left;
}

/**
 * Only one process changes the file at a time, or a change would undo another; and what it wrote is read back.
 * @throws when the file does not hold the change afterwards
 */
function change(path: string, to: (records: readonly ApiKeyRecord[]) => readonly ApiKeyRecord[]): void {
  whileLocked(path, () => {
    const records = readApiKeys(path);
    const changed = to(records);
    if (changed === records) return;
    const text = `${JSON.stringify(changed, null, 2)}\n`;
    replaceFile(path, text);
    if (readPrivateFile(path) !== text)
      throw new Error(`${path} was changed by another program meanwhile: look what it holds, and try again`);
  });
}
