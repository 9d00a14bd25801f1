import type { When } from '../../calendar/when.ts';
import { canonicalCell } from './cell.ts';
import { fileDates } from './file-dates.ts';
import { dateColumnsOf, type Mapping } from './mapping.ts';

/** A cell by the name of its column, which is in the form of {@link canonicalCell}. */
export type Row = ReadonlyMap<string, string>;

/** The cells of one row, as a mapping reads them. An absent or empty one, and a date that was never set, are `''`. */
export interface Cells {
  text(column: string): string;
  /** Undefined when the text is no date in the forms of the mapping. */
  date(column: string): When | undefined;
}

/** Reads rows, each cell once, however many rules ask for it. */
export function rowReader(mapping: Mapping): (row: Row) => Cells {
  const readDate = fileDates(mapping.dates, mapping.zone);
  const dateColumns = dateColumnsOf(mapping);
  return (row) => {
    const dates = new Map<string, When>();
    const texts = new Map<string, string>();
    for (const [column, written] of row) {
      const text = canonicalCell(written);
      const date = dateColumns.has(column) ? readDate(text) : undefined;
      if (date === null) continue;
      texts.set(column, text);
      if (date !== undefined) dates.set(column, date);
    }
    return { text: (column) => texts.get(column) ?? '', date: (column) => dates.get(column) };
  };
}
