import { errorText } from '../../../shared/kernel/error-text.ts';
import { mayHaveEngine } from '../container-engine.ts';

/** The last one under the old name; newer ones are KurrentDB. Both speak the same protocol. */
const IMAGE = 'eventstore/eventstore:24.10';

/** A real server for a test. */
export interface TestServer {
  readonly kind: 'external' | 'container';
  readonly connectionString: string;
  /** The end: nothing of it is left. */
  stop(): Promise<void>;
}

export type ServerStart =
  | { readonly kind: 'started'; readonly server: TestServer }
  | { readonly kind: 'unavailable'; readonly reason: string };

/** A real EventStoreDB by the first way that works: the one that `NHIP_TEST_EVENTSTORE` names, a container. */
export async function startEventStoreServer(): Promise<ServerStart> {
  const connectionString = process.env.NHIP_TEST_EVENTSTORE;
  if (connectionString !== undefined && connectionString !== '') {
    return { kind: 'started', server: { kind: 'external', connectionString, stop: async () => {} } };
  }
  const missing =
    'no EventStoreDB: set NHIP_TEST_EVENTSTORE to a connection string (esdb://admin:changeit@host:2113?tls=false), or start Docker';
  if (!mayHaveEngine()) return { kind: 'unavailable', reason: missing };
  try {
    return { kind: 'started', server: await startContainer() };
  } catch (error) {
    return { kind: 'unavailable', reason: `${missing} (${errorText(error)})` };
  }
}

/** @throws when no container engine answers */
async function startContainer(): Promise<TestServer> {
  // Loading the client takes half a second.
  const { GenericContainer, Wait } = await import('testcontainers');
  const container = await new GenericContainer(IMAGE)
    .withExposedPorts(2_113)
    .withEnvironment({
      EVENTSTORE_INSECURE: 'true',
      EVENTSTORE_MEM_DB: 'true',
      EVENTSTORE_RUN_PROJECTIONS: 'None',
    })
    .withWaitStrategy(Wait.forHttp('/health/live', 2_113).forStatusCodeMatching((code) => code < 300))
    .start();
  return {
    kind: 'container',
    connectionString: `esdb://${container.getHost()}:${container.getMappedPort(2_113)}?tls=false`,
    stop: async () => {
      await container.stop({ timeout: 0 });
    },
  };
}
