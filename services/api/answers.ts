import { promisify } from 'node:util';
import { gzip as zlibGzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Position, START } from '../../shared/contracts/stored-event.ts';
import type { Clock, Moment } from '../../shared/kernel/clock.ts';
import type { Commits } from '../../shared/ledger/commits.ts';
import type { ReadOptions } from '../../shared/ledger/port.ts';
import { clientSignal } from '../../shared/platform/client-signal.ts';
import { etagOf, namesEtag } from '../../shared/platform/etag.ts';
import { ProblemError } from '../../shared/platform/problem.ts';
import { takesGzip } from '../../shared/platform/takes-gzip.ts';
import { positionFrom, refuseQuery } from './figure-request.ts';

/** Longest wait for a position that a client has seen. */
const PATIENCE_MS = 5_000;
/** Without a commit, an answer about the present is fresh for this long: time alone makes dossiers overdue. */
const FRESH_MS = 1_000;
/**
 * Under load there are a hundred commits a second: an answer is repeated for this long in spite of newer commits. It names its
 * position; a client that needs a newer one asks for it by `minPosition`.
 */
const REST_MS = 100;
/** One that took long rests for so many times as long, up to FRESH_MS: so it takes a fifth of the time however often it is asked for. */
const REST_FACTOR = 4;
/** Limits of the cache, in answers and in bytes: a list of 500 dossiers has a quarter of a megabyte. */
const CACHED_ANSWERS = 2_000;
const CACHED_BYTES = 32 * 1024 * 1024;

/** A shorter answer is sent as it is. */
const COMPRESSED_FROM = 1_024;
const gzip = promisify(zlibGzip);

/**
 * Members that only state when and where an answer was read, as JSON writes them: they are no part of its ETag. A quote within a string
 * has a backslash before it, so nothing within one looks like a member.
 */
const VOLATILE = /"(?:position|asOf|next)":"[^"\\]*"|"freshness":\[(?:[^"\]]|"(?:[^"\\]|\\.)*")*\]/g;

interface Answer {
  readonly body: Buffer;
  /** From the first client on that takes it. */
  compressed?: Promise<Buffer>;
  readonly etag: string;
  readonly position: Position;
  readonly generation: string;
  readonly at: Moment;
  /** How long it took, ms. */
  readonly took: number;
}

/** An answer that is computed, or was. */
interface Computation {
  readonly answer: Promise<Answer>;
  /** The answer, once it is computed. */
  known?: Answer;
  /** Ends the computing. */
  readonly stop: AbortController;
  /** How many clients wait for it. */
  waiting: number;
}

/**
 * Answers about figures: waits for `minPosition`, computes each address once a commit for all clients, and answers 304 to a
 * client that already has the answer. What no client waits for any more is not computed further.
 */
export class Answers {
  readonly #commits: Commits;
  readonly #clock: Clock;
  readonly #head: () => Promise<Position>;
  /** By address, the oldest first. */
  readonly #answers = new Map<string, Computation>();
  /** The size of each computed answer in the cache, by address. */
  readonly #sizes = new Map<string, number>();
  #bytes = 0;

  /** @param head the last position of the store */
  constructor(commits: Commits, clock: Clock, head: () => Promise<Position>) {
    this.#commits = commits;
    this.#clock = clock;
    this.#head = head;
  }

  /** Resolves when the answer is sent. */
  send(
    request: FastifyRequest,
    reply: FastifyReply,
    minPosition: string | undefined,
    compute: (reading: ReadOptions) => Promise<unknown>,
  ): Promise<void> {
    return this.sendNamed(request, reply, minPosition, undefined, compute);
  }

  /**
   * The same with names of people in a copy for this client: no other client, cache or ETag gets to know of them.
   * @param named makes the copy; undefined where there is no name to put in
   */
  async sendNamed(
    request: FastifyRequest,
    reply: FastifyReply,
    minPosition: string | undefined,
    named: ((body: Buffer) => Promise<Buffer | undefined>) | undefined,
    compute: (reading: ReadOptions) => Promise<unknown>,
  ): Promise<void> {
    const client = clientSignal(reply);
    const least = minPosition === undefined ? START : positionFrom(minPosition);
    if (minPosition !== undefined) await this.#wait(least);
    client.throwIfAborted();
    const answer = await this.#answer(request.url, least, compute, client);
    reply.type('application/json; charset=utf-8');
    const copy = await named?.(answer.body);
    if (copy) {
      reply.header('cache-control', 'no-store').send(copy);
      return void (await reply);
    }
    reply.header('etag', answer.etag).header('cache-control', 'no-cache');
    if (namesEtag(request.headers['if-none-match'], answer.etag)) reply.code(304).send();
    else reply.send(await this.#bodyFor(request, reply, answer));
    await reply;
  }

  /** Compressed where the client takes it: once for all clients, since it costs more than a small question. */
  async #bodyFor(request: FastifyRequest, reply: FastifyReply, answer: Answer): Promise<Buffer> {
    if (answer.body.length < COMPRESSED_FROM) return answer.body;
    reply.header('vary', 'accept-encoding');
    if (!takesGzip(request)) return answer.body;
    answer.compressed ??= gzip(answer.body);
    const compressed = await answer.compressed;
    if (this.#answers.get(request.url)?.known === answer)
      this.#keep(request.url, answer.body.length + compressed.length);
    reply.header('content-encoding', 'gzip');
    return compressed;
  }

  /**
   * What a look at the ledger finds. Where it finds nothing it is repeated once the ledger has all that the store has now: what is looked
   * for may have been stated a moment ago. @throws ProblemError when the ledger does not get there soon
   */
  async lookUp<Found>(look: () => Promise<Found | undefined>): Promise<Found | undefined> {
    const found = await look();
    if (found !== undefined) return found;
    await this.#wait(await this.#head());
    return look();
  }

  async #wait(least: Position): Promise<void> {
    if (least > this.#commits.latest.position) {
      const head = await this.#head();
      if (least > head)
        refuseQuery('minPosition', `a position that an answer gave: the store ends at ${head}`);
    }
    if (await this.#commits.reached(least, PATIENCE_MS)) return;
    const latest = this.#commits.latest.position;
    throw new ProblemError('unavailable', `The ledger is at ${latest} and has not yet reached ${least}.`, {
      retryAfterSeconds: 1,
    });
  }

  async #answer(
    url: string,
    least: Position,
    compute: (reading: ReadOptions) => Promise<unknown>,
    client: AbortSignal,
  ): Promise<Answer> {
    for (;;) {
      const pending = this.#answers.get(url);
      if (!pending) break;
      const known = pending.known ?? (await this.#awaited(url, pending, client));
      if (known.position >= least && this.#isGood(known)) return known;
      // The first request that finds it old computes it again; the others wait for that.
      if (this.#answers.get(url) === pending) break;
    }
    const stop = new AbortController();
    const computing: Computation = { answer: this.#compute(compute, stop.signal), stop, waiting: 0 };
    this.#forget(url);
    this.#answers.set(url, computing);
    computing.answer.then(
      (answer) => {
        computing.known = answer;
        if (this.#answers.get(url) === computing) this.#keep(url, answer.body.length);
      },
      // A failure is not kept: the next request computes again.
      () => this.#answers.get(url) === computing && this.#forget(url),
    );
    return this.#awaited(url, computing, client);
  }

  /** Waits for an answer as long as the client is there; the last client to leave ends the computing. */
  async #awaited(url: string, computing: Computation, client: AbortSignal): Promise<Answer> {
    const leave = () => {
      computing.waiting -= 1;
      if (computing.waiting > 0) return;
      if (this.#answers.get(url) === computing) this.#forget(url);
      computing.stop.abort(client.reason);
    };
    computing.waiting += 1;
    client.addEventListener('abort', leave);
    try {
      const answer = await computing.answer;
      client.throwIfAborted();
      return answer;
    } finally {
      client.removeEventListener('abort', leave);
    }
  }

  #keep(url: string, bytes: number): void {
    this.#bytes += bytes - (this.#sizes.get(url) ?? 0);
    this.#sizes.set(url, bytes);
    for (const oldest of this.#answers.keys()) {
      if (this.#answers.size <= CACHED_ANSWERS && this.#bytes <= CACHED_BYTES) break;
      this.#forget(oldest);
    }
  }

  #forget(url: string): void {
    this.#answers.delete(url);
    this.#bytes -= this.#sizes.get(url) ?? 0;
    this.#sizes.delete(url);
  }

  #isGood({ position, generation, at, took }: Answer): boolean {
    const { latest } = this.#commits;
    // After the clock was set back, an answer from the future is not fresh either.
    const age = this.#clock() - at;
    const rest = Math.min(FRESH_MS, Math.max(REST_MS, took * (1 + REST_FACTOR)));
    const restsFor = position >= latest.position ? FRESH_MS : rest;
    return generation === latest.generation && age >= 0 && age < restsFor;
  }

  async #compute(compute: (reading: ReadOptions) => Promise<unknown>, signal: AbortSignal): Promise<Answer> {
    const { position, generation } = this.#commits.latest;
    const at = this.#clock();
    const value = await compute({ signal });
    const text = JSON.stringify(value);
    // Answers that differ only in volatile members are equivalent.
    const etag = etagOf(text.replace(VOLATILE, ''));
    const answer = { body: Buffer.from(text), etag, position, generation };
    return { ...answer, at, took: this.#clock() - at };
  }
}
