import pg from 'pg';

/**
 * Lends a connection of the pool. One that breaks meanwhile, or that cannot even roll back after a failure, is thrown away.
 * @throws what `work` throws
 */
export async function withClient<Value>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<Value>,
): Promise<Value> {
  const client = await pool.connect();
  let isBroken = false;
  const onError = () => {
    isBroken = true;
  };
  // Nobody else listens while it is lent, and an error without a listener ends the process.
  client.on('error', onError);
  try {
    return await work(client);
  } catch (error) {
    isBroken ||= !(await rollsBack(client));
    throw error;
  } finally {
    client.off('error', onError);
    client.release(isBroken);
  }
}

const rollsBack = (client: pg.PoolClient): Promise<boolean> =>
  client.query('ROLLBACK').then(
    () => true,
    () => false,
  );

/**
 * Runs `work` in one transaction, which is rolled back when it throws. After a failed commit nobody knows whether it took
 * place: the caller has to look.
 * @param begin statements that begin it, in one message; their results are given to `work`, in their order
 */
export function inTransaction<Value>(
  pool: pg.Pool,
  begin: readonly string[],
  work: (client: pg.PoolClient, begun: readonly pg.QueryResult[]) => Promise<Value>,
): Promise<Value> {
  return withClient(pool, async (client) => {
    const value = await work(client, await statements(client, begin));
    await commit(client);
    return value;
  });
}

/** Sends several statements in one message. @returns a result for each */
export async function statements(client: pg.ClientBase, texts: readonly string[]): Promise<pg.QueryResult[]> {
  const results: pg.QueryResult | pg.QueryResult[] = await client.query(texts.join(';\n'));
  return Array.isArray(results) ? results : [results];
}

export async function commit(client: pg.ClientBase): Promise<void> {
  const { command } = await client.query('COMMIT');
  // The server answers so, without an error, when a statement before had failed.
  if (command !== 'COMMIT') throw new Error('The transaction had failed and was rolled back');
}

/** The SQLSTATE of an error of the server. */
export const sqlState = (error: unknown): string | undefined =>
  error instanceof pg.DatabaseError ? error.code : undefined;
