import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

/** A rollback is fast, or the server is unreachable. */
const ROLLBACK_MS = 2_000;

/** Lends a connection of the pool; a connection that breaks meanwhile is discarded. @throws the error of `work` */
export async function withClient<Value>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<Value>,
): Promise<Value> {
  const client = await pool.connect();
  let isBroken = false;
  const onError = () => {
    isBroken = true;
  };
  // The pool does not listen while the connection is lent, and an error without a listener ends the process.
  client.on('error', onError);
  try {
    return await work(client);
  } catch (error) {
    // The connection itself may have failed.
    isBroken ||= !(await rollsBack(client));
    throw error;
  } finally {
    client.off('error', onError);
    client.release(isBroken);
  }
}

/** Ends any open transaction. @returns false when the connection is unusable */
async function rollsBack(client: pg.ClientBase): Promise<boolean> {
  const timer = new AbortController();
  const tooLate = pause(ROLLBACK_MS, false, { signal: timer.signal }).catch(() => false);
  const rolledBack = client.query('ROLLBACK').then(
    () => true,
    () => false,
  );
  return Promise.race([rolledBack, tooLate]).finally(() => timer.abort());
}

/**
 * Runs `work` in one transaction, which is rolled back when it throws. After a failed commit the outcome is
 * unknown: the caller has to check.
 * @param begin statements that begin it, in one message; `work` receives their results in order
 */
export async function transaction<Value>(
  client: pg.ClientBase,
  begin: readonly string[],
  work: (begun: readonly pg.QueryResult[]) => Promise<Value>,
): Promise<Value> {
  try {
    const value = await work(await statements(client, begin));
    const { command } = await client.query('COMMIT');
    // After an earlier failed statement the server answers ROLLBACK, without an error.
    if (command !== 'COMMIT') throw new Error('The transaction had failed and was rolled back');
    return value;
  } catch (error) {
    await rollsBack(client);
    throw error;
  }
}

/** {@link transaction} on a connection of the pool. */
export const inTransaction = <Value>(
  pool: pg.Pool,
  begin: readonly string[],
  work: (client: pg.PoolClient, begun: readonly pg.QueryResult[]) => Promise<Value>,
): Promise<Value> => withClient(pool, (client) => transaction(client, begin, (begun) => work(client, begun)));

/** Sends several statements in one message. @returns one result each */
export async function statements(client: pg.ClientBase, texts: readonly string[]): Promise<pg.QueryResult[]> {
  const results: pg.QueryResult | pg.QueryResult[] = await client.query(texts.join(';\n'));
  return Array.isArray(results) ? results : [results];
}

/** The SQLSTATE of an error of the server. */
export const sqlState = (error: unknown): string | undefined =>
  error instanceof pg.DatabaseError ? error.code : undefined;
