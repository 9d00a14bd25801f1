import { z } from 'zod';

/**
 * Every way in which a request can fail, by its stable code. A problem's `type` is `/problems/{code}`. A code may be added;
 * its meaning never changes.
 */
export const PROBLEMS = {
  'request-invalid': { status: 400, title: 'The request is not valid' },
  unparseable: { status: 400, title: 'The body cannot be read' },
  unauthenticated: { status: 401, title: 'A key is needed' },
  forbidden: { status: 403, title: 'This key has no right to do that' },
  'second-person-needed': { status: 403, title: 'A second person must do that' },
  foreign: { status: 403, title: 'The request comes from a page of another site' },
  'not-found': { status: 404, title: 'Not found' },
  'method-not-allowed': { status: 405, title: 'The address does not have that method' },
  'request-timeout': { status: 408, title: 'The request arrived too slowly' },
  conflict: { status: 409, title: 'The present state does not allow that' },
  'precondition-failed': { status: 412, title: 'It has changed since it was read' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'batch-too-large': { status: 413, title: 'There are too many events in one batch' },
  'media-type-unsupported': { status: 415, title: 'The media type is not supported' },
  'precondition-required': { status: 428, title: 'The request must name what it changes' },
  'too-many-requests': { status: 429, title: 'There are too many requests' },
  'headers-too-large': { status: 431, title: 'The address or the headers are too long' },
  internal: { status: 500, title: 'Internal error' },
  unavailable: { status: 503, title: 'Not possible right now' },
  overloaded: { status: 503, title: 'There is too much to do right now' },
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
    deadLetter: z.string().describe('Id of the dead letter that keeps the body.').optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.output<typeof problemSchema>;

export function problem(
  code: ProblemCode,
  detail: string,
  errors: readonly ProblemPlace[] = [],
  deadLetter?: string,
): Problem {
  const { status, title } = PROBLEMS[code];
  const places = errors.length > 0 ? { errors: [...errors] } : {};
  const kept = deadLetter === undefined ? {} : { deadLetter };
  return { type: `/problems/${code}`, title, status, detail, code, ...places, ...kept };
}
