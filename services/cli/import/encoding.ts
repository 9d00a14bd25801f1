import { isUtf8 } from 'node:buffer';
import { UsageError } from '../command.ts';

/** What the caller may declare a file to be written in. */
export const DECLARED = ['utf-8', 'utf-16', 'windows-1258'] as const;
export type Declared = (typeof DECLARED)[number];

/** The value of `--encoding`. @throws UsageError */
export function declared(name: string): Declared {
  const encoding = DECLARED.find((known) => known === name.toLowerCase());
  if (encoding) return encoding;
  throw new UsageError(`--encoding: got ${JSON.stringify(name)}, want one of ${DECLARED.join(', ')}`);
}

/** What a file is written in and can be read from: the labels of the WHATWG Encoding Standard. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1258';

export type Recognised =
  | { readonly kind: 'text'; readonly encoding: Encoding }
  /** Cannot be read as it was declared; a person reads what it is, and what to do. */
  | { readonly kind: 'foreign'; readonly is: string; readonly advice: string };

/** What a file is by its first bytes, unpacked, against what it was declared to be. */
export function recognise(head: Buffer, declared: Declared): Recognised {
  const sheet = SIGNATURES.find(({ begins }) => head.indexOf(begins) === 0);
  if (sheet) return { kind: 'foreign', is: sheet.is(head), advice: SAVE_AS_CSV };
  const utf16 = byteOrderOf(head);
  if (declared === 'utf-16') {
    return utf16
      ? { kind: 'text', encoding: utf16 }
      : { kind: 'foreign', is: 'no text in UTF-16', advice: 'declare what it is by --encoding' };
  }
  if (utf16) return { kind: 'foreign', is: 'text in UTF-16', advice: 'declare it by --encoding utf-16' };
  const { good, bad } = linesOf(head);
  if (declared === 'windows-1258') {
    if (good > bad) return { kind: 'foreign', is: 'text in UTF-8', advice: 'leave --encoding out' };
    return isTcvn3(head) ? TCVN3 : { kind: 'text', encoding: 'windows-1258' };
  }
  if (/^\uFEFF?\s*</.test(head.toString('utf8', 0, 200))) {
    return { kind: 'foreign', is: 'HTML or XML, which some programs call .xls', advice: SAVE_AS_CSV };
  }
  // One damaged line is that line's fault; a table whose every line with an accent is no UTF-8 is written in something else.
  return bad > Math.max(1, good) ? oneByte(head) : { kind: 'text', encoding: 'utf-8' };
}

/** Guesses the encoding of bytes that are not UTF-8. */
export function looksLike(bytes: Uint8Array): string {
  return isTcvn3(bytes) ? 'TCVN3 (ABC)' : 'windows-1258 or another encoding of one byte';
}

/** The content as UTF-8. What cannot be decoded becomes a byte that is no UTF-8 either, so that its line is rejected. */
export async function* asUtf8(chunks: AsyncIterable<Buffer>, encoding: Encoding): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of chunks) yield encoded(decoder.decode(chunk, { stream: true }));
  yield encoded(decoder.decode());
}

const REPLACEMENT = '\uFFFD';
const NO_UTF8 = Buffer.of(0xff);

function encoded(text: string): Buffer {
  const parts = text.split(REPLACEMENT).flatMap((part) => [NO_UTF8, Buffer.from(part)]);
  return Buffer.concat(parts.slice(1));
}

const SAVE_AS_CSV = 'save its sheet as CSV in UTF-8';

const SIGNATURES = [
  {
    begins: Buffer.from('PK\x03\x04'),
    is: (head: Buffer) => (head.includes('xl/') ? 'an Excel workbook (.xlsx)' : 'a ZIP archive or workbook'),
  },
  { begins: Buffer.from('d0cf11e0a1b11ae1', 'hex'), is: () => 'an Excel workbook (.xls)' },
  { begins: Buffer.from('%PDF-'), is: () => 'a PDF document' },
] as const;

const TCVN3: Recognised = {
  kind: 'foreign',
  is: 'text in TCVN3 (ABC), by the looks of it',
  advice: 'convert it to UTF-8',
};

function oneByte(head: Buffer): Recognised {
  if (isTcvn3(head)) return TCVN3;
  return {
    kind: 'foreign',
    is: `no text in UTF-8, but by the looks of it in ${looksLike(head)}`,
    advice: 'convert it to UTF-8, or declare it by --encoding windows-1258',
  };
}

/** By its mark (RFC 2781 §3.2), or by the zero bytes that most characters of a table have there; no other text has any. */
function byteOrderOf(head: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  const zeros = [0, 0];
  for (let at = head.indexOf(0); at >= 0; at = head.indexOf(0, at + 1))
    zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (Math.max(even, odd) * 4 <= head.length) return undefined;
  return odd > even ? 'utf-16le' : 'utf-16be';
}

/** How many of the whole lines that are more than ASCII are UTF-8, and how many are not. */
function linesOf(head: Buffer): { readonly good: number; readonly bad: number } {
  const lines = head.toString('latin1').split('\n');
  // The last line may be cut off in the middle of a character.
  const whole = lines.length > 1 ? lines.slice(0, -1) : lines;
  const accented = whole.filter((line) => /[\x80-\xff]/.test(line));
  const good = accented.filter((line) => isUtf8(Buffer.from(line, 'latin1'))).length;
  return { good, bad: accented.length - good };
}

/** TCVN 5712:1993 (ABC) has its commonest letters where windows-1258 has signs such as ¢, ® and ¼. */
function isTcvn3(bytes: Uint8Array): boolean {
  const high = bytes.filter((byte) => byte >= 0x80);
  const letters = high.filter((byte) => byte >= 0xa1 && byte <= 0xbe);
  return letters.length * 4 > high.length;
}
