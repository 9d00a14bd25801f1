import { Transform } from 'node:stream';
import { getHeapStatistics } from 'node:v8';
import type { FastifyInstance, FastifyReply, FastifyRequest, RequestPayload } from 'fastify';
import { rightsOf } from './api-keys.ts';
import { Lane, type LaneOptions, type Place } from './lane.ts';
import { ProblemError } from './problem.ts';
import './route-right.ts';

/**
 * Admission: what requests hold in memory is counted in bytes before it is there, and what does not fit is refused at once. A
 * request with a body holds its length from its headers until it has been answered, thus until its events are durable. Feeds and
 * readers have shares of their own, so that neither takes the other's; health is asked outside of both.
 */

/** Bytes of memory. */
interface Budget {
  /** Bodies that come in or wait, as long as they announce to be. */
  readonly bodies: number;
  /** Bodies that are read: as values they take some 24 times their length, in this thread and in the store's. */
  readonly work: number;
  /** Answers that are made, or wait for their clients. */
  readonly answers: number;
}

const MIB = 2 ** 20;
/**
 * The parts of a heap that each may take, and the most that helps. Of bodies, what waits longer than a feed's patience is refused
 * all the same; of those that are read, more at once make none of them faster, and every reader slower.
 */
export function budgetOf(): Budget {
  const heapBytes = getHeapStatistics().heap_size_limit;
  return {
    bodies: Math.min(heapBytes / 12, 16 * MIB),
    work: Math.min(heapBytes / 64, 2 * MIB),
    answers: Math.min(heapBytes / 12, 64 * MIB),
  };
}

/** A feed that is refused sends again, and costs little meanwhile. */
const FEED_PATIENCE_MS = 1_000;
/** A person waits rather than ask again. */
const READER_PATIENCE_MS = 5_000;
/**
 * libuv accepts one connection a turn of the event loop, so with a costly request in each turn new clients, a probe of health among
 * them, would wait in the backlog, where they cannot be refused. Readers do not rest: where the processor is short a turn takes
 * milliseconds, and their answers are kept for each other.
 */
const FEED_REST_TURNS = 32;
/** What readers and people may bring in bodies, beside the feeds. */
const READERS_BODIES = 1 / 8;
/** A request that is worked on, whatever it brings: its objects, and an answer of ordinary size. */
const REQUEST_BYTES = 64 * 1_024;
/** The state of a compressor, which an answer may need until its client has read it. */
const COMPRESSOR_BYTES = 256 * 1_024;
/** An answer that waits longer for its client, or a body that comes slower, ends when others need the room. */
const SLOW_AFTER_MS = 500;
const SLOW_BYTES_A_SECOND = 64 * 1_024;
/** A body that comes slower than this after its first seconds is given up. */
const LEAST_BYTES_A_SECOND = 1_024;
const LEAST_AFTER_MS = 5_000;
const RETRY_AFTER_SECONDS = 1;

/** Which share of the memory a request takes from. */
export type Share = 'feeds' | 'readers';

interface Lanes {
  readonly bodies: Lane;
  readonly work: Lane;
}

interface Admission {
  readonly share: Share;
  readonly lanes: Lanes;
  /** Its body; absent where it has none. */
  readonly body?: Place;
  /** Ends the wait for its turn. */
  giveUp: () => void;
  /** From its turn on. */
  work?: Place;
  isAnswered: boolean;
  isClosed: boolean;
}

export interface AdmissionOptions {
  readonly budget: Budget;
  readonly onRefused: (share: Share) => void;
}

/** Bounds what the requests of a server hold. To be called after the hooks that check keys. */
export function admitWithinBudget(app: FastifyInstance, { budget, onRefused }: AdmissionOptions): void {
  const shares: Readonly<Record<Share, Lanes>> = {
    feeds: lanesOf(budget.bodies, budget.work, { patienceMs: FEED_PATIENCE_MS, restTurns: FEED_REST_TURNS }),
    readers: lanesOf(budget.bodies * READERS_BODIES, budget.answers, {
      patienceMs: READER_PATIENCE_MS,
      restTurns: 0,
    }),
  };
  const admissions = new WeakMap<FastifyRequest, Admission>();
  const arriving = watchArrivals(app);

  function refuse(share: Share): ProblemError {
    onRefused(share);
    return new ProblemError(
      'overloaded',
      'There is more to do than can be done at once; send the same again.',
      {
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      },
    );
  }

  /** Goes on with `proceed` when it is the request's turn, unless its client has gone by then. */
  function awaitTurn(admission: Admission, bytes: number, proceed: (refusal?: ProblemError) => void): void {
    admission.giveUp = admission.lanes.work.enter(
      bytes,
      (place) => {
        admission.work = place;
        proceed();
      },
      () => proceed(refuse(admission.share)),
    );
  }

  app.addHook('onRequest', (request, reply, done) => {
    const share = shareOf(request);
    if (share === undefined) return done();
    const lanes = shares[share];
    const announced = announcedBytes(request);
    const body = announced > 0 ? lanes.bodies.tryEnter(announced) : undefined;
    if (announced > 0 && !body) return done(refuse(share));
    const admission: Admission = {
      share,
      lanes,
      ...(body && { body }),
      giveUp: () => {},
      isAnswered: false,
      isClosed: false,
    };
    admissions.set(request, admission);
    const ended = () => {
      admission.isClosed = true;
      admission.giveUp();
      // What is still worked on keeps its place until it has an answer, though no client waits for it.
      if (admission.isAnswered || !admission.work) leave(admission);
    };
    reply.raw.once('finish', ended);
    reply.raw.once('close', ended);
    if (body) done();
    else awaitTurn(admission, REQUEST_BYTES, done);
  });

  app.addHook('preParsing', (request, _reply, payload, done) => {
    const admission = admissions.get(request);
    if (!admission?.body) return done(null, payload);
    done(
      null,
      arriving.through(payload, admission.body, (bytes, proceed) => awaitTurn(admission, bytes, proceed)),
    );
  });

  app.addHook('onSend', (request, reply, payload, done) => {
    const admission = admissions.get(request);
    if (admission) {
      admission.isAnswered = true;
      admission.body?.leave();
      if (admission.isClosed) leave(admission);
      else if (admission.work) holdAnswer(admission.work, reply, payload);
    }
    done(null, payload);
  });
}

const lanesOf = (bodies: number, work: number, rest: Omit<LaneOptions, 'limit'>): Lanes => ({
  bodies: new Lane({ limit: bodies, ...rest }),
  work: new Lane({ limit: work, ...rest }),
});

function leave({ body, work }: Admission): void {
  body?.leave();
  work?.leave();
}

/** Until its client has it. */
function holdAnswer(place: Place, { raw }: FastifyReply, payload: unknown): void {
  const size = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload.length : REQUEST_BYTES;
  place.resize(size + (size > 1_024 ? COMPRESSOR_BYTES : 0));
  const since = performance.now();
  place.yields(
    () => performance.now() - since > SLOW_AFTER_MS,
    () => raw.destroy(),
  );
}

function shareOf({ routeOptions: { config } }: FastifyRequest): Share | undefined {
  if (config.ownBound) return undefined;
  return rightsOf(config.right)[0] === 'feed' ? 'feeds' : 'readers';
}

/** How long a body will be at most: as long as it says, else as long as it may. */
function announcedBytes({ method, headers, routeOptions: { bodyLimit } }: FastifyRequest): number {
  if (method === 'GET' || method === 'HEAD') return 0;
  if (headers['transfer-encoding'] !== undefined) return bodyLimit;
  const length = Number(headers['content-length'] ?? 0);
  // What is beyond the limit will be refused unread.
  return headers['content-encoding'] === undefined ? Math.min(length, bodyLimit) : length && bodyLimit;
}

interface Arrival {
  readonly since: number;
  readonly stream: Transform;
  received: number;
}

/** Bodies that come in: what they hold is corrected when they have come; one that stalls is given up. */
function watchArrivals(app: FastifyInstance) {
  const arrivals = new Set<Arrival>();
  const isSlower = ({ since, received }: Arrival, bytesASecond: number, afterMs: number) => {
    const age = performance.now() - since;
    return age > afterMs && received < (age / 1_000) * bytesASecond;
  };
  const giveUp = ({ stream }: Arrival, detail: string) =>
    stream.destroy(new ProblemError('request-timeout', detail));
  const checking = setInterval(() => {
    for (const one of arrivals)
      if (isSlower(one, LEAST_BYTES_A_SECOND, LEAST_AFTER_MS))
        giveUp(one, `The body came slower than ${LEAST_BYTES_A_SECOND} bytes a second.`);
  }, LEAST_AFTER_MS / 5);
  checking.unref();
  app.addHook('onClose', async () => clearInterval(checking));

  return {
    /** The same bytes; their end comes with the request's turn. */
    through(
      payload: RequestPayload,
      place: Place,
      awaitTurn: (bytes: number, proceed: (refusal?: ProblemError) => void) => void,
    ): RequestPayload {
      const stream: RequestPayload & Transform = new Transform({
        transform(chunk: Buffer, _encoding, proceed) {
          arrival.received += chunk.length;
          proceed(null, chunk);
        },
        flush(proceed) {
          arrivals.delete(arrival);
          place.resize(arrival.received);
          place.stays();
          awaitTurn(arrival.received, proceed);
        },
        destroy(error, proceed) {
          arrivals.delete(arrival);
          proceed(error);
        },
      });
      const arrival: Arrival = { since: performance.now(), stream, received: 0 };
      arrivals.add(arrival);
      // Fastify compares it with the Content-Length.
      Object.defineProperty(stream, 'receivedEncodedLength', { get: () => payload.receivedEncodedLength });
      place.yields(
        () => isSlower(arrival, SLOW_BYTES_A_SECOND, SLOW_AFTER_MS),
        () => giveUp(arrival, 'The body came slowly while others waited for its place.'),
      );
      payload.on('error', (error: Error) => stream.destroy(error));
      // A refused body has no reader.
      stream.on('error', () => {});
      stream.once('unpipe', () => payload.readableEnded || stream.destroy());
      return payload.pipe(stream);
    },
  };
}
