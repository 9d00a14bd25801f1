import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Moment, momentText } from '../kernel/clock.ts';
import { replaceFile } from './replace-file.ts';

const noteSchema = z.object({ completedAt: z.iso.datetime().transform((text) => Date.parse(text)) });

const pathIn = (dataDir: string): string => join(dataDir, 'backup.json');

/** Notes in DATA_DIR that its backup of `completedAt` is complete, for monitoring. */
export function noteBackup(dataDir: string, completedAt: Moment, folder: string): void {
  replaceFile(pathIn(dataDir), `${JSON.stringify({ completedAt: momentText(completedAt), folder })}\n`);
}

/** When the last backup of DATA_DIR was complete; undefined when none is known. */
export function lastBackupAt(dataDir: string): Moment | undefined {
  try {
    return noteSchema.parse(JSON.parse(readFileSync(pathIn(dataDir), 'utf8'))).completedAt;
  } catch {
    // Absent or unreadable: an unproved time is not shown.
    return undefined;
  }
}
