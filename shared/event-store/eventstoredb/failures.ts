import { type CommandError, ErrorType, isCommandError } from '@eventstore/db-client';
import { asError } from '../../kernel/error-text.ts';
import { StoreError } from '../../kernel/store-error.ts';

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
      return refusalIn(error) === undefined && !NEVER_PASS.has(error.code ?? 2) && !isFull(error);
    default:
      return false;
  }
}

/** gRPC status codes of refusals that the store as a whole gives: permission denied, failed precondition, unimplemented. */
const NEVER_PASS: ReadonlySet<number> = new Set([7, 9, 12]);

/** gRPC status codes of refusals of what was sent: invalid argument, out of range. */
const NEVER_TAKEN: ReadonlySet<number> = new Set([3, 11]);

/** Refusals that are final, and the words in which servers state them. */
export interface Refusal {
  /** Every event for the stream, or one of the events that were sent. */
  readonly of: 'stream' | 'event';
  readonly reason: string;
}

/**
 * The refusal of an append that trying again does not mend. The client knows the names of a few refusals; newer servers have
 * more, such as `maximum-append-event-size-exceeded` of 24.10, and each comes with a status code that says as much.
 */
export function refusalIn(error: unknown): Refusal | undefined {
  const command = commandErrorOf(error);
  if (command?.type === ErrorType.STREAM_DELETED) return { of: 'stream', reason: tombstoned(command) };
  if (command?.type !== ErrorType.UNKNOWN) return undefined;
  const { code = 2, message } = command;
  return NEVER_TAKEN.has(code) || (code === RESOURCE_EXHAUSTED && /larger than max/i.test(message))
    ? { of: 'event', reason: message }
    : undefined;
}

/** Also the code of a message that is larger than the other side receives. */
const RESOURCE_EXHAUSTED = 8;

const tombstoned = ({ streamName }: { readonly streamName: string }): string =>
  `stream ${streamName} has been tombstoned by hand, and can never be written to again`;

/** No answer in time. */
export class DeadlineError extends Error {
  constructor(what: string, ms: number) {
    super(`${what}: no answer within ${ms} ms`);
    this.name = 'DeadlineError';
  }
}

/** The server ends when its disk is full; its last errors carry the words of the operating system. */
const isFull = ({ message }: Error): boolean => /no space left|not enough space|disk is full/i.test(message);

/** What a failed call means to a caller of the store. */
export function storeErrorOf(what: string, error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const cause = asError(error);
  const options = { cause };
  if (isCommandError(cause)) {
    switch (cause.type) {
      case ErrorType.STREAM_DELETED:
        return new StoreError('corrupt', `${what}: ${tombstoned(cause)}`, options);
      case ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED:
        return new StoreError(
          'too-large',
          `${what}: the server accepts up to ${cause.maxAppendSize} bytes an append (its MaxAppendSize)`,
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
  if (refusalIn(cause)) return new StoreError('refused', `${what}: ${cause.message}`, options);
  if (isFull(cause)) return new StoreError('full', `${what}: ${cause.message}`, options);
  return new StoreError('unavailable', `${what}: ${cause.message}`, options);
}

/** Rejects with a {@link DeadlineError} when the work takes longer; the work itself continues, and its outcome is ignored. */
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
