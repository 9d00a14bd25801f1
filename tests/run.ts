/**
 * The one way to run the tests: `node tests/run.ts [unit|all|eventstore|containers|beyond-unit]`. `unit` needs nothing but Node; `all` (the default)
 * needs the servers of the README and takes them as CONTRIBUTING.md says; `eventstore` is the event store's contract on a real
 * EventStoreDB or KurrentDB, and fails without one; `containers` runs the image and docker-compose.yml on an engine of its own;
 * `beyond-unit` is what `npm run check` leaves out, the containers too, without the longest tests of `all` and `containers`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { COMPILE_CACHE } from './support/compile-cache.ts';
import { startBroker } from './support/kafka/broker.ts';
import { startPostgres } from './support/postgres/server.ts';

const TIERS = ['unit', 'all', 'eventstore', 'containers', 'beyond-unit'];
const OUTPUT_BESIDE = 'node_modules/.cache/nhip-tests-beside.txt';
const REAL_EVENTSTORE = 'shared/event-store/eventstoredb/real-server.int.test.ts';
const tier = process.argv[2] ?? 'all';
if (!TIERS.includes(tier)) {
  process.stderr.write(`unknown tier ${JSON.stringify(tier)}, want one of ${TIERS.join(', ')}\n`);
  process.exit(2);
}

const isPure = (file: string) => !/\.(int|e2e)\.test\.ts$/.test(file);
const all = globSync(['{services,shared,tests}/**/*.test.ts']).sort();
const ofContainers = all.filter((file) => file.startsWith('tests/containers/'));
const ofChaos = all.filter((file) => file.startsWith('tests/chaos/'));
/** `npm test` alone runs the others: of the minutes of .ci/run chaos yields first. */
const ofKills = ['embedded', 'production'].map((kind) => `tests/chaos/${kind}-kill.int.test.ts`);
const serving = all.filter(
  (file) => !isPure(file) && !ofContainers.includes(file) && !ofChaos.includes(file),
);

type Output = 'inherit' | number;
/** Pure tests share one process: to start one for each file takes longer than the tests do. Those of containers share an engine. */
const together = (files: readonly string[], output?: Output) =>
  run(['--test-isolation=none', ...files], output);
const apart = (files: readonly string[], atOnce: number, output?: Output) =>
  run([`--test-concurrency=${atOnce}`, ...files], output);

/**
 * Chaos and containers wait for much of their time: they run one after the other, beside as many other files as there are processors. Their
 * output is in a file meanwhile and follows that of the others, so that the end names every failure.
 */
async function allServing(): Promise<number> {
  const shared = await startShared();
  mkdirSync(dirname(OUTPUT_BESIDE), { recursive: true });
  const output = openSync(OUTPUT_BESIDE, 'w');
  const waiting = async () => [
    await apart(tier === 'all' ? ofChaos : ofKills, 1, output),
    tier === 'beyond-unit' ? await together(ofContainers, output) : 0,
  ];
  const codes = await Promise.all([apart(serving, availableParallelism()), waiting()]);
  await shared.stop();
  process.stdout.write(readFileSync(OUTPUT_BESIDE));
  return Math.max(...codes.flat());
}

/**
 * One broker and one database server for all files that do not stop theirs: forty files would start one each. Where none can run, each file
 * says so by itself.
 */
async function startShared() {
  const [kafka, postgres] = await Promise.all([startBroker(), startPostgres()]);
  if (kafka.kind === 'started') process.env.NHIP_TEST_KAFKA = kafka.broker.brokers.join();
  if (postgres.kind === 'started') process.env.NHIP_TEST_POSTGRES = postgres.server.url;
  return {
    async stop() {
      if (kafka.kind === 'started') await kafka.broker.stop();
      if (postgres.kind === 'started') await postgres.server.stop();
    },
  };
}

const failed = [];
if (tier === 'unit' || tier === 'all') failed.push(await together(all.filter(isPure)));
if (tier === 'all' || tier === 'beyond-unit') failed.push(await allServing());
if (tier === 'eventstore') failed.push(await apart([REAL_EVENTSTORE], 1));
if (tier === 'containers') failed.push(await together(ofContainers));
process.exitCode = Math.max(...failed);

/** Runs `node --test` with these arguments. @returns its exit code */
async function run(args: readonly string[], output: Output = 'inherit'): Promise<number> {
  const child = spawn(
    process.execPath,
    ['--import', './tests/support/repeatable.ts', '--test', '--test-timeout=240000', ...args],
    {
      stdio: ['inherit', output, output],
      env: {
        ...process.env,
        NODE_NO_WARNINGS: '1',
        NODE_COMPILE_CACHE: COMPILE_CACHE,
        ...(tier === 'eventstore' && { NHIP_TEST_EVENTSTORE_REQUIRED: 'true' }),
        ...(tier === 'beyond-unit' && { NHIP_TEST_WITHOUT_LONGEST: 'true' }),
      },
    },
  );
  const [code] = await once(child, 'exit');
  return code ?? 1;
}
