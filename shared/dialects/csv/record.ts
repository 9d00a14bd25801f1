import { parse } from 'csv-parse/sync';

export type CsvRecord =
  | { readonly kind: 'cells'; readonly cells: readonly string[] }
  | { readonly kind: 'invalid'; readonly expected: string };

/**
 * Reads one record (RFC 4180), which may hold line ends inside quotes but ends with none. A cell `="000123"`, which programs
 * write so that Excel keeps it as text, is the quoted cell in it.
 */
export function csvRecord(text: string, delimiter: string): CsvRecord {
  const cells = cellsOf(text, delimiter) ?? cellsOf(withoutFormulas(text, delimiter), delimiter);
  return cells
    ? { kind: 'cells', cells }
    : { kind: 'invalid', expected: 'one CSV record, in which a cell with quotes is quoted as a whole' };
}

function cellsOf(text: string, delimiter: string): readonly string[] | undefined {
  try {
    const records: string[][] = parse(text, { delimiter, record_delimiter: '\n', relax_column_count: true });
    // A line end outside quotes would be two records.
    return records.length === 1 ? records[0] : undefined;
  } catch {
    // Its message quotes the cell, which may hold anything.
    return undefined;
  }
}

/** Quoted cells are matched too, as a whole, so that no text inside one counts as a cell. */
function withoutFormulas(text: string, delimiter: string): string {
  const edge = delimiter.replace(/[\\^$.*+?()[\]{}|]/, '\\$&');
  const cell = new RegExp(`(^|${edge})(?:=("(?:[^"]|"")*")|"(?:[^"]|"")*")(?=${edge}|$)`, 'g');
  return text.replace(cell, (whole, before: string, quoted: string | undefined) =>
    quoted === undefined ? whole : before + quoted,
  );
}
