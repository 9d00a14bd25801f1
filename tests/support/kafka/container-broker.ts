import { freePorts } from './free-ports.ts';
import { untilReady } from './ready.ts';
import type { TestBroker } from './test-broker.ts';

const IMAGE = 'apache/kafka:4.1.1';

/** Apache Kafka's own image, through whatever container engine answers. @throws when none does. */
export async function startContainerBroker(
  properties: Readonly<Record<string, string>>,
): Promise<TestBroker> {
  const { GenericContainer, getContainerRuntimeClient } = await import('testcontainers');
  const engine = await getContainerRuntimeClient();
  // Clients are told this address, so it must be known before the start and survive a restart.
  const [port = 0] = await freePorts(1);
  const address = `127.0.0.1:${port}`;
  const settings: Record<string, string> = {
    'node.id': '1',
    'process.roles': 'broker,controller',
    'controller.quorum.voters': '1@localhost:9093',
    'controller.listener.names': 'CONTROLLER',
    listeners: 'PLAINTEXT://:9092,CONTROLLER://:9093',
    'advertised.listeners': `PLAINTEXT://${address}`,
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
    'group.min.session.timeout.ms': '500',
    'auto.create.topics.enable': 'false',
    ...properties,
  };
  const container = await new GenericContainer(IMAGE)
    .withExposedPorts({ container: 9092, host: port })
    .withEnvironment(
      Object.fromEntries(
        Object.entries(settings).map(([name, value]) => [
          `KAFKA_${name.toUpperCase().replaceAll('.', '_')}`,
          value,
        ]),
      ),
    )
    .start();
  await untilReady([address]);
  return {
    brokers: [address],
    kill: async () => {
      await engine.container.getById(container.getId()).kill();
    },
    restart: async () => {
      await container.restart();
      await untilReady([address]);
    },
    stop: async () => {
      await container.stop({ timeout: 0 });
    },
  };
}
