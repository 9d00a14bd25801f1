import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { Log } from '../platform/log.ts';
import { replaceFile } from '../platform/replace-file.ts';
import type { AuditLog } from './audit-log.ts';

const noteSchema = z.strictObject({
  by: z.string(),
  data: z.strictObject({
    at: z.int(),
    from: z.string(),
    backupOf: z.int(),
    events: z.int(),
    head: z.int(),
    digest: z.string(),
    chain: z.strictObject({ store: z.string(), link: z.string() }).nullable(),
    withoutWebhooks: z.boolean(),
  }),
});
export type RestoreNote = z.output<typeof noteSchema>;

const AGAIN_MS = 5_000;
const pathIn = (dataDir: string): string => join(dataDir, 'restores.json');

/**
 * Notes a restore for the audit: the restored events are those of the backup, without an event more, so the next start records it.
 * @throws when an earlier note cannot be read
 */
export function noteRestore(dataDir: string, note: RestoreNote): void {
  const path = pathIn(dataDir);
  replaceFile(path, JSON.stringify([...notesIn(path), note]));
}

/** Records the restores since the last start, and tries again while the store takes nothing. @returns the end of it */
export function recordRestores(
  dataDir: string,
  audit: Pick<AuditLog, 'record'>,
  log: Pick<Log, 'warn'>,
): () => Promise<void> {
  const stopping = new AbortController();
  const path = pathIn(dataDir);
  const work = async () => {
    while (!stopping.signal.aborted) {
      try {
        const notes = notesIn(path);
        for (const { by, data } of notes)
          await audit.record({ type: 'audit.restored.v1', data }, by, `restored/${data.at}/${data.digest}`);
        if (notes.length > 0) rmSync(path);
        return;
      } catch (error) {
        log.warn({ err: error }, 'audit: a restore cannot be recorded yet, trying again');
        await pause(AGAIN_MS, undefined, { ref: false, signal: stopping.signal }).catch(() => {});
      }
    }
  };
  const working = work();
  return async () => {
    stopping.abort();
    await working;
  };
}

function notesIn(path: string): readonly RestoreNote[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
  const parsed = z.array(noteSchema).safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new Error(`${path} is not what \`nhip restore\` writes: ${z.prettifyError(parsed.error)}`);
}
