import { type CommandError, ErrorType, isCommandError } from '@eventstore/db-client';
import { StoreError } from '../port.ts';

/** What the client has to say of a failed call; undefined when it is not the client that says it. */
export const commandErrorOf = (error: unknown): CommandError | undefined =>
  error instanceof Error && isCommandError(error) ? error : undefined;

/** Whether a call that failed so may go through when it is tried again in a moment; what it did meanwhile is unknown. */
export function mayPass(error: unknown): boolean {
  if (error instanceof DeadlineError) return true;
  // The client throws plain errors when it finds no node of a cluster, and when a connection breaks while it writes.
  if (!(error instanceof Error) || error instanceof StoreError) return false;
  if (!isCommandError(error)) return true;
  switch (error.type) {
    case ErrorType.TIMEOUT:
    case ErrorType.DEADLINE_EXCEEDED:
    case ErrorType.UNAVAILABLE:
    case ErrorType.CANCELLED:
    case ErrorType.NOT_LEADER:
      return true;
    case ErrorType.UNKNOWN:
      return !NEVER_PASS.has(error.code ?? 2) && !isFull(error);
    default:
      return false;
  }
}

/** gRPC status codes of refusals: invalid argument, permission denied, failed precondition, out of range, unimplemented. */
const NEVER_PASS: ReadonlySet<number> = new Set([3, 7, 9, 11, 12]);

/** No answer in time. */
export class DeadlineError extends Error {
  constructor(what: string, ms: number) {
    super(`${what}: no answer within ${ms} ms`);
    this.name = 'DeadlineError';
  }
}

/** The server ends when its disk is full; what it says before, it says in the words of the operating system. */
const isFull = ({ message }: Error): boolean => /no space left|not enough space|disk is full/i.test(message);

/** What a failed call means to a caller of the store. */
export function storeErrorOf(what: string, error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const cause = error instanceof Error ? error : new Error(String(error));
  const options = { cause };
  if (isCommandError(cause)) {
    switch (cause.type) {
      case ErrorType.STREAM_DELETED:
        return new StoreError(
          'corrupt',
          `${what}: stream ${cause.streamName} has been tombstoned by hand, and can never be written to again`,
          options,
        );
      case ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED:
        return new StoreError(
          'too-large',
          `${what}: the server takes at most ${cause.maxAppendSize} bytes an append (its MaxAppendSize)`,
          options,
        );
      case ErrorType.ACCESS_DENIED:
        return new StoreError(
          'unavailable',
          `${what}: the event store denies access; the user of the connection string must be allowed to read $all`,
          options,
        );
    }
  }
  if (isFull(cause)) return new StoreError('full', `${what}: ${cause.message}`, options);
  return new StoreError('unavailable', `${what}: ${cause.message}`, options);
}

/** Rejects with a {@link DeadlineError} when the work takes longer; the work itself goes on, and nobody hears how it ends. */
export async function within<Result>(ms: number, what: string, work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DeadlineError(what, ms)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => {});
  }
}
