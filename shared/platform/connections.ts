import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** A connection that sends no whole request head for so long is closed (Node then answers 408). */
export const HEAD_TIMEOUT_MS = 15_000;
/** How often Node looks for what is overdue. */
export const OVERDUE_CHECK_MS = 5_000;
/** The head of a request follows its connection at once: where few wait, one that has just come is not closed before it can speak. */
const JUST_COME_MS = 1_000;
/** Few are up to this part of the limit. */
const FEW = 1 / 10;
/** An answer that waits longer for its client gives way. */
const SLOW_AFTER_MS = 500;
/** So many that are answered are looked at for each new connection. */
const LOOKED_AT = 8;
/** One line for all that are refused or closed meanwhile. */
const LOG_EVERY_MS = 10_000;

export interface ConnectionLimit {
  /** Up to so many at a time, over all addresses of the server. */
  readonly most: number;
  readonly onRefused: () => void;
  /** Another one was closed to make room. */
  readonly onClosed: () => void;
}

interface Connection {
  readonly socket: Socket;
  readonly network: string;
  /** Those that have not gone out, in the order of their requests. */
  readonly answers: Set<ServerResponse>;
  hasAsked: boolean;
  /** When it began to wait, or its request began. */
  since: number;
}

/**
 * Bounds the connections of a server. Beyond the limit one without a request is closed for each new one; where none is left, one
 * whose client does not take its answer; else the new one is refused before anything of it is read. Node's own
 * `closeIdleConnections` leaves those that never sent a whole request, so that a thousand silent ones would lock all others out.
 */
export function limitConnections(app: FastifyInstance, { most, onRefused, onClosed }: ConnectionLimit): void {
  const open = new Map<Socket, Connection>();
  const waiting = new Waiting();
  const asking = new Set<Connection>();
  let whenNone = () => {};
  const warn = warnerOf(app, most);

  function wait(connection: Connection): void {
    connection.since = performance.now();
    asking.delete(connection);
    waiting.add(connection);
  }

  function forget(connection: Connection): void {
    asking.delete(connection);
    waiting.delete(connection);
    if (open.delete(connection.socket) && open.size === 0) whenNone();
  }

  /** @returns what was closed */
  function makeRoom(): Connection | undefined {
    const longest = waiting.first();
    const spared = longest && waiting.size <= most * FEW && performance.now() - longest.since < JUST_COME_MS;
    const given = longest && !spared ? longest : firstNotTaken(asking);
    if (!given) return undefined;
    forget(given);
    given.socket.destroy();
    return given;
  }

  app.server.on('connection', (socket: Socket) => {
    const network = networkOf(socket.remoteAddress);
    if (open.size >= most) {
      const closed = makeRoom();
      if (closed) {
        onClosed();
        warn('closed', closed.network);
      } else {
        socket.destroy();
        onRefused();
        warn('refused', network);
        return;
      }
    }
    const connection = { socket, network, answers: new Set<ServerResponse>(), hasAsked: false, since: 0 };
    open.set(socket, connection);
    wait(connection);
    socket.once('close', () => forget(connection));
  });
  app.server.on('request', ({ socket }: IncomingMessage, answer: ServerResponse) => {
    const connection = open.get(socket);
    if (!connection) return;
    if (connection.answers.size === 0) {
      waiting.delete(connection);
      connection.hasAsked = true;
      connection.since = performance.now();
      asking.add(connection);
    }
    connection.answers.add(answer);
    answer.once('close', () => {
      connection.answers.delete(answer);
      if (connection.answers.size > 0) connection.since = performance.now();
      else if (open.has(socket)) wait(connection);
    });
  });
  // Without a listener Node ends a connection on which nothing moves, also while its request is worked on: a store may take its
  // time under load, and a client shall have an answer. What a request waits for has deadlines of its own.
  app.server.on('timeout', (socket) => {
    const [answer] = open.get(socket)?.answers ?? [];
    if (!answer || answer.headersSent) socket.destroy();
  });
  // Closing, Node waits for the connections of one address.
  app.addHook('onClose', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    whenNone = resolve;
    if (open.size > 0) await promise;
  });
}

/** Connections without a request, by the network of the client and by whether one ever came, each group in the order of `since`. */
class Waiting {
  readonly #groups = new Map<string, Set<Connection>>();
  size = 0;

  add(connection: Connection): void {
    const name = groupOf(connection);
    const group = this.#groups.get(name);
    if (group) group.add(connection);
    else this.#groups.set(name, new Set([connection]));
    this.size++;
  }

  delete(connection: Connection): void {
    const name = groupOf(connection);
    const group = this.#groups.get(name);
    if (!group?.delete(connection)) return;
    this.size--;
    if (group.size === 0) this.#groups.delete(name);
  }

  /** The one of the largest group that has waited longest: thousands of silent ones give way to each other, and not those that ask. */
  first(): Connection | undefined {
    let largest = new Set<Connection>();
    for (const group of this.#groups.values()) if (group.size > largest.size) largest = group;
    const [first] = largest;
    return first;
  }
}

const groupOf = ({ network, hasAsked }: Connection): string => `${network} ${hasAsked}`;

/** An address of IPv4; of IPv6 its first 64 bits, as one client has all addresses of such a network. */
const networkOf = (address = ''): string => address.split(':', 4).join(':');

/** One that is answered while its client does not read, or goes on sending what was refused. The others are looked at again last. */
function firstNotTaken(asking: Set<Connection>): Connection | undefined {
  let left = LOOKED_AT;
  for (const connection of asking) {
    if (left-- === 0) return undefined;
    const { socket, since } = connection;
    const [answer] = connection.answers;
    const isSlow = performance.now() - since > SLOW_AFTER_MS;
    if (isSlow && answer?.headersSent && (socket.writableLength > 0 || !answer.req.complete))
      return connection;
    asking.delete(connection);
    asking.add(connection);
  }
  return undefined;
}

function warnerOf(app: FastifyInstance, limit: number) {
  let loggedAt = Number.NEGATIVE_INFINITY;
  let counts = { refused: 0, closed: 0 };
  return (what: keyof typeof counts, network: string): void => {
    counts[what]++;
    if (performance.now() - loggedAt < LOG_EVERY_MS) return;
    loggedAt = performance.now();
    app.log.warn({ limit, ...counts, network }, 'http: there are too many connections');
    counts = { refused: 0, closed: 0 };
  };
}
