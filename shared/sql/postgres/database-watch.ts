import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { Log } from '../../platform/log.ts';
import { assertMigrated } from './migrate.ts';

/** How often the database is asked whether it is there: one small query. */
const EVERY_MS = 2_000;
const FIRST_PAUSE_MS = 100;

/** Waits for a database that is away or not migrated yet, and tells from then on whether it is there. */
export interface DatabaseWatch {
  /** Resolves once the database is there and migrated; never before {@link DatabaseWatch.start}, and not at all after a stop. */
  readonly ready: Promise<void>;
  start(): void;
  stop(): Promise<void>;
  /** Undefined while it is well. */
  problem(): string | undefined;
}

export function watchDatabase(pool: pg.Pool, log: Log): DatabaseWatch {
  const stopping = new AbortController();
  const ready = Promise.withResolvers<void>();
  let watching: Promise<void> = Promise.resolve();
  let problem: string | undefined = 'not asked yet';
  let migrated = false;

  async function ask(): Promise<void> {
    try {
      if (migrated) await pool.query('SELECT 1');
      else await assertMigrated(pool);
      if (problem !== undefined) log.info('the database is there');
      problem = undefined;
      migrated = true;
      ready.resolve();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (problem !== reason) log.warn({ err: error }, 'the database cannot be used; waiting');
      problem = reason;
    }
  }

  async function watch(): Promise<void> {
    for (let waitMs = FIRST_PAUSE_MS; !stopping.signal.aborted; ) {
      await ask();
      // At the start it is asked again soon, then less and less often.
      waitMs = problem === undefined ? EVERY_MS : Math.min(waitMs * 2, EVERY_MS);
      await pause(waitMs, undefined, { signal: stopping.signal }).catch(() => {});
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
  };
}
