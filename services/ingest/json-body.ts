import { ProblemError } from '../../shared/platform/problem.ts';

/** A JSON body: the text as it came, for what must be kept as it came, and its value. */
export interface JsonBody {
  readonly text: string;
  readonly value: unknown;
}

const strict = new TextDecoder('utf-8', { fatal: true });

/** @throws ProblemError `unparseable`, saying where. */
export function textBody(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    throw new ProblemError('unparseable', `The body is not UTF-8 at byte ${firstInvalidByte(bytes)}.`);
  }
}

/** @throws ProblemError `unparseable`, saying where. */
export function jsonBody(bytes: Uint8Array): JsonBody {
  const text = textBody(bytes);
  try {
    return { text, value: JSON.parse(text) };
  } catch (error) {
    const where = error instanceof SyntaxError ? error.message : String(error);
    throw new ProblemError('unparseable', `The body is not JSON: ${where}`);
  }
}

/** Decoding leniently and encoding again changes the bytes first where they were not UTF-8. */
function firstInvalidByte(bytes: Uint8Array): number {
  const again = Buffer.from(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes), 'utf8');
  return bytes.findIndex((byte, index) => byte !== again[index]);
}

/**
 * The texts of the elements of a JSON array, as they stand in its text. The text must be valid JSON. Unlike writing the
 * values out again this changes nothing (big numbers, repeated names) and bears any depth.
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

/** The place of the quote that closes the string opened at `at`. */
function endOfString(text: string, at: number): number {
  let end = at + 1;
  while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  return end;
}
