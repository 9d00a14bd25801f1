import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ImportItem, Outcome } from './destination.ts';

/**
 * The rejected lines of a file, NDJSON `{line, faults, deadLetter?}`: made with the first of them, continued when the import is.
 * The report of an earlier import is removed once this one has sent something.
 */
export class Report {
  readonly path: string;
  private isOurs: boolean;
  private descriptor: number | undefined;

  /** @param dir its folder; beside the file by default */
  constructor(file: string, dir: string | undefined, continued: boolean) {
    this.path =
      dir === undefined ? `${file}.rejected.ndjson` : join(dir, `${basename(file)}.rejected.ndjson`);
    this.isOurs = continued;
  }

  add(items: readonly ImportItem[], { rejected }: Outcome): void {
    if (!this.isOurs) rmSync(this.path, { force: true });
    this.isOurs = true;
    for (const { index, faults, deadLetter } of rejected) {
      this.descriptor ??= openSync(this.path, 'a', 0o600);
      const line = items[index]?.line;
      writeSync(this.descriptor, `${JSON.stringify({ line, faults, deadLetter })}\n`);
    }
  }

  close(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
  }
}
