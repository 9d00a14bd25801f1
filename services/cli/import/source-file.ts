import { createHash } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { asUtf8, type Declared, type Encoding, recognise } from './encoding.ts';
import { ImportError } from './import-error.ts';

/** A file to import, and how to know it again. */
export interface SourceFile {
  readonly path: string;
  /** Bytes on disk. */
  readonly size: number;
  readonly compressed: boolean;
  readonly encoding: Encoding;
  /** Changes whenever the file does, or is read as something else: size, time of change, a hash of its beginning, encoding. */
  readonly fingerprint: string;
}

const HEAD = 64 * 1024;

/** @throws when it cannot be read; ImportError when it is not what it was declared to be */
export async function sourceFile(path: string, declared: Declared): Promise<SourceFile> {
  const handle = await open(path);
  try {
    const { size, mtimeMs } = await handle.stat();
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD), 0, HEAD, 0);
    const head = buffer.subarray(0, bytesRead);
    // RFC 1952 §2.3.1: how every gzip member begins, whatever the file is called.
    const compressed = head[0] === 0x1f && head[1] === 0x8b;
    const recognised = recognise(compressed ? await unpackedHead(path) : head, declared);
    if (recognised.kind === 'foreign') {
      throw new ImportError('file-foreign', `${path} is ${recognised.is}: ${recognised.advice}`);
    }
    const { encoding } = recognised;
    const hash = createHash('sha256').update(`${size}:${mtimeMs}:`).update(head);
    if (encoding !== 'utf-8') hash.update(encoding);
    return { path, size, compressed, encoding, fingerprint: hash.digest('hex') };
  } finally {
    await handle.close();
  }
}

async function unpackedHead(path: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of unpacked(createReadStream(path))) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= HEAD) break;
  }
  return Buffer.concat(chunks).subarray(0, HEAD);
}

export interface OpenFile {
  readonly chunks: AsyncIterable<Buffer>;
  /** Bytes read from the disk so far. */
  read(): number;
}

/**
 * Its content in UTF-8 from an offset on. What is compressed or in another encoding must be read through to get there: the
 * offset counts what comes out.
 */
export function openFile({ path, compressed, encoding }: SourceFile, offset: number): OpenFile {
  const direct = !compressed && encoding === 'utf-8';
  const stream = createReadStream(path, { start: direct ? offset : 0, highWaterMark: 1 << 18 });
  if (direct) return { chunks: stream, read: () => offset + stream.bytesRead };
  const bytes = compressed ? unpacked(stream) : stream;
  const text = encoding === 'utf-8' ? bytes : asUtf8(bytes, encoding);
  return { chunks: skipping(text, offset), read: () => stream.bytesRead };
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
