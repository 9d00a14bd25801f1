import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configFaultText } from '../../shared/platform/config.ts';
import { lockDataDir } from '../../shared/platform/data-dir.ts';
import { closeOnSignal } from '../../shared/platform/lifecycle.ts';
import { createLog } from '../../shared/platform/log.ts';
import { VERSION } from '../../shared/platform/version.ts';
import { buildStandalone } from './app.ts';
import { readStandaloneConfig } from './config.ts';
import { playDemo } from './demo/play.ts';

const refuse = (...lines: string[]): never => {
  process.stderr.write(`${lines.join('\n')}\n`);
  process.exit(2);
};

const demo = process.argv.includes('--demo');
// A demonstration begins empty each time, and never among real figures.
const ownDir = demo && !process.env.DATA_DIR ? { DATA_DIR: mkdtempSync(join(tmpdir(), 'nhip-demo-')) } : {};
const reading = readStandaloneConfig({ ...process.env, ...ownDir });
if (reading.kind === 'invalid') refuse(...reading.faults.map(configFaultText));
else {
  const { config } = reading;
  const { HOST, PORT, DATA_DIR, LOG_LEVEL, SHUTDOWN_GRACE_SECONDS } = config.common;
  const log = createLog(LOG_LEVEL);
  const lock = lockDataDir(DATA_DIR, {
    pid: process.pid,
    url: `http://${HOST}:${PORT}`,
    since: new Date().toISOString(),
  });
  if (lock.kind === 'held') {
    const { pid, url, since } = lock.holder;
    refuse(`DATA_DIR ${lock.path} is in use by process ${pid}, which serves ${url} since ${since}.`);
  }
  const onFatal = (error: Error) => {
    log.fatal({ err: error }, 'going on is pointless');
    process.exit(1);
  };
  const nhip = await buildStandalone({ config, log, onFatal });
  closeOnSignal(nhip.parts, SHUTDOWN_GRACE_SECONDS * 1_000, log);
  if (!config.keys)
    log.warn('no API keys: everybody on this machine may do everything; `nhip keys create` makes the first');
  const address = await nhip.listen();
  log.info({ version: VERSION, address, dataDir: DATA_DIR }, 'ready');
  if (demo) nhip.parts.push(playDemo(nhip.ingest, config.common, log));
}
