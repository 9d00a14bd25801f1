import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { type StandInProcess, startStandInProcess } from './eventstore/child.ts';
import { createDatabase, type PostgresStart, startPostgres } from './postgres/server.ts';
import type { TestPostgres } from './postgres/test-postgres.ts';
import { type RunningProcess, startProcess } from './process.ts';
import { emptyDir } from './standalone.ts';

export type ServiceName = 'ingest' | 'projector' | 'api' | 'alerter';

/** The servers of the production topology, and processes over them, all on this machine. */
export interface Production {
  readonly postgres: TestPostgres;
  /** A stand-in: the real client over real gRPC, a server of our own behind it. */
  readonly store: StandInProcess;
  /** The environment of every process. */
  readonly env: NodeJS.ProcessEnv;
  /** Starts one more process; it is ended with the servers at the latest. */
  start(name: ServiceName, env?: NodeJS.ProcessEnv, doomed?: AbortSignal): Promise<RunningProcess>;
}

export interface ProductionOptions {
  readonly postgres?: () => Promise<PostgresStart>;
  /** Folder of the store's journal; a temporary one by default. */
  readonly storeUnder?: string;
}

export type ProductionStart =
  | { readonly kind: 'started'; readonly production: Production & { stop(): Promise<void> } }
  | { readonly kind: 'unavailable'; readonly reason: string };

/** Starts the servers, and no process yet. */
export async function startProduction({
  postgres: startDatabase = startPostgres,
  storeUnder = emptyDir(),
}: ProductionOptions = {}): Promise<ProductionStart> {
  const started = await startDatabase();
  if (started.kind === 'unavailable') return started;
  const { server: postgres } = started;
  const store = await startStandInProcess(join(storeUnder, 'events.ndjson'));
  const env: NodeJS.ProcessEnv = {
    EVENTSTORE_URL: store.connectionString,
    DATABASE_URL: await createDatabase(postgres),
    WEBHOOK_ALLOW_PRIVATE: 'true',
    DATA_DIR: emptyDir(),
  };
  const running = new Set<RunningProcess>();
  const production = {
    postgres,
    store,
    env,
    async start(service: ServiceName, changes: NodeJS.ProcessEnv = {}, doomed?: AbortSignal) {
      const one = await startProcess(`services/${service}/main.ts`, { ...env, ...changes }, doomed);
      running.add(one);
      one.exited.then(() => running.delete(one));
      return one;
    },
    async stop() {
      for (const one of running) await one.kill();
      await store.stop();
      await postgres.stop();
    },
  };
  return { kind: 'started', production };
}

/** Registers tests that share one set of servers; where PostgreSQL cannot run, one test that is skipped with the reason. */
export async function describeProduction(
  name: string,
  tests: (production: Production) => void,
  options?: ProductionOptions,
): Promise<void> {
  const started = await startProduction(options);
  if (started.kind === 'unavailable') {
    test(name, { skip: started.reason }, () => {});
    return;
  }
  const { production } = started;
  describe(name, () => {
    after(() => production.stop());
    tests(production);
  });
}
