import { hash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { replaceFile } from '../../../shared/platform/replace-file.ts';
import type { Place } from './records.ts';

/** How much of a file is durable. */
export interface Progress extends Place {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
}

const stored = z.object({
  key: z.string(),
  fingerprint: z.string(),
  offset: z.int().min(0),
  line: z.int().min(0),
  accepted: z.int().min(0),
  duplicates: z.int().min(0),
  rejected: z.int().min(0),
});

/** How far the import of one file into one destination has come, so that it can continue after a stop. */
export interface Positions {
  /** Undefined when there is none, or the file or its mapping has changed since. */
  read(): Progress | undefined;
  write(progress: Progress): void;
  /** The import is complete: doing it again begins again, and finds everything known. */
  clear(): void;
}

/**
 * A small JSON file in `dir`, one a file and destination, replaced as a whole.
 */
export function positionsIn(dir: string, key: string, fingerprint: string): Positions {
  const path = join(dir, `${hash('sha256', key).slice(0, 32)}.json`);
  return {
    read() {
      const text = readIfThere(path);
      const parsed = text === undefined ? undefined : stored.safeParse(parsedJson(text));
      return parsed?.success && parsed.data.fingerprint === fingerprint ? parsed.data : undefined;
    },
    write(progress) {
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      replaceFile(path, JSON.stringify({ ...progress, key, fingerprint }));
    },
    clear: () => rmSync(path, { force: true }),
  };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
