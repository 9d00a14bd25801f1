import { once } from 'node:events';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerWritableStream } from '@grpc/grpc-js';

export type ReadCall = ServerWritableStream<ReadReq, ReadResp>;

/** Writes as fast as the client reads. @returns false once nobody listens any more. */
export async function send(call: ReadCall, message: ReadResp): Promise<boolean> {
  if (call.cancelled) return false;
  if (!call.write(message)) {
    await Promise.race([once(call, 'drain'), once(call, 'cancelled'), once(call, 'close')]).catch(() => {});
  }
  return !call.cancelled;
}
