import type { Fault } from '../../../shared/contracts/fault.ts';
import { readJson, readText } from '../../../shared/contracts/json-text.ts';
import { canonicalCell } from '../../../shared/dialects/csv/cell.ts';
import type { Row } from '../../../shared/dialects/csv/cells.ts';
import { columnsOf, type Mapping } from '../../../shared/dialects/csv/mapping.ts';
import { csvRecord } from '../../../shared/dialects/csv/record.ts';
import { rowTranslator } from '../../../shared/dialects/csv/rows.ts';
import { looksLike } from './encoding.ts';
import { ImportError } from './import-error.ts';
import { type Parsed, RECORD_LIMIT, type RecordForm } from './records.ts';

/** What one record of a file comes to: any number of events, some of them rejected. */
export type FileItem = { readonly raw: Uint8Array | string } & (
  | { readonly kind: 'event'; readonly cloudEvent: unknown }
  | {
      readonly kind: 'rejected';
      readonly faults: readonly Fault[];
      readonly type?: string;
      readonly source?: string;
    }
);

function decoded(bytes: Uint8Array): string | undefined {
  const reading = readText(bytes);
  return reading.kind === 'text' ? reading.text : undefined;
}

const rejected = (raw: Uint8Array | string, was: string, expected: string): FileItem => ({
  kind: 'rejected',
  raw,
  faults: [{ code: 'unparseable', pointer: '', was, expected }],
});

const otherBytes = (bytes: Uint8Array) => `bytes that look like ${looksLike(bytes)}`;
const NOT_UTF8 = 'text in UTF-8, or the encoding that --encoding names';
const TOO_LONG = {
  was: `more than ${RECORD_LIMIT} bytes`,
  expected: `a record of at most ${RECORD_LIMIT} bytes`,
};

/** NDJSON: one CloudEvent a line. Empty lines are nothing. */
export const ndjsonForm: RecordForm<readonly FileItem[]> = {
  quoted: false,
  tooLong: [rejected('', TOO_LONG.was, TOO_LONG.expected)],
  parse(bytes) {
    const reading = readJson(bytes);
    if (reading.kind === 'json')
      return { value: [{ kind: 'event', raw: reading.text, cloudEvent: reading.value }] };
    const text = decoded(bytes);
    if (text === undefined) return { value: [rejected(bytes, otherBytes(bytes), NOT_UTF8)] };
    return text.trim() === ''
      ? undefined
      : { value: [{ kind: 'rejected', raw: bytes, faults: [reading.fault] }] };
  },
};

/** What the first lines of a CSV file determine for the rest. */
export interface Header {
  readonly columns: readonly string[];
  readonly delimiter: string;
}

/** The header line of a CSV file, and a line `sep=;` before it, by which Excel names the delimiter. */
export function headerForm(written: Pick<Mapping, 'delimiter'>): RecordForm<Header> {
  let { delimiter } = written;
  return {
    quoted: true,
    tooLong: { columns: [], delimiter },
    parse(bytes) {
      const text = decoded(bytes);
      if (text === undefined) {
        throw new ImportError('file-foreign', `the header has ${otherBytes(bytes)}, instead of ${NOT_UTF8}`);
      }
      const named = /^"?sep=([^"])"?$/i.exec(text)?.[1];
      if (named !== undefined) {
        delimiter = named;
        return undefined;
      }
      const record = csvRecord(text, delimiter);
      if (record.kind === 'invalid') return { value: { columns: [], delimiter }, malformed: true };
      const columns = record.cells.map(canonicalCell);
      return columns.every((name) => name === '') ? undefined : { value: { columns, delimiter } };
    },
  };
}

/** @throws ImportError when a column that the mapping reads is missing, or is there twice */
export function checkColumns(mapping: Mapping, header: readonly string[]): void {
  const faults = [...columnsOf(mapping.events)].flatMap((column) => {
    const times = header.filter((name) => name === column).length;
    const found = times === 0 ? 'no column' : `${times} columns`;
    return times === 1 ? [] : [`${found} ${JSON.stringify(column)}`];
  });
  if (faults.length === 0) return;
  const has = header.map((name) => JSON.stringify(name)).join(', ') || 'none';
  throw new ImportError(
    'columns-missing',
    `the mapping wants each of its columns once, but the file has ${faults.join(' and ')}; its header is ${has}`,
  );
}

/** A row of a CSV file with the cells of the wanted columns, or why it is none. */
export type CsvRow =
  | { readonly kind: 'row'; readonly row: Row }
  | { readonly kind: 'bad'; readonly was: string; readonly expected: string };

/** The rows below a header; one of empty cells is none. */
export function rowForm(
  { columns: header, delimiter }: Header,
  wanted: ReadonlySet<string>,
): RecordForm<CsvRow> {
  const columns = header.flatMap((name, index) => (wanted.has(name) ? [{ name, index }] : []));
  const bad = (was: string, expected: string): Parsed<CsvRow> => ({
    value: { kind: 'bad', was, expected },
    malformed: true,
  });
  return {
    quoted: true,
    tooLong: { kind: 'bad', was: TOO_LONG.was, expected: TOO_LONG.expected },
    parse(bytes) {
      const text = decoded(bytes);
      if (text === undefined) return bad(otherBytes(bytes), NOT_UTF8);
      if (text.trim() === '') return undefined;
      const record = csvRecord(text, delimiter);
      if (record.kind === 'invalid') return bad('misplaced quotes', record.expected);
      const { cells } = record;
      if (cells.every((cell) => canonicalCell(cell) === '')) return undefined;
      if (cells.length !== header.length)
        return bad(`${cells.length} cells`, `${header.length} cells, as the header has`);
      return {
        value: { kind: 'row', row: new Map(columns.map(({ name, index }) => [name, cells[index] ?? ''])) },
      };
    },
  };
}

/** CSV: each record by the mapping. A rejected record is not kept, since its cells may hold anything. */
export function csvForm(mapping: Mapping, header: Header): RecordForm<readonly FileItem[]> {
  const translate = rowTranslator(mapping);
  const rows = rowForm(header, columnsOf(mapping.events));
  const { source } = mapping;
  return {
    quoted: true,
    tooLong: [rejected('', TOO_LONG.was, TOO_LONG.expected)],
    parse(bytes) {
      const parsed = rows.parse(bytes);
      if (parsed === undefined) return undefined;
      const { value } = parsed;
      if (value.kind === 'bad') {
        const { was, expected } = value;
        const faults = [{ code: 'row-invalid' as const, pointer: '', was, expected }];
        return { value: [{ kind: 'rejected', raw: '', source, faults }], malformed: true };
      }
      return {
        value: translate(value.row).map(
          (event): FileItem =>
            event.kind === 'event' ? { ...event, raw: JSON.stringify(event.cloudEvent) } : event,
        ),
      };
    },
  };
}
