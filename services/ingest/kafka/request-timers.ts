import { createRequire } from 'node:module';

interface RequestQueue {
  readonly pending: readonly unknown[];
  scheduleCheckPendingRequests(): void;
}

/**
 * kafkajs 2.2.4 sets a timer with a negative delay after every answer, to look at a queue that is empty, and sets it again when it
 * fires: a thousand times a second per connection, and Node warns of it (kafkajs issue #1751). With nothing queued there
 * is nothing to look at, and queueing a request calls this again.
 */
export function mendRequestTimers(): void {
  const { prototype }: { prototype: RequestQueue } = createRequire(import.meta.url)(
    'kafkajs/src/network/requestQueue',
  );
  if (mended.has(prototype)) return;
  mended.add(prototype);
  const schedule = prototype.scheduleCheckPendingRequests;
  prototype.scheduleCheckPendingRequests = function () {
    if (this.pending.length > 0) schedule.call(this);
  };
}

const mended = new WeakSet<RequestQueue>();
