import type { FastifyInstance } from 'fastify';

/** A connection that sends no whole request head for so long is closed (Node then answers 408). */
export const HEAD_TIMEOUT_MS = 15_000;
/** How often Node looks for what is overdue. */
export const OVERDUE_CHECK_MS = 5_000;
/** One line for all that are refused meanwhile. */
const LOG_EVERY_MS = 10_000;

/**
 * Bounds the connections of a server. One beyond the limit is refused before anything of it is read; those that are kept alive
 * without a request are closed then, so that who tries again gets in.
 */
export function limitConnections(app: FastifyInstance, limit: number): void {
  app.server.maxConnections = limit;
  let loggedAt = Number.NEGATIVE_INFINITY;
  app.server.on('drop', () => {
    app.server.closeIdleConnections();
    if (performance.now() - loggedAt < LOG_EVERY_MS) return;
    loggedAt = performance.now();
    app.log.warn({ limit }, 'http: connection refused, there are too many');
  });
}
