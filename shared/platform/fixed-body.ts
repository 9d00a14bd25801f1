import { extname } from 'node:path';
import { gzipSync } from 'node:zlib';
import { negotiate } from '@fastify/accept-negotiator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { etagOf, namesEtag } from './etag.ts';

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
  readonly #plain: Buffer;
  readonly #etag: string;
  #gzip: Buffer | undefined;

  constructor(content: string | Buffer, type: string) {
    this.#type = type;
    this.#plain = Buffer.from(content);
    this.#etag = etagOf(this.#plain);
  }

  send({ headers }: FastifyRequest, reply: FastifyReply): FastifyReply {
    reply.type(this.#type).header('vary', 'accept-encoding').header('etag', this.#etag);
    if (namesEtag(headers['if-none-match'], this.#etag)) return reply.code(304).send();
    if (negotiate(headers['accept-encoding'] ?? 'identity', ['gzip']) !== 'gzip')
      return reply.send(this.#plain);
    this.#gzip ??= gzipSync(this.#plain);
    return reply.header('content-encoding', 'gzip').send(this.#gzip);
  }
}
