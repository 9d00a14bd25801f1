import type { FastifyReply } from 'fastify';
import { ProblemError } from './problem.ts';

/**
 * Aborted when the client of a request has gone; for handlers that read for long. Fastify's own `request.signal` misses a client that
 * left before the handler asks for it, and is aborted for one that waits when the body of its request has been read.
 */
export function clientSignal({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  const leave = () =>
    gone.abort(new ProblemError('unavailable', 'No client waits for this answer any more.'));
  if (raw.destroyed) leave();
  else raw.once('close', () => raw.writableFinished || leave());
  return gone.signal;
}
