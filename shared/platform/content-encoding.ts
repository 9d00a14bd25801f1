import { createBrotliDecompress, createGunzip } from 'node:zlib';
import type { FastifyInstance, RequestPayload } from 'fastify';
import { ProblemError } from './problem.ts';

const DECODERS = new Map([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['br', createBrotliDecompress],
]);

/** Takes bodies that are compressed (RFC 9110 §8.4) by gzip or Brotli; a route's limit is of what they unfold to. */
export function acceptCompressedBodies(app: FastifyInstance): void {
  app.addHook('preParsing', async (request, reply, payload) => {
    const coding = request.headers['content-encoding']?.trim().toLowerCase() ?? '';
    if (coding === '' || coding === 'identity') return payload;
    const decoder = DECODERS.get(coding);
    if (!decoder) {
      reply.header('accept-encoding', 'gzip, br');
      throw new ProblemError(
        'media-type-unsupported',
        `The Content-Encoding should be gzip or br, but was ${coding}.`,
      );
    }
    const unfolded: RequestPayload & NodeJS.WritableStream & { destroy(): void } = decoder();
    // Fastify compares it with the Content-Length.
    unfolded.receivedEncodedLength = 0;
    payload.on('data', (chunk: Buffer) => {
      unfolded.receivedEncodedLength = (unfolded.receivedEncodedLength ?? 0) + chunk.length;
    });
    // A refused body is released: the rest is not decompressed.
    unfolded.once('unpipe', () => request.raw.readableEnded || unfolded.destroy());
    return payload.pipe(unfolded);
  });
}
