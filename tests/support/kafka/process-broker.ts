import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startServerProcess } from '../server-process.ts';
import { kafkaClasspath } from './classpath.ts';
import { freePorts } from './free-ports.ts';
import { untilReady } from './ready.ts';
import type { SecureListener } from './secure-listener.ts';
import type { TestBroker } from './test-broker.ts';

const run = promisify(execFile);
/** A test broker lives for seconds: no optimising compiler, a small heap, one collector thread. */
const JVM = [
  '-Xmx512m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
];

/** Apache Kafka itself as a child process: one KRaft node on free loopback ports, its logs in a temporary folder. */
export async function startProcessBroker(
  properties: Readonly<Record<string, string>>,
  secure?: SecureListener,
): Promise<TestBroker> {
  const classpath = await kafkaClasspath();
  const folder = await mkdtemp(join(tmpdir(), 'nhip-kafka-'));
  const logDir = join(folder, 'log');
  const config = join(folder, 'server.properties');
  const [port = 0, controllerPort = 0] = await freePorts(2);
  const plain = oneNode(port, controllerPort, logDir);
  const settings = { ...plain, ...secure?.propertiesOver(plain), ...properties };
  await writeFile(
    config,
    Object.entries(settings)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  );
  const clusterId = randomBytes(16).toString('base64url');
  const java = (...args: string[]) => [...JVM, '-cp', classpath, ...args];
  // Apart from its name an id that begins with a dash would be taken for an option.
  const format = ['format', `--cluster-id=${clusterId}`, '-c', config, ...(secure?.formatArgs ?? [])];
  await run('java', java('kafka.tools.StorageTool', ...format));

  const brokers = [`127.0.0.1:${port}`];
  const server = await startServerProcess({
    name: 'Kafka',
    command: 'java',
    args: java('kafka.Kafka', config),
    untilReady: () => untilReady(brokers),
    folder,
    endSignal: 'SIGTERM',
    killSignal: 'SIGKILL',
  });
  return { brokers, logDir, ...server };
}

const oneNode = (port: number, controllerPort: number, logDir: string): Record<string, string> => ({
  'process.roles': 'broker,controller',
  'node.id': '1',
  'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
  'controller.listener.names': 'CONTROLLER',
  listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
  'log.dirs': logDir,
  'offsets.topic.replication.factor': '1',
  'offsets.topic.num.partitions': '1',
  'transaction.state.log.replication.factor': '1',
  'transaction.state.log.min.isr': '1',
  'transaction.state.log.num.partitions': '1',
  'group.initial.rebalance.delay.ms': '0',
  'group.min.session.timeout.ms': '500',
  // After a kill the controller lets the broker back in only once its old session has run out.
  'broker.session.timeout.ms': '1000',
  'broker.heartbeat.interval.ms': '200',
  'auto.create.topics.enable': 'false',
});
