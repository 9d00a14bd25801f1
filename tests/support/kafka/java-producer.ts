import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { kafkaClasspath } from './classpath.ts';

/** Sends each line as one message with Kafka's own console producer, as Java systems do. */
export async function produceWithJava(
  brokers: readonly string[],
  topic: string,
  codec: 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd',
  lines: readonly string[],
): Promise<void> {
  const child = spawn(
    'java',
    [
      '-Xmx128m',
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      '-Dorg.slf4j.simpleLogger.defaultLogLevel=error',
      ...['-cp', await kafkaClasspath(), 'org.apache.kafka.tools.ConsoleProducer'],
      ...['--bootstrap-server', brokers.join(), '--topic', topic, '--compression-codec', codec],
    ],
    { stdio: ['pipe', 'ignore', 'pipe'] },
  );
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  child.stdin.end(`${lines.join('\n')}\n`);
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`the Java producer ended with ${code}: ${errors}`);
}
