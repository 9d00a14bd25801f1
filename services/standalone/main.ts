import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configFaultText } from '../../shared/platform/config-fault.ts';
import { type DataDirLock, lockDataDir } from '../../shared/platform/data-dir.ts';
import { warnOfKeys } from '../../shared/platform/keys-config.ts';
import { closeAll, closeOnSignal } from '../../shared/platform/lifecycle.ts';
import { createLog } from '../../shared/platform/log.ts';
import { startTracing } from '../../shared/platform/tracing.ts';
import { tracingOf } from '../../shared/platform/tracing-config.ts';
import { VERSION } from '../../shared/platform/version.ts';
import { buildStandalone } from './app.ts';
import { readStandaloneConfig, type StandaloneConfig } from './config.ts';
import { playDemo } from './demo/play.ts';

type HeldLock = Extract<DataDirLock, { kind: 'locked' }>;

const demo = process.argv.includes('--demo');

function refuse(...lines: string[]): void {
  process.stderr.write(`${lines.join('\n')}\n`);
  process.exitCode = 2;
}

// What DATA_DIR holds is its owner's alone: every file of this process and its threads is made so.
process.umask(0o077);

function main(): void | Promise<void> {
  // A demonstration begins empty each time, and never among real figures.
  const temporary = demo && !process.env.DATA_DIR ? mkdtempSync(join(tmpdir(), 'nhip-demo-')) : undefined;
  const discard = () => {
    if (temporary !== undefined) rmSync(temporary, { recursive: true });
  };
  const ownDir = temporary === undefined ? {} : { DATA_DIR: temporary };
  const reading = readStandaloneConfig({ ...process.env, ...ownDir });
  if (reading.kind === 'invalid') {
    discard();
    return refuse(...reading.faults.map(configFaultText));
  }
  const { HOST, PORT, DATA_DIR } = reading.config.common;
  if (demo && existsSync(DATA_DIR) && readdirSync(DATA_DIR).length > 0) {
    // Nothing is ever taken out of a store again.
    const expected =
      'an empty folder for the invented events of the demonstration, or none: it then makes its own';
    return refuse(configFaultText({ variable: 'DATA_DIR', was: DATA_DIR, expected }));
  }
  const since = new Date().toISOString();
  const lock = lockDataDir(DATA_DIR, { pid: process.pid, url: `http://${HOST}:${PORT}`, since });
  if (lock.kind === 'held') {
    const { pid, url, since } = lock.holder;
    return refuse(`DATA_DIR ${lock.path} is in use by process ${pid}, which serves ${url} since ${since}.`);
  }
  const release = () => {
    lock.release();
    discard();
  };
  return serve(reading.config, { ...lock, release });
}

async function serve(config: StandaloneConfig, lock: HeldLock): Promise<void> {
  const { DATA_DIR, LOG_LEVEL, SHUTDOWN_GRACE_SECONDS } = config.common;
  const log = createLog(LOG_LEVEL);
  const onFatal = (error: Error) => {
    log.fatal({ err: error }, 'going on is pointless');
    process.exit(1);
  };
  const tracing = startTracing('standalone', tracingOf(config.common));
  const nhip = await buildStandalone({ config, log, onFatal });
  // Closing it last also keeps the lock from being collected as garbage, which would let go of the directory.
  nhip.parts.unshift(
    { name: 'data directory', close: lock.release },
    { name: 'tracing', close: () => tracing.close() },
  );
  closeOnSignal(nhip.parts, SHUTDOWN_GRACE_SECONDS * 1_000, log);
  warnOfKeys(config.keys, log);
  const address = await nhip.listen().catch(async (error: unknown) => {
    await closeAll(nhip.parts, log);
    throw error;
  });
  lock.serves(address);
  log.info({ version: VERSION, address, dataDir: DATA_DIR }, 'ready');
  if (demo) nhip.parts.push(playDemo(nhip.ingest, config.common, log));
}

try {
  await main();
} catch (error) {
  // An error with a code is of the machine or of a file, and its message tells all; any other is a fault in the program.
  if (!(error instanceof Error && 'code' in error)) throw error;
  refuse(error.message);
  // The threads that have been started already must not keep a process alive that serves nothing.
  process.exit();
}
