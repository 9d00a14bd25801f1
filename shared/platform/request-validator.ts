import type { FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';
import { wrongFields } from '../contracts/issue-text.ts';
import type { ProblemPlace } from './problem-codes.ts';

/** A part of a request that its schema refuses. Fastify adds which part. */
export class RequestFault extends Error {
  readonly errors: readonly ProblemPlace[];
  /** `body`, `querystring` or `params`. */
  validationContext?: string;

  constructor(errors: readonly ProblemPlace[]) {
    super('not valid');
    this.errors = errors;
  }
}

/** Checks a part of a request by its schema: each wrong field is named, with the value it should have and the one it had. */
export const validateRequest: FastifySchemaCompiler<z.ZodType> =
  ({ schema }) =>
  (data: unknown) => {
    const read = schema.safeParse(data);
    if (read.success) return { value: read.data };
    const places = read.error.issues.flatMap((issue) => wrongFields(issue, data));
    return {
      error: new RequestFault(
        places.map(({ pointer, was, expected }) => ({ pointer, detail: `${expected}; it was ${was}` })),
      ),
    };
  };
