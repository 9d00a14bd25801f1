import { parse } from 'csv-parse/sync';

export type CsvRecord =
  | { readonly kind: 'cells'; readonly cells: readonly string[] }
  | { readonly kind: 'invalid'; readonly expected: string };

/** Reads one record (RFC 4180), which may hold line ends inside quotes but ends with none. */
export function csvRecord(text: string, delimiter: string): CsvRecord {
  try {
    const records: string[][] = parse(text, { delimiter, record_delimiter: '\n', relax_column_count: true });
    const [cells] = records;
    // A line end outside quotes would be two records.
    if (cells && records.length === 1) return { kind: 'cells', cells };
  } catch {
    // Its message quotes the cell, which may hold anything.
  }
  return { kind: 'invalid', expected: 'one CSV record, in which a cell with quotes is quoted as a whole' };
}
