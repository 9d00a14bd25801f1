import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CATALOG } from '../../shared/measures/catalog.ts';
import { ConfigError } from '../../shared/platform/config-fault.ts';
import { holdDataDir } from '../../shared/platform/data-dir.ts';
import { runService } from '../../shared/platform/service.ts';
import { buildStandalone } from './app.ts';
import { standaloneSettings } from './config.ts';
import { OFFICE } from './demo/inspections.ts';
import { demoObjectives } from './demo/office-objectives.ts';
import { playDemo } from './demo/play.ts';

const demo = process.argv.includes('--demo');

/** The environment; a demonstration begins empty each time, in a folder of its own. */
function environment(): NodeJS.ProcessEnv {
  if (!demo) return process.env;
  const temporary = mkdtempSync(join(tmpdir(), 'nhip-demo-'));
  process.once('exit', () => rmSync(temporary, { recursive: true, force: true }));
  const file = join(temporary, 'objectives.json');
  writeFileSync(file, JSON.stringify(demoObjectives(new Date().getFullYear())));
  return { OFFICE_UNIT: OFFICE, OBJECTIVES_FILE: file, DATA_DIR: join(temporary, 'data'), ...process.env };
}

/** A demonstration is never mixed with real figures: events cannot be removed from a store. @throws ConfigError */
function assertEmpty(dataDir: string): void {
  if (!existsSync(dataDir) || readdirSync(dataDir).length === 0) return;
  const expected =
    'an empty folder for the invented events of the demonstration, or none: it then makes its own';
  throw new ConfigError([{ variable: 'DATA_DIR', was: dataDir, expected }]);
}

/** The embedded topology as a process. */
await runService(
  'standalone',
  async (context) => {
    const { config, log, closing } = context;
    const settings = standaloneSettings(context, CATALOG);
    if (demo) assertEmpty(config.DATA_DIR);
    const lockOfDataDir = holdDataDir(config.DATA_DIR, `http://${config.HOST}:${config.PORT}`);
    closing('data directory', lockOfDataDir.release);
    const nhip = await buildStandalone(context, settings, CATALOG);
    return {
      ...nhip,
      start(address) {
        lockOfDataDir.serves(address);
        nhip.start(address);
        if (!demo) return;
        const player = playDemo(nhip, config, log);
        closing(player.name, player.close);
      },
    };
  },
  { env: environment(), makesFirstKey: true },
);
