import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Fault, pointerOf } from '../../../shared/contracts/fault.ts';
import { ProblemError } from '../../../shared/platform/problem.ts';
import '../../../shared/platform/route-right.ts';
import type { Intake } from '../intake/intake.ts';

/** The body of a request is nothing that its route can read, as a whole. */
export class UnreadableBody extends ProblemError {
  readonly fault: Fault;

  constructor(fault: Fault, deadLetter?: string) {
    const { pointer, expected, was } = fault;
    super('unparseable', `The body should be ${expected}, but was ${was}.`, {
      ...(pointer === '' ? {} : { errors: [{ pointer, detail: expected }] }),
      ...(deadLetter === undefined ? {} : { deadLetter }),
    });
    this.fault = fault;
  }
}

/** A body as a dead letter keeps it. */
export interface KeptBody {
  readonly raw: Uint8Array | string;
  /** Of the body within what is kept: data of binary mode are a part of their event. */
  readonly path: readonly string[];
  readonly source?: string;
  readonly type?: string;
}

const bodies = new WeakMap<FastifyRequest, Uint8Array>();

/** The bytes of a request, for as long as it lasts. */
export const rememberBody = (request: FastifyRequest, bytes: Uint8Array): void =>
  void bodies.set(request, bytes);

/**
 * Keeps what the routes of a plugin refuse as unreadable: its sender had the right, and may never send it again. When it
 * cannot be kept now, that is the answer.
 */
export function keepUnreadable(
  app: FastifyInstance,
  intake: Intake,
  keptBody: (request: FastifyRequest, bytes: Uint8Array) => KeptBody,
): void {
  app.setErrorHandler(async (error, request) => {
    const bytes = bodies.get(request);
    if (!(error instanceof UnreadableBody) || bytes === undefined) throw error;
    const { raw, path, source, type } = keptBody(request, bytes);
    const fault = { ...error.fault, pointer: pointerOf(path) + error.fault.pointer };
    const decoded = {
      kind: 'invalid',
      faults: [fault],
      ...(source === undefined ? {} : { source }),
      ...(type === undefined ? {} : { type }),
    } as const;
    const { rejected } = await intake.receive([{ decoded, raw: () => raw, origin: 'http' }], {
      kind: 'http',
      caller: request.caller,
    });
    throw new UnreadableBody(error.fault, rejected[0]?.deadLetter);
  });
}
