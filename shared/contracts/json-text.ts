import { errorText } from '../kernel/error-text.ts';
import type { Fault } from './fault.ts';

/** An input parsed as JSON: its text without a byte order mark, for records of the original, and its value. */
export interface JsonText {
  readonly text: string;
  /** An integer beyond 2^53 is text with its digits here. */
  readonly value: unknown;
}

export type Unparseable = { readonly kind: 'unparseable'; readonly fault: Fault };
export type TextReading = { readonly kind: 'text'; readonly text: string } | Unparseable;
export type JsonReading = ({ readonly kind: 'json' } & JsonText) | Unparseable;

const strict = new TextDecoder('utf-8', { fatal: true });

/** Decodes bytes to text: strict UTF-8, with or without a byte order mark, which is dropped. */
export function readText(bytes: Uint8Array): TextReading {
  try {
    return { kind: 'text', text: strict.decode(bytes) };
  } catch {
    return unparseable(`not UTF-8 at byte ${firstInvalidByte(bytes)}`, 'text in UTF-8');
  }
}

/**
 * The only JSON parser for input of feeds, so that the same bytes get the same verdict at every door.
 *
 * A JavaScript number does not hold integers beyond 2^53 exactly: two ids would become one. Such a number is parsed as text, the
 * form that I-JSON recommends (RFC 7493 §2.2).
 */
export function readJson(input: Uint8Array | string): JsonReading {
  const reading = typeof input === 'string' ? ofText(input) : readText(input);
  if (reading.kind === 'unparseable') return { ...reading, fault: { ...reading.fault, expected: JSON_UTF8 } };
  const { text } = reading;
  try {
    const value: unknown = JSON.parse(text);
    return { kind: 'json', text, value: mayHoldBigNumber(text) ? JSON.parse(bigNumbersQuoted(text)) : value };
  } catch (error) {
    return unparseable(`not JSON: ${errorText(error)}`, JSON_UTF8);
  }
}

const JSON_UTF8 = 'JSON in UTF-8';
/** The expected value where {@link hasItsDigits} returns false. */
export const TEXT_OF_NUMBER = 'text, since this number has lost digits';

/**
 * Whether a number has kept all its written digits. An integer that has not is text here; a fraction loses trailing zeros,
 * unless it has the six decimals of a procedure's code.
 */
export const hasItsDigits = (value: number): boolean =>
  Number.isSafeInteger(value) || /^\d+\.\d{6}$/.test(String(value));

const BYTE_ORDER_MARK = '\ufeff';
const WAS_LIMIT = 200;

/** Parses a text that was embedded in another, by the same rules. */
const ofText = (text: string): TextReading =>
  text.isWellFormed()
    ? { kind: 'text', text: text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text }
    : unparseable('not UTF-8: half of a character', JSON_UTF8);

const unparseable = (was: string, expected: string): Unparseable => ({
  kind: 'unparseable',
  fault: { code: 'unparseable', pointer: '', was: was.slice(0, WAS_LIMIT).toWellFormed(), expected },
});

/** Decoding leniently and encoding again changes the bytes first at the place that is not UTF-8. */
function firstInvalidByte(bytes: Uint8Array): number {
  const again = Buffer.from(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes), 'utf8');
  return bytes.findIndex((byte, index) => byte !== again[index]);
}

/** The smallest number of digits of an integer beyond 2^53. */
const BIG_DIGITS = 16;
const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

/**
 * Whether so many digits stand together outside the start of a string. Hardly any message has them, so the test must cost
 * next to nothing: a run of sixteen covers a multiple of sixteen, and only those places are tested.
 */
function mayHoldBigNumber(text: string): boolean {
  for (let at = 0; at < text.length; at += BIG_DIGITS) {
    if (!isDigit(text.charCodeAt(at))) continue;
    let from = at;
    while (isDigit(text.charCodeAt(from - 1))) from -= 1;
    let to = at + 1;
    while (isDigit(text.charCodeAt(to))) to += 1;
    if (to - from >= BIG_DIGITS && text[from - 1] !== '"') return true;
    at = to - (to % BIG_DIGITS);
  }
  return false;
}

const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const INTEGER = /^-?\d+$/;

/** Rewrites each integer beyond 2^53 as a string. The text must be valid JSON. */
function bigNumbersQuoted(text: string): string {
  let quoted = '';
  let copied = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '"') {
      at = endOfString(text, at);
    } else if (char === '-' || isDigit(text.charCodeAt(at))) {
      NUMBER.lastIndex = at;
      const [number = ''] = NUMBER.exec(text) ?? [];
      const end = at + number.length;
      if (INTEGER.test(number) && !Number.isSafeInteger(Number(number))) {
        quoted += `${text.slice(copied, at)}"${number}"`;
        copied = end;
      }
      at = end - 1;
    }
  }
  return quoted + text.slice(copied);
}

/**
 * The texts of the elements of a JSON array, unchanged. The text must be valid JSON. Parsing and serialising
 * would change big numbers and repeated names, and fail at some depth.
 */
export function elementTexts(text: string): readonly string[] {
  const elements: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '"') {
      at = endOfString(text, at);
    } else if (char === '[' || char === '{') {
      depth += 1;
      if (depth === 1) from = at + 1;
    } else if (char === ']' || char === '}') {
      depth -= 1;
    }
    if ((char === ',' && depth === 1) || (char === ']' && depth === 0)) {
      elements.push(text.slice(from, at).trim());
      from = at + 1;
    }
  }
  return elements.length === 1 && elements[0] === '' ? [] : elements;
}

/** The index of the quote that closes the string opened at `at`. */
function endOfString(text: string, at: number): number {
  let end = at + 1;
  while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  return end;
}
