/** `node tests/support/openapi.ts` writes openapi.json from the routes' own schemas. */
import { writeFileSync } from 'node:fs';
import { pino } from 'pino';
import { buildStandalone } from '../../services/standalone/app.ts';
import { readStandaloneConfig } from '../../services/standalone/config.ts';
import { conventionFaults } from './openapi-conventions.ts';
import { emptyDir } from './standalone.ts';

/** The OpenAPI document of the whole surface, as text. */
export async function openApiText(): Promise<string> {
  const reading = readStandaloneConfig({ DATA_DIR: emptyDir(), PORT: '0' });
  if (reading.kind === 'invalid') throw new Error(JSON.stringify(reading.faults));
  const nhip = await buildStandalone({
    config: reading.config,
    log: pino({ level: 'silent' }),
    onFatal: (error) => {
      throw error;
    },
  });
  try {
    await nhip.server.ready();
    return `${JSON.stringify(nhip.server.swagger(), null, 2)}\n`;
  } finally {
    for (const part of [...nhip.parts].reverse()) await part.close();
  }
}

if (import.meta.main) {
  const text = await openApiText();
  writeFileSync('openapi.json', text);
  const faults = conventionFaults(JSON.parse(text));
  for (const fault of faults) process.stderr.write(`openapi.json: ${fault}\n`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}
