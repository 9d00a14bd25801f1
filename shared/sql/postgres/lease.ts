import type pg from 'pg';
import type { Clock, Moment } from '../../kernel/clock.ts';
import type { Log } from '../../platform/log.ts';
import { wait } from '../../platform/wait.ts';
import { SCHEMA } from './database.ts';

export interface LeaseOptions {
  /** A separate pool of one or two connections: a renewal that waits behind other queries comes too late. */
  readonly pool: pg.Pool;
  /** The work of the leader, e.g. `alerter`. */
  readonly role: string;
  /** Identifies this process among the candidates. */
  readonly holder: string;
  /** Up to this long the role stays vacant after a leader has died; 5,000 by default. A longer time tolerates longer pauses. */
  readonly ttlMs?: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Called when this process begins to lead; calls alternate with those of {@link onLost}. */
  readonly onLeading?: () => void;
  /** Called when this process finds that it no longer leads. Not called by {@link Lease.stop}. */
  readonly onLost?: () => void;
  /** A monotonic clock in milliseconds, replaced in tests. */
  readonly monotonic?: () => number;
}

/** The lease by which one of several processes leads. */
export interface Lease {
  start(): void;
  /** Releases the role at once. The work that needs the lease must have ended. */
  stop(): Promise<void>;
  /** Whether this process leads now: check it before every step of a leader. */
  leads(): boolean;
  /** The moment since which it leads; undefined when it does not. */
  since(): Moment | undefined;
  /** Resolves at once while it leads, else when it next does, or when the signal aborts. */
  untilLeading(signal: AbortSignal): Promise<void>;
  /** Aborts when this process no longer leads; already aborted when it does not. */
  term(): AbortSignal;
}

const TTL_MS = 5_000;
/** Renewals within one time to live. One such interval is the timeout of an answer, and the margin at the end. */
const STEPS = 5;

/**
 * One statement, decided by the server's clock alone. `now()` is its start, before a possible wait for the row lock of another
 * process: so the lease ends early, never late. One that ends later than any that is granted was taken before the clock was set back: it
 * counts as ended, or the role would stay vacant until that moment.
 */
const TAKE = `
  INSERT INTO ${SCHEMA}.lease AS held (role, holder, until)
  VALUES ($1, $2, now() + $3 * interval '1 millisecond')
  ON CONFLICT (role) DO UPDATE SET holder = excluded.holder, until = excluded.until
  WHERE held.holder = excluded.holder OR held.until < now() OR held.until > now() + 2 * $3 * interval '1 millisecond'
  RETURNING holder`;
const RELEASE = `DELETE FROM ${SCHEMA}.lease WHERE role = $1 AND holder = $2`;

/**
 * Leads while it has proof: from the start of the last successful renewal, a fifth less than the server grants. So a
 * process that was stopped, or cut off from the database, stops leading by its own clock before another begins. A clock that
 * stops with the whole machine is not detected: stores must refuse a leader's write after another process has written.
 */
export function holdLease(options: LeaseOptions): Lease {
  const { pool, role, holder, ttlMs = TTL_MS, clock, log } = options;
  const { onLeading, onLost, monotonic = () => performance.now() } = options;
  const stepMs = ttlMs / STEPS;
  const stopping = new AbortController();
  let renewing: Promise<void> = Promise.resolve();
  /** By the monotonic clock. */
  let provenUntil = Number.NEGATIVE_INFINITY;
  let term: { readonly since: Moment; readonly end: AbortController } | undefined;
  let expiry: NodeJS.Timeout | undefined;
  const waiting = new Set<() => void>();

  const leads = () => term !== undefined && monotonic() < provenUntil;

  const end = (reason: string) => {
    if (term === undefined) return;
    clearTimeout(expiry);
    const { end: ended } = term;
    term = undefined;
    provenUntil = Number.NEGATIVE_INFINITY;
    log.warn({ role, holder, reason }, 'lease: lost');
    ended.abort();
    onLost?.();
  };

  const endIfOver = () => {
    if (term !== undefined && !leads()) end('the lease could not be renewed in time');
  };

  const believe = (until: number) => {
    provenUntil = until;
    clearTimeout(expiry);
    expiry = setTimeout(endIfOver, Math.max(0, until - monotonic()) + 1);
    if (term !== undefined) return;
    term = { since: clock(), end: new AbortController() };
    log.info({ role, holder }, 'lease: held');
    for (const resolve of waiting) resolve();
    onLeading?.();
  };

  /** A connection without an answer in time is abandoned. The driver has this setting, its types do not. */
  const question = (
    text: string,
    values: readonly (string | number)[],
  ): pg.QueryConfig & { readonly query_timeout: number } => ({
    text,
    values: [...values],
    query_timeout: stepMs,
  });

  async function renew(): Promise<void> {
    const began = monotonic();
    try {
      const { rowCount } = await pool.query(question(TAKE, [role, holder, ttlMs]));
      if (stopping.signal.aborted) return;
      // The term may have ended while the answer was on its way, and another process may have led meanwhile.
      endIfOver();
      if (rowCount === 0) end('another process holds the lease');
      else if (monotonic() < began + ttlMs - stepMs) believe(began + ttlMs - stepMs);
    } catch (error) {
      endIfOver();
      log.warn({ err: error, role, holder }, 'lease: not renewed');
    }
  }

  async function renewAgainAndAgain(): Promise<void> {
    const { signal } = stopping;
    while (!signal.aborted) {
      await renew();
      // A standby polls more often, to lead soon after a failure.
      await wait(leads() ? stepMs : stepMs / 2, signal);
    }
  }

  return {
    start() {
      renewing = renewAgainAndAgain();
    },
    async stop() {
      stopping.abort();
      await renewing;
      clearTimeout(expiry);
      term?.end.abort();
      term = undefined;
      try {
        await pool.query(question(RELEASE, [role, holder]));
      } catch (error) {
        log.warn({ err: error, role, holder }, 'lease: not released, it expires by itself');
      }
    },
    leads,
    since: () => (leads() ? term?.since : undefined),
    untilLeading: (signal) =>
      new Promise((resolve) => {
        if (leads() || signal.aborted) return resolve();
        const finish = () => {
          waiting.delete(finish);
          signal.removeEventListener('abort', finish);
          resolve();
        };
        waiting.add(finish);
        signal.addEventListener('abort', finish);
      }),
    term: () => (leads() && term ? term.end.signal : AbortSignal.abort()),
  };
}
