import type { FastifyPluginAsync } from 'fastify';
import type { RemovalSource } from '../contracts/lost-events.ts';
import { clockedStore } from '../event-store/clocked-store.ts';
import { openEventStoreDb } from '../event-store/eventstoredb/store.ts';
import type { EventStore } from '../event-store/port.ts';
import { roomyStore } from '../event-store/room.ts';
import { watchedStore } from '../event-store/watched-store.ts';
import { clockRoutes } from '../platform/clock-routes.ts';
import { ConfigError, type ConfigFault } from '../platform/config-fault.ts';
import type { Readiness } from '../platform/health.ts';
import type { ServiceContext } from '../platform/service.ts';
import { type Pool, postgresPool } from '../sql/postgres/database.ts';
import { type DatabaseWatch, watchDatabase } from '../sql/postgres/database-watch.ts';

/** The servers that the processes of the production topology share; they share nothing else. */
export interface Backends {
  readonly store: EventStore;
  /** Knows why events of the store are gone. */
  readonly removals: RemovalSource;
  readonly pool: Pool;
  /** For connections apart from the pool. */
  readonly databaseUrl: string;
  /** Started here; work on the database begins when it is ready. */
  readonly database: DatabaseWatch;
  readonly readiness: readonly Readiness[];
  /** Each process has a clock of its own. */
  readonly clockRoutes: FastifyPluginAsync;
}

/** Opens EVENTSTORE_URL and DATABASE_URL for the process `nhip-{name}`. An unreachable server is waited for. @throws ConfigError */
export async function openBackends(name: string, context: ServiceContext): Promise<Backends> {
  const { log, registry, closing, clockGuard } = context;
  const { DATABASE_URL: databaseUrl, EVENTSTORE_URL: connectionString } = context.config;
  if (databaseUrl === undefined || connectionString === undefined) {
    const faults: ConfigFault[] = [];
    if (databaseUrl === undefined)
      faults.push({
        variable: 'DATABASE_URL',
        was: '',
        expected: 'an address, e.g. postgres://nhip@db/nhip',
      });
    if (connectionString === undefined)
      faults.push({
        variable: 'EVENTSTORE_URL',
        was: '',
        expected: 'a connection string, e.g. esdb://store:2113',
      });
    throw new ConfigError(faults);
  }
  const pool = postgresPool({
    url: databaseUrl,
    name: `nhip-${name}`,
    log,
  });
  closing('database', () => pool.end());
  const database = watchDatabase(pool, log);
  closing('database watch', () => database.stop());
  database.start();
  const store = await openEventStoreDb({ connectionString, log });
  closing('event store', () => store.close());
  const roomy = roomyStore(watchedStore(store, registry), { log });
  const clocked = clockedStore(roomy.store, clockGuard);
  closing('clock', clocked.watch());
  return {
    store: clocked.store,
    removals: store,
    clockRoutes: clockRoutes({
      guard: { wall: clockGuard.wall, problem: () => clockGuard.problem() ?? database.clockProblem() },
      accept(by) {
        database.acceptClock();
        return clocked.accept(by);
      },
    }),
    pool,
    databaseUrl,
    database,
    readiness: [
      { name: 'store', problem: () => store.problem() },
      { name: 'disk', problem: () => roomy.problem() },
      { name: 'database', problem: () => database.problem() },
    ],
  };
}
