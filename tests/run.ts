/**
 * The one way to run the tests: `node tests/run.ts [unit|all|eventstore|containers]`. `unit` needs nothing but Node; `all` (the default)
 * needs the servers of the README and takes them as CONTRIBUTING.md says; `eventstore` is the event store's contract on a real
 * EventStoreDB or KurrentDB, and fails without one; `containers` runs the image and docker-compose.yml on an engine of its own.
 */
import { spawn } from 'node:child_process';
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

const all = globSync(['{services,shared,tests}/**/*.test.ts']);
const files = all
  .filter((file) => {
    if (tier === 'eventstore') return file === REAL_EVENTSTORE;
    if (tier === 'containers' || file.startsWith('tests/containers/'))
      return tier === 'containers' && file.startsWith('tests/containers/');
    return tier === 'all' || !/\.(int|e2e)\.test\.ts$/.test(file);
  })
  .sort();

const child = spawn(
  process.execPath,
  [
    ...['--import', './tests/support/repeatable.ts', '--test', '--test-timeout=240000'],
    ...(tier === 'unit' || tier === 'containers'
      ? // Pure tests share one process: to start one for each file takes longer than the tests do. Those of containers share an engine.
        ['--test-isolation=none']
      : // The runner leaves one processor free, which tests that wait for servers do not need.
        [`--test-concurrency=${availableParallelism()}`]),
    ...files,
  ],
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
child.on('exit', (code) => process.exit(code ?? 1));
