import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Mapping, readMapping } from '../../../shared/dialects/csv/mapping.ts';
import { errorText } from '../../../shared/kernel/error-text.ts';
import type { Declared } from './encoding.ts';
import { checkColumns, csvForm, type FileItem, headerForm, ndjsonForm } from './file-form.ts';
import { ImportError } from './import-error.ts';
import { BEGINNING, type Place, type RecordForm, readRecords } from './records.ts';
import { openFile, type SourceFile, sourceFile } from './source-file.ts';

export interface FilesToPrepare {
  /** CSV (by the mapping) or NDJSON of CloudEvents, each plain or gzip. */
  readonly files: readonly string[];
  /** How the rows of CSV files become events; a JSON file, see shared/dialects/csv/mapping.ts. */
  readonly mappingFile?: string;
  /** What the files are written in; UTF-8 unless declared. */
  readonly encoding?: Declared;
}

/** A file that can be read, how its records are read, and where they begin. */
export interface PreparedFile {
  readonly source: SourceFile;
  readonly form: RecordForm<readonly FileItem[]>;
  readonly content: Place;
  /** Changes whenever the file or its mapping does. */
  readonly fingerprint: string;
}

/**
 * Checks all files and the mapping before anything is imported, so that a request that cannot be carried out changes
 * nothing. @throws ImportError
 */
export async function prepareFiles(asked: FilesToPrepare): Promise<readonly PreparedFile[]> {
  const mapping = asked.mappingFile === undefined ? undefined : mappingOf(asked.mappingFile);
  const prepared: PreparedFile[] = [];
  for (const path of asked.files) {
    prepared.push(
      await attempt(path, async () => {
        const source = await sourceFile(path, asked.encoding ?? 'utf-8');
        const fingerprint = `${source.fingerprint} ${mapping?.hash ?? ''}`;
        return { source, fingerprint, ...(await formOf(source, mapping?.mapping)) };
      }),
    );
  }
  return prepared;
}

function mappingOf(path: string): { readonly mapping: Mapping; readonly hash: string } {
  const text = readText(path);
  const read = readMapping(text);
  if (read.kind === 'mapping') return { mapping: read.mapping, hash: hash('sha256', text) };
  // A fault in the fields of the whole row is found again in each of its events.
  const faults = new Set(read.faults);
  throw new ImportError('mapping-invalid', [`${path} is no mapping:`, ...faults].join('\n  '));
}

/** How a file is read, and where its content begins. */
async function formOf(
  file: SourceFile,
  mapping: Mapping | undefined,
): Promise<Pick<PreparedFile, 'form' | 'content'>> {
  const name = file.path.toLowerCase().replace(/\.gz$/, '');
  const isTable = /\.(csv|tsv)$/.test(name) || (mapping !== undefined && !/\.(ndjson|jsonl)$/.test(name));
  if (!isTable) return { form: ndjsonForm, content: BEGINNING };
  if (!mapping) throw new ImportError('mapping-needed', `${file.path} needs a mapping of its columns`);
  for await (const header of readRecords(openFile(file, 0).chunks, BEGINNING, headerForm(mapping))) {
    checkColumns(mapping, header.value.columns);
    return { form: csvForm(mapping, header.value), content: header.end };
  }
  checkColumns(mapping, []);
  return { form: ndjsonForm, content: BEGINNING };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function attempt<Value>(path: string, read: () => Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (error) {
    throw error instanceof ImportError ? error : unreadable(path, error);
  }
}

const unreadable = (path: string, error: unknown): ImportError =>
  new ImportError('file-unreadable', `${path}: ${errorText(error)}`, {
    cause: error,
  });
