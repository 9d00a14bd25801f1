/**
 * The one way to run the tests: `node tests/run.ts [unit|all|eventstore|containers]`. `unit` needs nothing but Node; `all` (the default)
 * needs the servers of the README and takes them as CONTRIBUTING.md says; `eventstore` is the event store's contract on a real
 * EventStoreDB or KurrentDB, and fails without one; `containers` runs the image and docker-compose.yml on an engine of its own.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';

const TIERS = ['unit', 'all', 'eventstore', 'containers'];
const REAL_EVENTSTORE = 'shared/event-store/eventstoredb/real-server.int.test.ts';
const tier = process.argv[2] ?? 'all';
if (!TIERS.includes(tier)) {
  process.stderr.write(`unknown tier ${JSON.stringify(tier)}, want one of ${TIERS.join(', ')}\n`);
  process.exit(2);
}

const isPure = (file: string) => !/\.(int|e2e)\.test\.ts$/.test(file);
const all = globSync(['{services,shared,tests}/**/*.test.ts']).sort();
const ofContainers = all.filter((file) => file.startsWith('tests/containers/'));
const serving = all.filter((file) => !isPure(file) && !ofContainers.includes(file));

/** Pure tests share one process: to start one for each file takes longer than the tests do. Those of containers share an engine. */
const together = (files: readonly string[]) => run(['--test-isolation=none', ...files]);
/** The runner leaves one processor free, which tests that wait for servers do not need. */
const apart = (files: readonly string[]) => run([`--test-concurrency=${availableParallelism()}`, ...files]);

const failed = [];
if (tier === 'unit' || tier === 'all') failed.push(await together(all.filter(isPure)));
if (tier === 'all') failed.push(await apart(serving));
if (tier === 'eventstore') failed.push(await apart([REAL_EVENTSTORE]));
if (tier === 'containers') failed.push(await together(ofContainers));
process.exit(Math.max(...failed));

/** Runs `node --test` with these arguments. @returns its exit code */
async function run(args: readonly string[]): Promise<number> {
  const child = spawn(
    process.execPath,
    ['--import', './tests/support/repeatable.ts', '--test', '--test-timeout=240000', ...args],
    {
      stdio: 'inherit',
      env: {
        ...process.env,
        NODE_NO_WARNINGS: '1',
        // Hundreds of processes start from the same files: stripped of types and compiled once, each start takes 40 % less processor time.
        NODE_COMPILE_CACHE: resolve('node_modules/.cache/nhip-compiled'),
        ...(tier === 'eventstore' && { NHIP_TEST_EVENTSTORE_REQUIRED: 'true' }),
      },
    },
  );
  const [code] = await once(child, 'exit');
  return code ?? 1;
}
