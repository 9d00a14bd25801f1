/** A place between two records of a file; of a compressed one, of what was compressed. */
export interface Place {
  readonly offset: number;
  /** How many lines lie before it. */
  readonly line: number;
}
export const BEGINNING: Place = { offset: 0, line: 0 };

/** A record longer than that is not read, only skipped. */
export const RECORD_LIMIT = 1 << 20;

export interface FileRecord<Value> {
  readonly value: Value;
  /** Where it stands, from 1. */
  readonly line: number;
  /** The place after it. */
  readonly end: Place;
}

/** What the bytes of a record say; malformed when they are no record at all. */
export interface Parsed<Value> {
  readonly value: Value;
  readonly malformed?: true;
}

/** How the bytes of a record are understood. */
export interface RecordForm<Value> {
  /** Undefined: nothing there. */
  parse(bytes: Uint8Array): Parsed<Value> | undefined;
  readonly tooLong: Value;
  /** Whether line ends inside double quotes are part of a record. */
  readonly quoted: boolean;
}

interface Line {
  readonly bytes: Buffer;
  readonly tooLong: boolean;
  readonly number: number;
  readonly end: Place;
}

/**
 * The records of a file, in order, holding no more of it than one record. Lines end with LF or CRLF. A quote that never closes
 * must not swallow the rest of a file: where several lines together are no good record, the first of them is read alone.
 */
export async function* readRecords<Value>(
  chunks: AsyncIterable<Buffer>,
  from: Place,
  form: RecordForm<Value>,
): AsyncGenerator<FileRecord<Value>> {
  const lines = new LineQueue(readLines(chunks, from));
  for (;;) {
    const first = await lines.next();
    if (!first) return;
    const joined =
      form.quoted && hasOpenQuote(first.bytes) ? await joinQuoted(first, lines, form) : undefined;
    if (joined) {
      yield joined;
      continue;
    }
    const parsed = first.tooLong ? { value: form.tooLong } : form.parse(first.bytes);
    if (parsed) yield { value: parsed.value, line: first.number, end: first.end };
  }
}

async function joinQuoted<Value>(
  first: Line,
  lines: LineQueue,
  form: RecordForm<Value>,
): Promise<FileRecord<Value> | undefined> {
  const parts = [first];
  let length = first.bytes.length;
  let open = true;
  while (open && length <= RECORD_LIMIT) {
    const line = await lines.next();
    if (!line) break;
    parts.push(line);
    length += line.bytes.length;
    open = hasOpenQuote(line.bytes) !== open;
  }
  const last = parts.at(-1) ?? first;
  const text = Buffer.concat(
    parts.flatMap(({ bytes }, index) => (index === 0 ? [bytes] : [LINE_END, bytes])),
  );
  const parsed = open || length > RECORD_LIMIT ? undefined : form.parse(text);
  if (parsed && !parsed.malformed) return { value: parsed.value, line: first.number, end: last.end };
  lines.giveBack(parts.slice(1));
  return undefined;
}

const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;
const LINE_END = Buffer.of(LF);

/** Whether quotes opened in it are still open at its end; a quote inside quotes is written twice. */
function hasOpenQuote(bytes: Buffer): boolean {
  let open = false;
  for (let at = bytes.indexOf(QUOTE); at >= 0; at = bytes.indexOf(QUOTE, at + 1)) open = !open;
  return open;
}

class LineQueue {
  private readonly source: AsyncIterator<Line>;
  private waiting: Line[] = [];

  constructor(source: AsyncIterable<Line>) {
    this.source = source[Symbol.asyncIterator]();
  }

  async next(): Promise<Line | undefined> {
    const line = this.waiting.shift();
    if (line) return line;
    const next = await this.source.next();
    return next.done ? undefined : next.value;
  }

  giveBack(lines: readonly Line[]): void {
    this.waiting = [...lines, ...this.waiting];
  }
}

async function* readLines(chunks: AsyncIterable<Buffer>, from: Place): AsyncGenerator<Line> {
  let { offset, line: number } = from;
  let pieces: Buffer[] = [];
  let length = 0;
  const add = (piece: Buffer) => {
    // Of a line beyond the limit only its length is kept.
    if (length <= RECORD_LIMIT) pieces.push(piece);
    length += piece.length;
  };
  const line = (endLength: number): Line => {
    const whole = pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
    const bytes = whole.at(-1) === CR ? whole.subarray(0, -1) : whole;
    const tooLong = length > RECORD_LIMIT;
    offset += length + endLength;
    number += 1;
    pieces = [];
    length = 0;
    return { bytes: tooLong ? Buffer.alloc(0) : bytes, tooLong, number, end: { offset, line: number } };
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let at = chunk.indexOf(LF); at >= 0; at = chunk.indexOf(LF, start)) {
      add(chunk.subarray(start, at));
      yield line(1);
      start = at + 1;
    }
    if (start < chunk.length) add(chunk.subarray(start));
  }
  if (length > 0) yield line(0);
}
