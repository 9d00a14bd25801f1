import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { PROBLEMS, type ProblemCode, problem } from './problem-codes.ts';
import { throwAway } from './refused-bodies.ts';

/**
 * What HTTP asks of a server beside its routes: answers to what is no request, `Expect: 100-continue`, and refusals that a
 * client gets to read although it is still sending.
 */

/** How long a client may continue to send a refused request before its connection is closed. */
const LINGER_MS = 30_000;
/** One that was not invited to send hardly ever does. */
const LINGER_UNINVITED_MS = 2_000;

/** Requests whose client waits for `100 Continue`. */
const waiting = new WeakSet<FastifyRequest['raw']>();

/** Says `100 Continue` only when a body will be read: not before the key was checked, nor for a body beyond the limit. */
export function answerExpectations(app: FastifyInstance): void {
  app.server.on('checkContinue', (request, response) => {
    waiting.add(request);
    app.server.emit('request', request, response);
  });
  // What else might be expected is no reason to refuse (RFC 9110 §10.1.1 leaves it open).
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));
  app.addHook('preParsing', async (request, reply, payload) => {
    const length = Number(request.headers['content-length'] ?? 0);
    if (length <= request.routeOptions.bodyLimit && waiting.delete(request.raw)) reply.raw.writeContinue();
    return payload;
  });
}

/** Whether the client still waits to be invited, and will hardly send its body now. */
export const isUninvited = ({ raw }: FastifyRequest): boolean => waiting.has(raw);

/**
 * An answer given before the body has come. Were the connection ended at once, a client that sends all before it reads would find
 * it broken, and never learn why: so the answer is written, and ends when the client has sent the rest, which is thrown away.
 */
export function beforeTheBody(request: FastifyRequest, text: string): string | Readable {
  const { raw } = request;
  // Undefined where no connection stands behind the request, as in tests.
  if (raw.complete !== false) return text;
  // It would keep the text until the answer ends; this is the only switch it has.
  raw.headers['x-no-compression'] = 'true';
  return Readable.from(linger(text, raw, isUninvited(request) ? LINGER_UNINVITED_MS : LINGER_MS), {
    objectMode: false,
  });
}

async function* linger(text: string, raw: FastifyRequest['raw'], forMs: number) {
  yield text;
  raw.unpipe();
  const overdue = setTimeout(() => raw.destroy(), forMs);
  await throwAway(raw).finally(() => clearTimeout(overdue));
}

const CODES: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'body-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
};
const DETAILS: Readonly<Partial<Record<ProblemCode, string>>> = {
  'headers-too-large': 'Up to 16384 bytes of address and headers are accepted.',
  'body-too-large': 'The extensions of a chunk are too long.',
  'request-timeout': 'The request did not arrive completely in time.',
};

/** Answers bytes that are no request: Node calls it with the error of its parser. */
export function answerUnreadable(error: Error & { code?: string }, socket: Socket): void {
  // After the first answer the parser reports an error for each further piece.
  if (error.code === 'ECONNRESET' || !socket.writable) return;
  const code = CODES[error.code ?? ''] ?? 'request-invalid';
  const { status } = PROBLEMS[code];
  const detail = DETAILS[code] ?? `This is no HTTP/1.1 request: ${error.message}.`;
  const body = JSON.stringify(problem(code, detail));
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/problem+json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
  setTimeout(() => socket.destroy(), LINGER_UNINVITED_MS).unref();
}
