import { basename, resolve } from 'node:path';
import type { Destination, ImportItem } from './destination.ts';
import type { FileItem } from './file-form.ts';
import { type Positions, type Progress, positionsIn } from './positions.ts';
import type { PreparedFile } from './prepared-file.ts';
import { type ProgressBar, progressBar } from './progress-bar.ts';
import { type Place, type RecordForm, readRecords } from './records.ts';
import { Report } from './report.ts';
import { openFile, type SourceFile } from './source-file.ts';

export interface ImportOptions {
  readonly files: readonly PreparedFile[];
  readonly destination: Destination;
  /** Where positions are kept: `DATA_DIR/imports`. */
  readonly positionsDir: string;
  /** The folder for the reports of rejected lines; beside each file by default. */
  readonly reportsDir?: string;
  /** Where a progress bar may be drawn, if it is a terminal. */
  readonly terminal?: NodeJS.WriteStream;
  readonly out: (line: string) => void;
  /** Stops between two batches; the next call continues from there. */
  readonly signal?: AbortSignal;
}

export interface ImportSummary {
  readonly file: string;
  /** Whether all of it was read, or the signal stopped it. */
  readonly complete: boolean;
  readonly lines: number;
  /** Whether it came to no event at all, good or bad, and why: no record to read, or none that states one. */
  readonly nothing?: 'no-records' | 'no-events';
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
  /** Names of fields that no contract has, whose values were not kept; of a stopped import those since it went on. */
  readonly dropped: readonly string[];
  /** NDJSON `{line, faults, deadLetter?}`; absent when nothing was rejected. */
  readonly report?: string;
}

/** As many names as a person reads. */
const DROPPED_LIMIT = 50;

/** Events a batch: past about a hundred a transaction, durability costs little more. */
const BATCH = 1_000;

/**
 * Imports files one after the other, holding one batch of each in memory. The position advances only once a batch is durable,
 * so that a killed import continues where it was; a changed file starts again, and its known events are duplicates.
 * @throws ImportError, StoreError
 */
export async function importFiles(options: ImportOptions): Promise<readonly ImportSummary[]> {
  const summaries: ImportSummary[] = [];
  for (const file of options.files) {
    const summary = await importFile(file, options);
    summaries.push(summary);
    options.out(sentence(summary));
    if (!summary.complete) break;
  }
  return summaries;
}

async function importFile(
  { source, form, content, fingerprint }: PreparedFile,
  options: ImportOptions,
): Promise<ImportSummary> {
  const key = `${resolve(source.path)} ${options.destination.name}`;
  const positions = positionsIn(options.positionsDir, key, fingerprint);
  const known = positions.read();
  const report = new Report(source.path, options.reportsDir, known !== undefined);
  const bar = progressBar(options.terminal, basename(source.path), source.size);
  try {
    const run = new Run(source, known ?? { ...content, ...NOTHING }, { ...options, positions, report, bar });
    const complete = await run.through(form);
    if (complete) positions.clear();
    const { line, accepted, duplicates, rejected } = run.progress;
    const isNothing = complete && accepted + duplicates + rejected === 0;
    return {
      file: source.path,
      complete,
      ...(isNothing && { nothing: run.records === 0 ? 'no-records' : 'no-events' }),
      lines: line,
      accepted,
      duplicates,
      rejected,
      dropped: [...run.dropped],
      ...(rejected > 0 ? { report: report.path } : {}),
    };
  } finally {
    bar.stop();
    report.close();
  }
}

const NOTHING = { accepted: 0, duplicates: 0, rejected: 0 };

interface Surroundings extends Pick<ImportOptions, 'destination' | 'signal'> {
  readonly positions: Positions;
  readonly report: Report;
  readonly bar: ProgressBar;
}

/** One pass through a file. */
class Run {
  progress: Progress;
  /** How many were read in this pass. */
  records = 0;
  readonly dropped = new Set<string>();
  private readonly file: SourceFile;
  private readonly around: Surroundings;
  private batch: ImportItem[] = [];

  constructor(file: SourceFile, from: Progress, around: Surroundings) {
    this.file = file;
    this.progress = from;
    this.around = around;
  }

  /** @returns whether it came to the end of the file */
  async through(form: RecordForm<readonly FileItem[]>): Promise<boolean> {
    const { signal } = this.around;
    const { chunks, read } = openFile(this.file, this.progress.offset);
    let end: Place = this.progress;
    for await (const record of readRecords(chunks, this.progress, form)) {
      if (this.batch.length + record.value.length > BATCH) await this.flush(end, read());
      if (signal?.aborted) return false;
      this.records += 1;
      const origin = `${basename(this.file.path)}:${record.line}`;
      for (const part of record.value) this.batch.push({ ...part, origin, line: record.line });
      end = record.end;
    }
    await this.flush(end, read());
    return true;
  }

  private async flush(end: Place, bytesRead: number): Promise<void> {
    const { destination, positions, report, bar } = this.around;
    const { batch } = this;
    this.batch = [];
    const outcome = await destination.send(batch);
    report.add(batch, outcome);
    for (const name of outcome.dropped) if (this.dropped.size < DROPPED_LIMIT) this.dropped.add(name);
    this.progress = {
      offset: end.offset,
      line: end.line,
      accepted: this.progress.accepted + outcome.accepted,
      duplicates: this.progress.duplicates + outcome.duplicates,
      rejected: this.progress.rejected + outcome.rejected.length,
    };
    positions.write(this.progress);
    bar.update(bytesRead, this.progress);
  }
}

function sentence(summary: ImportSummary): string {
  const { file, complete, lines, nothing, accepted, duplicates, rejected, dropped, report } = summary;
  if (nothing === 'no-records') return `${file}: it contains no record, nothing was imported`;
  if (nothing === 'no-events') {
    return `${file}: ${lines} lines, and by its mapping (when, otherwise) none states an event: nothing was imported`;
  }
  const counts = `${lines} lines: ${accepted} new events, ${duplicates} known already, ${rejected} rejected`;
  const where = report === undefined ? '' : ` (see ${report})`;
  const unknown =
    dropped.length === 0 ? '' : `; fields that no contract has were dropped: ${dropped.join(', ')}`;
  return `${file}: ${counts}${where}${unknown}${complete ? '' : '; stopped, call again to continue'}`;
}
