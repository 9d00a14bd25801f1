import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { StoreError, type StoreErrorCode } from '../event-store/port.ts';

/**
 * Every way in which a request can fail, by its stable code. A problem's `type` is `/problems/{code}`. A code may be added;
 * its meaning never changes.
 */
export const PROBLEMS = {
  'request-invalid': { status: 400, title: 'The request is not as it should be' },
  unparseable: { status: 400, title: 'The body cannot be read' },
  unauthenticated: { status: 401, title: 'A key is needed' },
  forbidden: { status: 403, title: 'This key has no right to do that' },
  foreign: { status: 403, title: 'The request comes from a page of another site' },
  'not-found': { status: 404, title: 'There is no such thing' },
  conflict: { status: 409, title: 'The present state does not allow that' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'batch-too-large': { status: 413, title: 'There are too many events in one batch' },
  'media-type-unsupported': { status: 415, title: 'The media type is not supported' },
  internal: { status: 500, title: 'Something went wrong here' },
  unavailable: { status: 503, title: 'Not possible right now' },
  'store-full': { status: 507, title: 'There is no room to store that' },
} as const satisfies Record<string, { status: number; title: string }>;
export type ProblemCode = keyof typeof PROBLEMS;

/** One place in the request that is wrong. */
export interface ProblemPlace {
  /** JSON Pointer (RFC 6901) into the body, or to the parameter of the query. */
  readonly pointer: string;
  readonly detail: string;
}

/** RFC 9457 problem details, as every error answer has them. */
export const problemSchema = z
  .object({
    type: z.string().meta({ example: '/problems/not-found' }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.output<typeof problemSchema>;

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

  constructor(
    code: ProblemCode,
    detail: string,
    options: ErrorOptions & { errors?: readonly ProblemPlace[]; retryAfterSeconds?: number } = {},
  ) {
    super(detail, options);
    this.name = 'ProblemError';
    this.code = code;
    this.errors = options.errors ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

export function problem(code: ProblemCode, detail: string, errors: readonly ProblemPlace[] = []): Problem {
  const { status, title } = PROBLEMS[code];
  const places = errors.length > 0 ? { errors: [...errors] } : {};
  return { type: `/problems/${code}`, title, status, detail, code, ...places };
}

/** Makes every error of the server, and every unknown address, answer as a problem, and a problem's `type` an address to look up. */
export function installProblems(app: FastifyInstance): void {
  app.setErrorHandler(answerProblem);
  app.setNotFoundHandler((request, reply) => {
    send(reply, problem('not-found', `Nothing is at ${request.method} ${pathOf(request)}.`));
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

/** Fastify error handler. What went wrong inside is logged, never told. */
export function answerProblem(
  error: FastifyError | ProblemError | StoreError,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const known = error instanceof ProblemError ? error : (fromStore(error) ?? fromFastify(error, request));
  if (PROBLEMS[known.code].status >= 500) request.log.error({ err: error }, 'request failed');
  if (known.retryAfterSeconds !== undefined) reply.header('retry-after', String(known.retryAfterSeconds));
  send(reply, problem(known.code, known.message, known.errors));
}

const CANNOT_PASS: ReadonlySet<StoreErrorCode> = new Set(['corrupt', 'too-large', 'refused']);

/** A store that cannot take or give something now; undefined for what is no such failure or cannot pass. */
function fromStore(error: unknown): ProblemError | undefined {
  if (!(error instanceof StoreError) || CANNOT_PASS.has(error.code)) return undefined;
  if (error.code === 'full') {
    const detail = 'The disk is full; nothing was acknowledged, send the same again once there is room.';
    return new ProblemError('store-full', detail, { cause: error });
  }
  const detail = 'The store does not answer; send the same again.';
  return new ProblemError('unavailable', detail, { cause: error, retryAfterSeconds: 5 });
}

/** Fastify's own refusals, by its documented codes. */
function fromFastify(error: FastifyError, request: FastifyRequest): ProblemError {
  if (error.validation) {
    const errors = error.validation.map(({ instancePath, message = 'not valid' }) => ({
      pointer: instancePath,
      detail: message,
    }));
    return new ProblemError('request-invalid', `The ${error.validationContext ?? 'request'} is not valid.`, {
      errors,
    });
  }
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    const { bodyLimit } = request.routeOptions;
    return new ProblemError('body-too-large', `At most ${bodyLimit} bytes are taken here.`);
  }
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    const came = request.headers['content-type'] ?? 'no content type';
    return new ProblemError('media-type-unsupported', `Bodies of ${came} are not taken here.`);
  }
  const refused = error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500;
  return refused
    ? new ProblemError('request-invalid', error.message)
    : new ProblemError('internal', 'The failure has been logged.');
}

const send = (reply: FastifyReply, body: Problem): void => {
  // The serializer of the route's own schema must not be asked: a problem is no success answer.
  reply.code(body.status).type('application/problem+json').serializer(JSON.stringify).send(body);
};

const pathOf = (request: FastifyRequest): string => request.url.split('?', 1)[0] ?? '';
