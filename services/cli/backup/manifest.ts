import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { sync } from './durable-files.ts';

const FILE = 'manifest.json';

/** The only names that a backup may hold: a manifest must not be able to make a restore write anywhere else. */
const NAMES = /^(?:(?:events|webhooks|dead-letters)\.db|keys\.json|staff\.key|imports\/[0-9a-f]+\.json)$/;

const manifestSchema = z.object({
  /** Of this form. */
  version: z.literal(1),
  /** When the backup began: what had been acknowledged by then is in it. */
  createdAt: z.iso.datetime(),
  /** The program that made it. */
  nhip: z.string(),
  files: z
    .array(
      z.object({
        name: z.string().regex(NAMES),
        bytes: z.int().min(0),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
      }),
    )
    .refine((files) => files.some(({ name }) => name === 'events.db'), 'events.db among the files'),
  events: z.object({
    count: z.int().min(0),
    streams: z.int().min(0),
    /** Position of the last event. */
    head: z.int().min(0),
    /** The sum that `nhip copy --verify-only` prints. */
    digest: z.string().regex(/^[0-9a-f]{64}$/),
    /** What the events come to: an anchor outside the machine. Absent in backups from before the chain. */
    chain: z.object({ store: z.uuid(), link: z.string().regex(/^[0-9a-f]{64}$/) }).optional(),
  }),
});

/** What a backup holds. It is written last, so a folder that has one is complete. */
export type Manifest = z.output<typeof manifestSchema>;

/** @throws when the folder is no complete backup of a form that this program knows */
export async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, FILE), 'utf8').catch((error) => {
    throw new Error(`${folder} is no complete backup: its ${FILE} cannot be read`, { cause: error });
  });
  const parsed = manifestSchema.safeParse(parsedJson(text));
  if (parsed.success) return parsed.data;
  throw new Error(`${folder}: ${FILE} is not what it should be: ${z.prettifyError(parsed.error)}`);
}

export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const path = join(folder, FILE);
  await writeFile(path, `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
  await sync(path);
}

/** The entries of the folder itself: `imports` for all that is in it. */
export const entriesOf = ({ files }: Manifest): readonly string[] => [
  ...new Set(files.map(({ name }) => name.split('/')[0] ?? name)),
];

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
