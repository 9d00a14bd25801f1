import { hash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Position } from '../../shared/event-store/port.ts';
import type { Commits } from '../../shared/figures/commits.ts';
import type { Clock, Moment } from '../../shared/platform/clock.ts';
import { ProblemError } from '../../shared/platform/problem.ts';
import { positionFrom } from './figure-request.ts';

/** How long a client may have us wait for a position that it has seen. */
const PATIENCE_MS = 5_000;
/** An answer about the present is fresh for so long even when nothing was posted: time itself makes dossiers overdue. */
const FRESH_MS = 1_000;
const CACHED_ANSWERS = 2_000;

/** What tells only when and where an answer was read is no part of its ETag. */
const VOLATILE = new Set(['position', 'asOf', 'freshness']);

interface Answer {
  readonly body: Buffer;
  readonly etag: string;
  readonly position: Position;
  readonly generation: string;
  readonly until: Moment;
}

/**
 * Answers about figures: waits for `minPosition`, computes each address once a commit however many ask for it, and answers
 * 304 to who already has it.
 */
export class Answers {
  readonly #commits: Commits;
  readonly #clock: Clock;
  readonly #answers = new Map<string, Promise<Answer>>();

  constructor(commits: Commits, clock: Clock) {
    this.#commits = commits;
    this.#clock = clock;
  }

  /** Resolves once it is sent. */
  async send(
    request: FastifyRequest,
    reply: FastifyReply,
    minPosition: string | undefined,
    compute: () => Promise<unknown>,
  ): Promise<void> {
    if (minPosition !== undefined) await this.#wait(minPosition);
    const answer = await this.#answer(request.url, compute);
    reply
      .header('etag', answer.etag)
      .header('cache-control', 'no-cache')
      .type('application/json; charset=utf-8');
    if (request.headers['if-none-match'] === answer.etag) reply.code(304).send();
    else reply.send(answer.body);
    await reply;
  }

  async #wait(minPosition: string): Promise<void> {
    if (await this.#commits.reached(positionFrom(minPosition), PATIENCE_MS)) return;
    const latest = this.#commits.latest.position;
    throw new ProblemError(
      'unavailable',
      `The ledger is at ${latest} and has not yet reached ${minPosition}.`,
      {
        retryAfterSeconds: 1,
      },
    );
  }

  async #answer(url: string, compute: () => Promise<unknown>): Promise<Answer> {
    for (;;) {
      const pending = this.#answers.get(url);
      if (!pending) break;
      const known = await pending;
      const { position, generation } = this.#commits.latest;
      const current = known.generation === generation && known.position >= position;
      if (current && known.until > this.#clock()) return known;
      // Whoever sees first that it is old computes it anew; the others wait for that.
      if (this.#answers.get(url) === pending) break;
    }
    const computing = this.#compute(compute);
    this.#answers.delete(url);
    this.#answers.set(url, computing);
    for (const oldest of this.#answers.keys()) {
      if (this.#answers.size <= CACHED_ANSWERS) break;
      this.#answers.delete(oldest);
    }
    // A failure is nobody's answer the next time.
    computing.catch(() => this.#answers.get(url) === computing && this.#answers.delete(url));
    return computing;
  }

  async #compute(compute: () => Promise<unknown>): Promise<Answer> {
    const { position, generation } = this.#commits.latest;
    const until = this.#clock() + FRESH_MS;
    const value = await compute();
    const lasting = JSON.stringify(value, (name, inner) => (VOLATILE.has(name) ? undefined : inner));
    const etag = `"${hash('sha1', lasting, 'base64url')}"`;
    return { body: Buffer.from(JSON.stringify(value)), etag, position, generation, until };
  }
}
