import { Metadata, type StatusObject, status } from '@grpc/grpc-js';

/** An error as the server sends it: a gRPC status, and an `exception` by name in the trailers that the client goes by. */
export function failure(
  code: status,
  details: string,
  trailers: Readonly<Record<string, string>> = {},
): StatusObject {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(trailers)) metadata.set(name, value);
  return { code, details, metadata };
}

export const unavailable = () => failure(status.UNAVAILABLE, 'Server Is Not Ready');

export const notLeader = ({ host, port }: { readonly host: string; readonly port: number }) =>
  failure(status.NOT_FOUND, `Leader info available`, {
    exception: 'not-leader',
    'leader-endpoint-host': host,
    'leader-endpoint-port': String(port),
  });

export const accessDenied = () =>
  failure(status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' });

export const streamDeleted = (stream: string) =>
  failure(status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': stream,
  });

export const appendTooLarge = (limit: number) =>
  failure(status.INVALID_ARGUMENT, `Maximum Append Size of ${limit} Exceeded.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': String(limit),
  });

/** From 24.10 on, when the server limits single events. */
export const eventTooLarge = (id: string, size: number, limit: number) =>
  failure(
    status.INVALID_ARGUMENT,
    `Event with Id: ${id}, Size: ${size}, exceeds Maximum Append Event Size of ${limit}.`,
    { exception: 'maximum-append-event-size-exceeded' },
  );

export const timedOut = () => failure(status.ABORTED, 'Operation timed out.');

/** The answer of the server to input that it has not checked. */
export const failed = () => failure(status.UNKNOWN, 'Exception was thrown by handler.');
