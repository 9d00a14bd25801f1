import { closeSync, existsSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { StoredEvent } from './stored-event.ts';

const NEWLINE = 10;

/** A file of lines that outlives the stand-in's process, killed or not. One append is one write. */
export class Journal {
  readonly #file: number;
  #bytes: number;

  constructor(path: string) {
    // Half a line, which a kill has left, must not become the beginning of the next.
    this.#bytes = existsSync(path) ? readFileSync(path).lastIndexOf(NEWLINE) + 1 : 0;
    this.#file = openSync(path, 'a');
    ftruncateSync(this.#file, this.#bytes);
  }

  /** The complete lines: a killed process may have left half a line. */
  static *read(path: string): Generator<StoredEvent> {
    if (!existsSync(path)) return;
    for (const line of readFileSync(path, 'utf8').split('\n').slice(0, -1)) {
      const event = JSON.parse(line);
      yield {
        ...event,
        position: BigInt(event.position),
        data: Buffer.from(event.data, 'base64'),
        metadata: Buffer.from(event.metadata, 'base64'),
      };
    }
  }

  /** @throws when it cannot be written whole: the disk is full */
  write(events: readonly StoredEvent[]): void {
    const lines = Buffer.from(events.map((event) => `${JSON.stringify(event, asText)}\n`).join(''));
    const written = writeSync(this.#file, lines);
    if (written < lines.length) {
      ftruncateSync(this.#file, this.#bytes);
      throw new Error('No space left on device');
    }
    this.#bytes += written;
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** Positions and bytes have no form of their own in JSON. A Buffer has been through `toJSON` before it comes here. */
function asText(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    value.type === 'Buffer' &&
    'data' in value
  ) {
    return Buffer.from(value.data as number[]).toString('base64');
  }
  return value;
}
