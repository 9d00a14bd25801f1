import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { KeptFindings } from '../../shared/event-store/scrub-report.ts';
import { replaceFile } from '../../shared/platform/replace-file.ts';

const findingsSchema = z.array(z.string()).min(1);

/**
 * What the scrubber found in the files of DATA_DIR, in `scrub.json` until a whole comparison finds nothing: the next start casts its doubt
 * before it has compared anything. A restore takes the file away with those that it replaces.
 */
export function findingsIn(dataDir: string): KeptFindings {
  const path = join(dataDir, 'scrub.json');
  return {
    known: readFindings(path),
    keep(findings) {
      if (findings.length === 0) return rmSync(path, { force: true });
      replaceFile(path, `${JSON.stringify(findings)}\n`);
    },
  };
}

function readFindings(path: string): readonly string[] {
  if (!existsSync(path)) return [];
  try {
    return findingsSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    // It was written since something was found.
    return ['scrub.json, which holds what was found before this start, cannot be read'];
  }
}
