import {
  type EventStoreDbOptions,
  openEventStoreDb,
  type RemoteEventStore,
} from '../event-store/eventstoredb/store.ts';
import type { Config } from '../platform/config.ts';
import { ConfigError } from '../platform/config-fault.ts';
import { createLog } from '../platform/log.ts';
import { assertReachable, type Pool, postgresPool } from '../sql/postgres/database.ts';

/** The servers of the production topology, for a command that runs beside its processes. */
export interface Servers {
  readonly store: RemoteEventStore;
  readonly pool: Pool;
  close(): Promise<void>;
}

/** @returns undefined when neither EVENTSTORE_URL nor DATABASE_URL is set: then all is in DATA_DIR. @throws ConfigError; Error when the database is unreachable */
export async function openServers(name: string, config: Config): Promise<Servers | undefined> {
  const { EVENTSTORE_URL: connectionString, DATABASE_URL: url } = config;
  if (connectionString === undefined && url === undefined) return undefined;
  if (connectionString === undefined || url === undefined) {
    const variable = url === undefined ? 'DATABASE_URL' : 'EVENTSTORE_URL';
    throw new ConfigError([{ variable, was: '', expected: 'to be set too: the servers belong together' }]);
  }
  const log = createLog(config.LOG_LEVEL, process.stderr);
  const pool = postgresPool({
    url,
    name: `nhip-${name}`,
    log,
  });
  const store = await reachableStore(pool, { connectionString, log }).catch(async (error: unknown) => {
    // Otherwise an unused connection would keep the process alive.
    await pool.end();
    throw error;
  });
  return {
    store,
    pool,
    async close() {
      await store.close();
      await pool.end();
    },
  };
}

async function reachableStore(pool: Pool, options: EventStoreDbOptions): Promise<RemoteEventStore> {
  await assertReachable(pool);
  return openEventStoreDb(options);
}
