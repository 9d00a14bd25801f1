import codes from '@eventstore/db-client/generated/code_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import statuses, { type Status } from '@eventstore/db-client/generated/status_pb.js';
import anys from 'google-protobuf/google/protobuf/any_pb.js';
import empties from 'google-protobuf/google/protobuf/empty_pb.js';
import { streamIdentifier } from './messages.ts';
import type { Expected } from './stored-event.ts';

const { Code } = codes;
type Code = (typeof Code)[keyof typeof Code];

/** The outcome of one append among many, as `google.rpc.Status`: the client goes by the type of its details. */
export const wrongExpectedVersion = (current: number, expected: Expected): Status => {
  const wrong = new shared.WrongExpectedVersion();
  const nothing = () => new empties.Empty();
  if (current < 0) wrong.setCurrentNoStream(nothing());
  else wrong.setCurrentStreamRevision(String(current));
  if (expected === 'any') wrong.setExpectedAny(nothing());
  else if (expected === 'no-stream') wrong.setExpectedNoStream(nothing());
  else if (expected === 'stream-exists') wrong.setExpectedStreamExists(nothing());
  else wrong.setExpectedStreamPosition(String(expected));
  return statusOf(Code.ALREADY_EXISTS, 'WrongExpectedVersion', wrong);
};

export const deleted = (stream: string): Status =>
  statusOf(
    Code.NOT_FOUND,
    'StreamDeleted',
    new shared.StreamDeleted().setStreamIdentifier(streamIdentifier(stream)),
  );

export const tooLarge = (limit: number): Status =>
  statusOf(
    Code.INVALID_ARGUMENT,
    'MaximumAppendSizeExceeded',
    new shared.MaximumAppendSizeExceeded().setMaxappendsize(limit),
  );

export const denied = (): Status =>
  statusOf(Code.PERMISSION_DENIED, 'AccessDenied', new shared.AccessDenied());

export const timedOut = (): Status => statusOf(Code.DEADLINE_EXCEEDED, 'Timeout', new shared.Timeout());

export const badRequest = (message: string): Status =>
  statusOf(Code.INVALID_ARGUMENT, 'BadRequest', new shared.BadRequest().setMessage(message));

/** It has no details of its own: the client calls it unknown, and gives the message. */
export const notReady = (): Status => {
  const nothing = new anys.Any();
  nothing.pack(new empties.Empty().serializeBinary(), 'google.protobuf.Empty');
  return new statuses.Status().setMessage('Server Is Not Ready').setDetails(nothing);
};

function statusOf(code: Code, name: string, details: { serializeBinary(): Uint8Array }): Status {
  const packed = new anys.Any();
  packed.pack(details.serializeBinary(), `event_store.client.${name}`);
  return new statuses.Status().setCode(code).setMessage(name).setDetails(packed);
}
