import type pg from 'pg';
import { Backoff } from '../../kernel/backoff.ts';
import { type Clock, type Moment, systemClock } from '../../kernel/clock.ts';
import { errorText } from '../../kernel/error-text.ts';
import { ClockGuard, systemTime, type TimeSources } from '../../platform/clock-guard.ts';
import type { Log } from '../../platform/log.ts';
import { wait } from '../../platform/wait.ts';
import { assertMigrated } from './migrate.ts';

/** Interval between checks of the database, one small query each. */
const EVERY_MS = 2_000;
/** Interval between checks while the database is unavailable. */
const DELAYS = { firstMs: 200, longestMs: EVERY_MS };
/** Epoch milliseconds. */
const CLOCK = 'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now';

/** Waits for a database that is unreachable or not migrated yet, and reports from then on whether it is reachable. */
export interface DatabaseWatch {
  /** Resolves once the database is reachable and migrated; never before {@link DatabaseWatch.start} or after a stop. */
  readonly ready: Promise<void>;
  start(): void;
  stop(): Promise<void>;
  /** Why the database is unusable; undefined while it is reachable. */
  problem(): string | undefined;
  /**
   * The server's clock, estimated from its answers; this host's until the first answer. Processes on hosts with different clocks
   * agree on it.
   */
  readonly clock: Clock;
  /** Why the server's clock is not to be believed: it was set while this process ran. Undefined while it is. */
  clockProblem(): string | undefined;
  /** A person declares the server's clock to be right. */
  acceptClock(): void;
}

/** @param time of this host, which the server's clock is held against: how far it runs, not where it stands */
export function watchDatabase(
  pool: pg.Pool,
  log: Log,
  time: Omit<TimeSources, 'wall'> = systemTime,
): DatabaseWatch {
  const stopping = new AbortController();
  const ready = Promise.withResolvers<void>();
  let watching: Promise<void> = Promise.resolve();
  let problem: string | undefined = 'not checked yet';
  let migrated = false;
  /** Offset of the server's clock from the monotonic clock here, in milliseconds. */
  let ahead: number | undefined;
  /** From the first answer on: until then the clock is that of this host. */
  let guard: ClockGuard | undefined;
  const { monotonic } = time;
  const clock = () => (ahead === undefined ? systemClock() : (Math.round(monotonic() + ahead) as Moment));

  async function ask(): Promise<void> {
    try {
      if (!migrated) await assertMigrated(pool);
      await readClock();
      if (problem !== undefined) log.info('database: reachable');
      problem = undefined;
      migrated = true;
      ready.resolve();
    } catch (error) {
      const reason = errorText(error);
      if (problem !== reason) log.warn({ err: error }, 'database: unreachable, waiting');
      problem = reason;
    }
  }

  /** The server read its clock between request and answer. The estimate changes only when it contradicts that. */
  async function readClock(): Promise<void> {
    const asked = monotonic();
    const { rows } = await pool.query<{ readonly now: number }>(CLOCK);
    const now = rows[0]?.now;
    if (now === undefined) return;
    const [least, most] = [now - monotonic(), now - asked];
    ahead = Math.min(Math.max(ahead ?? (least + most) / 2, least), most);
    guard ??= new ClockGuard({ ...time, wall: clock }, log.child({ of: 'database' }));
    guard.problem();
  }

  async function watch(): Promise<void> {
    const backoff = new Backoff(DELAYS);
    while (!stopping.signal.aborted) {
      await ask();
      await wait(problem === undefined ? EVERY_MS : backoff.next(), stopping.signal);
    }
  }

  return {
    ready: ready.promise,
    start() {
      watching = watch();
    },
    async stop() {
      stopping.abort();
      await watching;
    },
    problem: () => problem,
    clock,
    clockProblem() {
      const problem = guard?.problem();
      return problem && `of PostgreSQL ${problem}`;
    },
    acceptClock: () => void guard?.accept(),
  };
}
