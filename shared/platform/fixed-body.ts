import { gzipSync } from 'node:zlib';
import { negotiate } from '@fastify/accept-negotiator';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** A body that never changes: written out and compressed once, and shared by all answers that wait for their clients. */
export class FixedBody {
  readonly #type: string;
  readonly #plain: Buffer;
  readonly #gzip: Buffer;

  constructor(text: string, type: string) {
    this.#type = type;
    this.#plain = Buffer.from(text);
    this.#gzip = gzipSync(this.#plain);
  }

  send({ headers }: FastifyRequest, reply: FastifyReply): FastifyReply {
    const isCompressed = negotiate(headers['accept-encoding'] ?? 'identity', ['gzip']) === 'gzip';
    reply.type(this.#type).header('vary', 'accept-encoding');
    if (isCompressed) reply.header('content-encoding', 'gzip');
    return reply.send(isCompressed ? this.#gzip : this.#plain);
  }
}
