import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Log } from '../../platform/log.ts';

/** The schema of every table that is not part of a ledger. */
export const SCHEMA = 'nhip';

/** Connections to PostgreSQL, for callers that only pass them on. */
export type Pool = pg.Pool;

export interface PostgresOptions {
  /** `postgres://…`, as DATABASE_URL. */
  readonly url: string;
  /** Shown in `pg_stat_activity`, e.g. `nhip-api`. */
  readonly name: string;
  /** Up to this many connections; 10 by default. */
  readonly connections?: number;
  /** No limit on the time of a statement: for a migration, on which no request waits. */
  readonly patient?: true;
  /** Logs idle connections that break; the pool replaces them by itself. */
  readonly log?: Log;
}

const CONNECT_MS = 5_000;
/** Statements are short; one above this limit blocks all others behind it. */
const STATEMENT_MS = 60_000;
/** The server would have cancelled the statement by then, so the connection is dead. */
const ANSWER_MS = STATEMENT_MS + CONNECT_MS;
/**
 * A process that freezes within a transaction, or whose host is down, keeps its locks. Our processes never idle
 * this long between two statements; the next leader waits up to this time, as long as a lease.
 */
const IDLE_IN_TRANSACTION_MS = 5_000;

/** int8 as a number: every whole number in our tables is far below 2^53. */
const INT8 = 20;
/** numeric, the type of a sum of int8. */
const NUMERIC = 1700;

/** Parses PostgreSQL's text form of a value. */
export const valueParsers: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    oid === INT8 || oid === NUMERIC ? Number : pg.types.getTypeParser(oid, format ?? 'text'),
};

/** A pool of connections; it connects at the first query. */
export function postgresPool({ url, name, connections = 10, patient, log }: PostgresOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: name,
    max: connections,
    connectionTimeoutMillis: CONNECT_MS,
    ...(!patient && { statement_timeout: STATEMENT_MS, query_timeout: ANSWER_MS }),
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    keepAlive: true,
    types: valueParsers,
  });
  pool.on('error', (error) =>
    log?.warn({ err: error, pool: name }, 'an idle connection to the database broke'),
  );
  // While a connection is lent, neither the pool nor Kysely listens for errors between two statements, and an error without a
  // listener ends the process. The borrower gets the error of its next statement.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/** Queries over a pool; `destroy()` ends the pool. */
export const databaseOver = <Tables>(pool: pg.Pool): Kysely<Tables> =>
  new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) }).withSchema(SCHEMA);

/** For callers that do not wait for it. @throws Error when no server answers at DATABASE_URL */
export async function assertReachable(pool: pg.Pool): Promise<void> {
  await pool.query('SELECT 1').catch((error) => {
    throw new Error(`the database of DATABASE_URL is unreachable: ${reasonOf(error)}`, { cause: error });
  });
}

/** A host with several addresses fails with one error for each, and an empty message. */
const reasonOf = (error: unknown): string =>
  error instanceof AggregateError
    ? error.errors.map(reasonOf).join('; ')
    : error instanceof Error
      ? error.message
      : String(error);
