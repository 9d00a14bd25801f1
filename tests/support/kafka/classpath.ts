import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const POM = join(import.meta.dirname, 'pom.xml');
const CACHE = join(import.meta.dirname, '../../../node_modules/.cache/nhip-kafka');

/**
 * The Java class path of the Kafka that `pom.xml` names. Maven downloads it once; afterwards neither Maven nor the network
 * is asked. @throws when there is no Java, no Maven, or no way to download.
 */
export async function kafkaClasspath(): Promise<string> {
  const wanted = createHash('sha256')
    .update(await readFile(POM))
    .digest('hex')
    .slice(0, 16);
  const file = join(CACHE, `classpath-${wanted}.txt`);
  const known = await readFile(file, 'utf8').catch(() => '');
  if (known !== '' && known.split(delimiter).every((jar) => existsSync(jar))) return known;

  await mkdir(CACHE, { recursive: true });
  // Test files run side by side: each resolves into its own file and puts it in place whole.
  const mine = `${file}.${process.pid}`;
  await run('mvn', ['-q', '-B', '-f', POM, 'dependency:build-classpath', `-Dmdep.outputFile=${mine}`], {
    timeout: 300_000,
  });
  await rename(mine, file);
  return readFile(file, 'utf8');
}
