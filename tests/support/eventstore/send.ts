import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerWritableStream } from '@grpc/grpc-js';

export type ReadCall = ServerWritableStream<ReadReq, ReadResp>;

/** Writes as fast as the client reads. @returns false once the client is gone. */
export async function send(call: ReadCall, message: ReadResp): Promise<boolean> {
  if (call.cancelled) return false;
  if (!call.write(message)) await drained(call);
  return !call.cancelled;
}

const SIGNS = ['drain', 'cancelled', 'close'];

/** There is room again, or the client is gone. */
const drained = (call: ReadCall): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      for (const sign of SIGNS) call.off(sign, done);
      resolve();
    };
    for (const sign of SIGNS) call.once(sign, done);
  });
