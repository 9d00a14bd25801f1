import { hash } from 'node:crypto';
import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { type Mapping, readMapping } from '../../../shared/dialects/csv/mapping.ts';
import type { Destination, ImportItem, Outcome } from './destination.ts';
import type { Declared } from './encoding.ts';
import { checkColumns, csvForm, headerForm, ndjsonForm, type Part } from './file-form.ts';
import { ImportError } from './import-error.ts';
import { type Positions, type Progress, positionsIn } from './positions.ts';
import { type ProgressBar, progressBar } from './progress-bar.ts';
import { BEGINNING, type Place, type RecordForm, readRecords } from './records.ts';
import { openFile, type SourceFile, sourceFile } from './source-file.ts';

export interface ImportOptions {
  /** CSV (by the mapping) or NDJSON of CloudEvents, each plain or gzip. */
  readonly files: readonly string[];
  /** How the rows of CSV files become events; a JSON file, see shared/dialects/csv/mapping.ts. */
  readonly mappingFile?: string;
  /** What the files are written in; UTF-8 unless declared. */
  readonly encoding?: Declared;
  readonly destination: Destination;
  /** Where positions are kept: `DATA_DIR/imports`. */
  readonly positionsDir: string;
  /** Where the reports of rejected lines go; beside each file unless told. */
  readonly reportsDir?: string;
  /** Where a progress bar may be drawn, if it is a terminal. */
  readonly terminal?: NodeJS.WriteStream;
  readonly out: (line: string) => void;
  /** Stops between two batches; the next call goes on from there. */
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
  /** NDJSON `{line, faults, deadLetter?}`; absent when nothing was rejected. */
  readonly report?: string;
}

/** Events a batch: past about a hundred a transaction, durability costs little more. */
const BATCH = 1_000;

/**
 * Imports files one after the other, holding one batch of each in memory. The position advances only once a batch is durable,
 * so that a killed import goes on where it was; a file that has changed begins again, and what is known are duplicates.
 * @throws ImportError, StoreError
 */
export async function importFiles(options: ImportOptions): Promise<readonly ImportSummary[]> {
  const mapping = options.mappingFile === undefined ? undefined : mappingOf(options.mappingFile);
  const summaries: ImportSummary[] = [];
  for (const file of options.files) {
    const source = await readable(file, options.encoding ?? 'utf-8');
    const summary = await importFile(source, mapping, options);
    summaries.push(summary);
    options.out(sentence(summary));
    if (!summary.complete) break;
  }
  return summaries;
}

interface ReadableMapping {
  readonly mapping: Mapping;
  readonly hash: string;
}

function mappingOf(path: string): ReadableMapping {
  const text = attempt(path, () => readFileSync(path, 'utf8'));
  const read = readMapping(text);
  if (read.kind === 'mapping') return { mapping: read.mapping, hash: hash('sha256', text) };
  // A fault in the fields of the whole row is found again in each of its events.
  const faults = new Set(read.faults);
  throw new ImportError('mapping-invalid', [`${path} is no mapping:`, ...faults].join('\n  '));
}

async function readable(path: string, declared: Declared): Promise<SourceFile> {
  try {
    return await sourceFile(path, declared);
  } catch (error) {
    if (error instanceof ImportError) throw error;
    throw unreadable(path, error);
  }
}

function attempt<Value>(path: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw unreadable(path, error);
  }
}

const unreadable = (path: string, error: unknown): ImportError =>
  new ImportError('file-unreadable', `${path}: ${error instanceof Error ? error.message : String(error)}`, {
    cause: error,
  });

async function importFile(
  file: SourceFile,
  mapping: ReadableMapping | undefined,
  options: ImportOptions,
): Promise<ImportSummary> {
  const { form, content } = await formOf(file, mapping);
  const key = `${resolve(file.path)} ${options.destination.name}`;
  const positions = positionsIn(options.positionsDir, key, `${file.fingerprint} ${mapping?.hash ?? ''}`);
  const known = positions.read();
  const report = new Report(reportPath(file.path, options.reportsDir), known !== undefined);
  const bar = progressBar(options.terminal, basename(file.path), file.size);
  try {
    const run = new Run(file, known ?? { ...content, ...NOTHING }, { ...options, positions, report, bar });
    const complete = await run.through(form);
    if (complete) positions.clear();
    const { line, accepted, duplicates, rejected } = run.progress;
    const isNothing = complete && accepted + duplicates + rejected === 0;
    return {
      file: file.path,
      complete,
      ...(isNothing && { nothing: run.records === 0 ? 'no-records' : 'no-events' }),
      lines: line,
      accepted,
      duplicates,
      rejected,
      ...(rejected > 0 ? { report: report.path } : {}),
    };
  } finally {
    bar.stop();
    report.close();
  }
}

const NOTHING = { accepted: 0, duplicates: 0, rejected: 0 };

/** How a file is read, and where its content begins. */
async function formOf(
  file: SourceFile,
  mapping: ReadableMapping | undefined,
): Promise<{ readonly form: RecordForm<readonly Part[]>; readonly content: Place }> {
  const name = file.path.toLowerCase().replace(/\.gz$/, '');
  const isTable = /\.(csv|tsv)$/.test(name) || (mapping !== undefined && !/\.(ndjson|jsonl)$/.test(name));
  if (!isTable) return { form: ndjsonForm, content: BEGINNING };
  if (!mapping) throw new ImportError('mapping-needed', `${file.path} needs a mapping of its columns`);
  for await (const header of readRecords(openFile(file, 0).chunks, BEGINNING, headerForm(mapping.mapping))) {
    checkColumns(mapping.mapping, header.value.columns);
    return { form: csvForm(mapping.mapping, header.value), content: header.end };
  }
  checkColumns(mapping.mapping, []);
  return { form: ndjsonForm, content: BEGINNING };
}

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
  private readonly file: SourceFile;
  private readonly around: Surroundings;
  private batch: ImportItem[] = [];

  constructor(file: SourceFile, from: Progress, around: Surroundings) {
    this.file = file;
    this.progress = from;
    this.around = around;
  }

  /** @returns whether it came to the end of the file */
  async through(form: RecordForm<readonly Part[]>): Promise<boolean> {
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
    const outcome = await destination.take(batch);
    report.add(batch, outcome);
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

const reportPath = (file: string, dir: string | undefined): string =>
  dir === undefined ? `${file}.rejected.ndjson` : join(dir, `${basename(file)}.rejected.ndjson`);

/** The rejected lines of a file: made with the first of them, continued when the import is. */
class Report {
  readonly path: string;
  private descriptor: number | undefined;

  constructor(path: string, continued: boolean) {
    this.path = path;
    if (!continued) rmSync(path, { force: true });
  }

  add(items: readonly ImportItem[], { rejected }: Outcome): void {
    for (const { index, faults, deadLetter } of rejected) {
      this.descriptor ??= attempt(this.path, () => openSync(this.path, 'a', 0o600));
      const line = items[index]?.line;
      writeSync(this.descriptor, `${JSON.stringify({ line, faults, deadLetter })}\n`);
    }
  }

  close(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
  }
}

function sentence(summary: ImportSummary): string {
  const { file, complete, lines, nothing, accepted, duplicates, rejected, report } = summary;
  if (nothing === 'no-records') return `${file}: there is no record in it, so nothing was taken`;
  if (nothing === 'no-events') {
    return `${file}: ${lines} lines, and by its mapping (when, otherwise) none states an event: nothing was taken`;
  }
  const counts = `${lines} lines: ${accepted} new events, ${duplicates} known already, ${rejected} rejected`;
  const where = report === undefined ? '' : ` (see ${report})`;
  return `${file}: ${counts}${where}${complete ? '' : '; stopped, call again to go on'}`;
}
