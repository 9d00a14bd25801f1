import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** A connection that sends no whole request head for so long is closed (Node then answers 408). */
export const HEAD_TIMEOUT_MS = 15_000;
/** How often Node looks for what is overdue. */
export const OVERDUE_CHECK_MS = 5_000;
/** One line for all that are refused meanwhile. */
const LOG_EVERY_MS = 10_000;

export interface ConnectionLimit {
  /** Up to so many at a time, over all addresses of the server. */
  readonly most: number;
  readonly onRefused: () => void;
}

/**
 * Bounds the connections of a server. One beyond the limit is refused before anything of it is read; those that are kept alive
 * without a request are closed then, so that who tries again gets in.
 */
export function limitConnections(app: FastifyInstance, { most, onRefused }: ConnectionLimit): void {
  const { server } = app;
  let open = 0;
  let whenNone = () => {};
  server.on('connection', (socket) => {
    open++;
    socket.once('close', () => {
      if (--open === 0) whenNone();
    });
  });
  // Closing, Node waits for the connections of one address.
  app.addHook('onClose', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    whenNone = resolve;
    if (open > 0) await promise;
  });
  // Node compares with the connections of one address; here those of all addresses count (listen.ts).
  Object.defineProperty(server, 'maxConnections', {
    get: () => (open < most ? Number.POSITIVE_INFINITY : 0),
  });
  let loggedAt = Number.NEGATIVE_INFINITY;
  server.on('drop', () => {
    onRefused();
    server.closeIdleConnections();
    if (performance.now() - loggedAt < LOG_EVERY_MS) return;
    loggedAt = performance.now();
    app.log.warn({ limit: most }, 'http: connection refused, there are too many');
  });
}

/**
 * A connection on which nothing moves is ended, but not while its request is worked on: a store may take its time under load, and
 * a client shall have an answer. What a request waits for has deadlines of its own.
 */
export function keepWhileWorking(app: FastifyInstance): void {
  const working = new WeakSet<Socket>();
  app.addHook('onRequest', async ({ raw: { socket } }) => void working.add(socket));
  app.addHook('onSend', async ({ raw: { socket } }) => void working.delete(socket));
  // Node ends it by itself where nobody listens. What is sent next begins the time anew.
  app.server.on('timeout', (socket) => {
    if (!working.has(socket)) socket.destroy();
  });
}
