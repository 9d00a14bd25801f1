import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Scale } from './figures.ts';

const run = promisify(execFile);
const FOLDER = join(import.meta.dirname, 'peers');

/** Installs what the benchmarks compare with, once. It is kept out of the product's own dependencies. */
async function install(log: Scale['log']): Promise<void> {
  if (existsSync(join(FOLDER, 'node_modules/sqlite3/build'))) return;
  log(
    'installing Emmett, its SQLite driver and autocannon into tests/bench/peers (builds native code: minutes)',
  );
  await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: FOLDER });
}

/** Runs a peer in a process of its own and gives what it prints last, one line of JSON. */
export async function runPeer<Result>(
  log: Scale['log'],
  result: z.ZodType<Result>,
  script: string,
  ...args: readonly (string | number)[]
): Promise<Result> {
  await install(log);
  const { stdout } = await run(process.execPath, [join(FOLDER, script), ...args.map(String)], {
    env: { ...process.env, NODE_NO_WARNINGS: '1' },
    maxBuffer: 64 * 2 ** 20,
  });
  return result.parse(JSON.parse(stdout.slice(stdout.lastIndexOf('\n') + 1)));
}

const emmettRates = z.object({
  append: z.number(),
  appendInterleaved: z.number(),
  consume: z.number(),
  consumeNothing: z.number(),
});
type EmmettRates = z.output<typeof emmettRates>;
let measured: Promise<EmmettRates> | undefined;

/** Emmett's event store on SQLite, events/s; measured once a run. */
export function emmett(log: Scale['log']): Promise<EmmettRates> {
  if (!measured) {
    log('Emmett: append and consume');
    measured = runPeer(log, emmettRates, 'emmett.js', 40_000, 1_000);
  }
  return measured;
}
