import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { kafkaClasspath } from './classpath.ts';

/** How a line of {@link produceWithJava} says that a header or a value is null; kafkajs sends no null header. */
export const NULL = '<null>';

/**
 * Sends each line as one message with Kafka's own console producer, as Java systems do.
 * @param withHeaders lines are `name:value,name:value`, a tab, and the value
 */
export async function produceWithJava(
  brokers: readonly string[],
  topic: string,
  codec: 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd',
  lines: readonly string[],
  withHeaders = false,
): Promise<void> {
  const child = spawn(
    'java',
    [
      '-Xmx128m',
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      '-Dorg.slf4j.simpleLogger.defaultLogLevel=error',
      ...['-cp', await kafkaClasspath(), 'org.apache.kafka.tools.ConsoleProducer'],
      ...['--property', `parse.headers=${withHeaders}`, '--property', `null.marker=${NULL}`],
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
