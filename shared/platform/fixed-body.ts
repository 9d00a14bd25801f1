import { extname } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { etagOf, namesEtag } from './etag.ts';
import { takesGzip } from './takes-gzip.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

/** Of a file, by its name. */
export const typeOf = (name: string): string => TYPES[extname(name)] ?? 'application/octet-stream';

/** A body that never changes: compressed once, and shared by all answers that wait for their clients. */
export class FixedBody {
  readonly #type: string;
  readonly #read: () => string | Buffer;
  #body: { readonly plain: Buffer; readonly etag: string } | undefined;
  #gzip: Buffer | undefined;

  /** @param read the content; called up to once, for the first answer */
  constructor(read: () => string | Buffer, type: string) {
    this.#read = read;
    this.#type = type;
  }

  send(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    this.#body ??= bodyOf(this.#read());
    const { plain, etag } = this.#body;
    reply.type(this.#type).header('vary', 'accept-encoding').header('etag', etag);
    if (namesEtag(request.headers['if-none-match'], etag)) return reply.code(304).send();
    if (!takesGzip(request)) return reply.send(plain);
    this.#gzip ??= gzipSync(plain);
    return reply.header('content-encoding', 'gzip').send(this.#gzip);
  }
}

function bodyOf(content: string | Buffer) {
  const plain = Buffer.from(content);
  return { plain, etag: etagOf(plain) };
}
