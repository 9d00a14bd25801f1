/**
 * The text of a cell, in the one form in which texts of a file are compared: Unicode NFC (macOS and some Vietnamese keyboards
 * write NFD), trimmed, without the marks that make Excel treat digits as text: `="000123"` and `'000123`.
 */
export function canonicalCell(written: string): string {
  const text = written.normalize('NFC').trim();
  const quoted = /^="((?:[^"]|"")*)"$/.exec(text)?.[1];
  if (quoted !== undefined) return quoted.replaceAll('""', '"').trim();
  return text.startsWith("'") ? text.slice(1).trim() : text;
}

/** A number that lost its digits, an error, a column that was too narrow, a formula. */
const SPOILED =
  /^(?:\d(?:[.,]\d+)?E\+\d+|#(?:REF!|N\/A|VALUE!|NAME\?|DIV\/0!|NUM!|NULL!)|#{3,}|=[\w+\-($'"].*)$/is;

/** Whether a spreadsheet replaced the original text of a cell: as an id it would join unrelated subjects. */
export const isSpoiled = (cell: string): boolean => SPOILED.test(cell);
