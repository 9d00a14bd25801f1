import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { StoreError, type StoreErrorCode } from '../kernel/store-error.ts';
import { beforeTheBody, isUninvited } from './http-connection.ts';
import {
  PROBLEMS,
  type Problem,
  type ProblemCode,
  type ProblemPlace,
  problem,
  problemSchema,
} from './problem-codes.ts';
import { RequestFault } from './request-validator.ts';

const problemAnswer = {
  description: 'Problem details (RFC 9457)',
  content: { 'application/problem+json': { schema: problemSchema } },
};

/**
 * The problems that a route can end in beside those of all of its kind, which the OpenAPI document has anyway (`openapi.ts`):
 * 400, 401, 403, 413, 415, 503, 507. For its `response`, e.g. `...problemAnswers(404, 409)`.
 */
export const problemAnswers = <Status extends number>(...statuses: readonly Status[]) =>
  Object.fromEntries(statuses.map((status) => [status, problemAnswer])) as Record<
    Status,
    typeof problemAnswer
  >;

/** Thrown by a handler to answer with a problem. */
export class ProblemError extends Error {
  readonly code: ProblemCode;
  readonly errors: readonly ProblemPlace[];
  readonly retryAfterSeconds: number | undefined;
  /** Id of the dead letter that keeps the body. */
  readonly deadLetter: string | undefined;

  constructor(
    code: ProblemCode,
    detail: string,
    options: ErrorOptions & {
      errors?: readonly ProblemPlace[];
      retryAfterSeconds?: number;
      deadLetter?: string;
    } = {},
  ) {
    super(detail, options);
    this.name = 'ProblemError';
    this.code = code;
    this.errors = options.errors ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.deadLetter = options.deadLetter;
  }
}

/** @param pointer of the field of the body @throws ProblemError */
export function refuseField(pointer: string, detail: string): never {
  throw new ProblemError('request-invalid', 'The body is not valid.', { errors: [{ pointer, detail }] });
}

/** Makes every error of the server, and every unknown address, answer as a problem, and a problem's `type` an address to look up. */
export function installProblems(app: FastifyInstance): void {
  app.setErrorHandler(answerProblem);
  app.setNotFoundHandler((request, reply) => {
    send(request, reply, problem('not-found', `Nothing is at ${request.method} ${pathOf(request)}.`));
  });
  const kinds = Object.entries(PROBLEMS).map(([code, kind]) => ({
    type: `/problems/${code}`,
    code,
    ...kind,
  }));
  app.get('/problems', { schema: { hide: true } }, async () => kinds);
  app.get<{ Params: { code: string } }>(
    '/problems/:code',
    { schema: { hide: true } },
    async ({ params }, reply) => kinds.find(({ code }) => code === params.code) ?? reply.callNotFound(),
  );
}

/** Fastify error handler. Internal failures are logged, never sent to the client. */
export function answerProblem(
  error: FastifyError | ProblemError | StoreError,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const known = error instanceof ProblemError ? error : (fromStore(error) ?? fromFastify(error, request));
  if (PROBLEMS[known.code].status >= 500) record(request, known, error);
  if (known.retryAfterSeconds !== undefined) reply.header('retry-after', String(known.retryAfterSeconds));
  send(request, reply, problem(known.code, known.message, known.errors, known.deadLetter));
}

/** Our own refusals need no stack; any other error is a failure to be found. */
function record({ log }: FastifyRequest, { code, message }: ProblemError, error: Error): void {
  // Thousands a second: they are counted instead.
  if (code === 'overloaded') return;
  const isOwn = error instanceof ProblemError && error.cause === undefined;
  if (isOwn) log.warn({ code, detail: message }, 'http: request refused');
  else log.error({ err: error }, 'http: request failed');
}

const CANNOT_PASS: ReadonlySet<StoreErrorCode> = new Set(['corrupt', 'newer', 'too-large', 'refused']);

/** A store that is full or unreachable now; undefined for other failures, and for those that do not pass. */
function fromStore(error: unknown): ProblemError | undefined {
  if (!(error instanceof StoreError) || CANNOT_PASS.has(error.code)) return undefined;
  if (error.code === 'full') {
    const detail = 'The disk is full; nothing was acknowledged, send the same again once there is room.';
    return new ProblemError('store-full', detail, { cause: error });
  }
  if (error.code === 'clock') {
    const detail = `Nothing is recorded while the time is not sure: ${error.message}. Send the same again.`;
    return new ProblemError('unavailable', detail, { cause: error, retryAfterSeconds: 60 });
  }
  if (error.code === 'staff-key') {
    const detail = `Nothing is recorded: ${error.message}. Send the same again once that is mended.`;
    return new ProblemError('unavailable', detail, { cause: error, retryAfterSeconds: 60 });
  }
  const detail = 'The store does not answer; send the same again.';
  return new ProblemError('unavailable', detail, { cause: error, retryAfterSeconds: 5 });
}

/** Fastify's own refusals, by its documented codes. */
function fromFastify(error: FastifyError, request: FastifyRequest): ProblemError {
  if (error instanceof RequestFault) {
    const { errors, validationContext: part = 'request' } = error;
    const named = part === 'querystring' ? 'query' : part;
    return new ProblemError('request-invalid', `The ${named} is not valid.`, { errors });
  }
  if (/^(Z_|ERR_.*BROTLI|ERR_PADDING)/.test(error.code)) {
    const coding = request.headers['content-encoding'];
    return new ProblemError(
      'unparseable',
      `The body is not ${coding} as its Content-Encoding says: ${error.message}.`,
    );
  }
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    const { bodyLimit } = request.routeOptions;
    return new ProblemError('body-too-large', `Up to ${bodyLimit} bytes are accepted here.`);
  }
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    const came = request.headers['content-type'] ?? 'no content type';
    return new ProblemError('media-type-unsupported', `Bodies of ${came} are not accepted here.`);
  }
  const refused = error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500;
  return refused
    ? new ProblemError('request-invalid', error.message)
    : new ProblemError('internal', 'The failure has been logged.');
}

function send(request: FastifyRequest, reply: FastifyReply, body: Problem): void {
  const text = JSON.stringify(body);
  // Fastify would end the connection after a body that was not read; here it is read.
  const isTooSlow = body.code === 'request-timeout';
  if (isTooSlow || isUninvited(request)) reply.header('connection', 'close');
  else reply.removeHeader('connection');
  reply
    .code(body.status)
    .type('application/problem+json')
    .header('content-length', Buffer.byteLength(text))
    // The serializer of the route's own schema must not be asked: a problem is no success answer.
    .serializer(String)
    .send(isTooSlow ? text : beforeTheBody(request, text));
}

const pathOf = (request: FastifyRequest): string => request.url.split('?', 1)[0] ?? '';
