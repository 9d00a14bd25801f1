/** Texts of these characters alone (Vietnamese letters among them) are in NFC; this check costs a tenth of normalizing. */
const COMPOSED = /^[\0-\u02ff\u1e00-\u1eff]*$/;

/**
 * Text in Unicode NFC: macOS and some Vietnamese keyboards write letters and their marks separately (NFD), and texts that look
 * equal must be equal.
 */
export const composed = (text: string): string => (COMPOSED.test(text) ? text : text.normalize());

/** Letters alone, without capitals and marks, so that Vietnamese text is compared as it may be typed: *Đất đai* is `dat dai`. */
export const unmarked = (text: string): string =>
  text.normalize('NFD').toLowerCase().replace(/\p{M}/gu, '').replaceAll('đ', 'd');

/** Whether this value means that an optional field is absent: .NET writes nulls, forms write empty texts. */
export const statesNothing = (value: unknown): boolean =>
  value === null || value === undefined || (typeof value === 'string' && value.trim() === '');

/** Parses JSON of a file that people write, and composes its texts. @throws SyntaxError */
export const composedJson = (text: string): unknown =>
  JSON.parse(text, (_, value) => (typeof value === 'string' ? composed(value) : value));
