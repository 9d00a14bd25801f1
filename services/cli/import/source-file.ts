import { createHash } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';

/** A file to import, and how to know it again. */
export interface SourceFile {
  readonly path: string;
  /** Bytes on disk. */
  readonly size: number;
  readonly compressed: boolean;
  /** Changes whenever the file does: size, time of change and a hash of its beginning. */
  readonly fingerprint: string;
}

const HEAD = 64 * 1024;

/** @throws when it cannot be read */
export async function sourceFile(path: string): Promise<SourceFile> {
  const handle = await open(path);
  try {
    const { size, mtimeMs } = await handle.stat();
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD), 0, HEAD, 0);
    const head = buffer.subarray(0, bytesRead);
    const hash = createHash('sha256').update(`${size}:${mtimeMs}:`).update(head);
    // RFC 1952 §2.3.1: how every gzip member begins, whatever the file is called.
    return { path, size, compressed: head[0] === 0x1f && head[1] === 0x8b, fingerprint: hash.digest('hex') };
  } finally {
    await handle.close();
  }
}

export interface OpenFile {
  readonly chunks: AsyncIterable<Buffer>;
  /** Bytes taken from the disk so far. */
  read(): number;
}

/** Its content from an offset on, decompressed; a compressed one must be read through to get there. */
export function openFile({ path, compressed }: SourceFile, offset: number): OpenFile {
  if (!compressed) {
    const stream = createReadStream(path, { start: offset, highWaterMark: 1 << 18 });
    return { chunks: stream, read: () => offset + stream.bytesRead };
  }
  const stream = createReadStream(path, { highWaterMark: 1 << 18 });
  return { chunks: skipping(unpacked(stream), offset), read: () => stream.bytesRead };
}

function unpacked(stream: ReadStream): AsyncIterable<Buffer> {
  const gunzip = createGunzip();
  stream.on('error', (error) => gunzip.destroy(error));
  gunzip.on('close', () => stream.destroy());
  return stream.pipe(gunzip);
}

async function* skipping(chunks: AsyncIterable<Buffer>, count: number): AsyncGenerator<Buffer> {
  let left = count;
  for await (const chunk of chunks) {
    if (chunk.length > left) yield chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
}
