import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** So many requests of one connection may wait for the one before them (RFC 9112 §9.3.2); no client in use sends more ahead. */
const AHEAD = 64;
/** Of all connections together. A parsed request that waits costs some 8 KiB. */
const AHEAD_IN_ALL = 4_096;

/**
 * One request of a connection is served at a time. Node parses every request that a piece of 64 KiB holds and starts them all, so
 * that a small piece would cost thousands of answers in memory. The next request begins when the answer before it has been handed
 * to the system, thus only as fast as the client reads. A connection beyond the limits is closed at once: to let its requests lie
 * until a fair end would keep what the limits are to spare. A request that was not answered may be repeated.
 */
export function serveInTurn(app: FastifyInstance): void {
  const lines = new WeakMap<Socket, Line>();
  let waiting = 0;

  class Line {
    readonly #socket: Socket;
    readonly #next: (() => void)[] = [];
    #busy = false;

    constructor(socket: Socket) {
      this.#socket = socket;
      socket.once('close', () => {
        waiting -= this.#next.length;
        this.#next.length = 0;
      });
    }

    /** Calls `start` when it is this request's turn; never when the connection has ended by then. */
    join(start: () => void): void {
      if (!this.#busy) {
        this.#busy = true;
        start();
        return;
      }
      if (this.#next.length >= AHEAD || waiting >= AHEAD_IN_ALL) {
        this.#socket.destroy();
        return;
      }
      this.#next.push(start);
      waiting++;
      this.#socket.pause();
    }

    /** The answer is on its way. Others get a turn of the event loop before this connection gets its next. */
    leave(): void {
      const start = this.#next.shift();
      this.#busy = start !== undefined;
      if (start === undefined) return;
      waiting--;
      if (this.#next.length === 0) this.#socket.resume();
      setImmediate(() => {
        if (!this.#socket.destroyed) start();
      });
    }
  }

  app.addHook('onRequest', ({ raw: { socket } }, { raw }, done) => {
    let line = lines.get(socket);
    if (!line) {
      line = new Line(socket);
      lines.set(socket, line);
    }
    const mine = line;
    mine.join(() => {
      raw.once('close', () => mine.leave());
      done();
    });
  });
}
