import { eventually } from '../eventually.ts';
import { freePorts } from '../kafka/free-ports.ts';
import type { PostgresSettings, TestPostgres } from './test-postgres.ts';

const IMAGE = 'postgres:17.6-alpine';

/** The official image, through whatever container engine answers. @throws when none does. */
export async function startContainerPostgres({ durable = false }: PostgresSettings): Promise<TestPostgres> {
  const { GenericContainer, Wait, getContainerRuntimeClient } = await import('testcontainers');
  const engine = await getContainerRuntimeClient();
  // Clients have the address from the first start, so it must survive a restart.
  const [port = 0] = await freePorts(1);
  const container = await new GenericContainer(IMAGE)
    .withExposedPorts({ container: 5432, host: port })
    .withEnvironment({ POSTGRES_USER: 'nhip', POSTGRES_HOST_AUTH_METHOD: 'trust', POSTGRES_DB: 'postgres' })
    .withCommand(['postgres', '-c', 'max_connections=200', '-c', `fsync=${durable ? 'on' : 'off'}`])
    .withWaitStrategy(Wait.forLogMessage(/ready to accept connections/, 2))
    .start();
  return {
    url: `postgres://nhip@127.0.0.1:${port}/postgres`,
    kill: async () => {
      await engine.container.getById(container.getId()).kill();
    },
    restart: async () => {
      await container.restart();
      await eventually(async () => (await container.exec(['pg_isready', '-U', 'nhip'])).exitCode === 0);
    },
    stop: async () => {
      await container.stop({ timeout: 0 });
    },
  };
}
