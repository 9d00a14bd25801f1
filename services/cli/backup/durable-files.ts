import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** What a file holds, as far as a later reader must know it. */
export interface Content {
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

/** Copies a file, on disk when it resolves. @throws when `target` is there already */
export async function copyFileDurably(source: string, target: string): Promise<Content> {
  const measured = measuring();
  await pipeline(
    createReadStream(source),
    measured.through,
    createWriteStream(target, { mode: 0o600, flags: 'wx', flush: true }),
  );
  return measured.content();
}

/** Reads a whole file for what it holds. */
export async function contentOf(path: string): Promise<Content> {
  const measured = measuring();
  await pipeline(createReadStream(path), measured.through.resume());
  return measured.content();
}

/** Makes sure that a file's content, or a folder's entries, survive a loss of power. */
export async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function measuring(): { readonly through: Transform; content(): Content } {
  const sha256 = createHash('sha256');
  let bytes = 0;
  const through = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sha256.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  return { through, content: () => ({ bytes, sha256: sha256.digest('hex') }) };
}
