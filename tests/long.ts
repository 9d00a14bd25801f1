/**
 * The nightly form of the tests that draw what they do: `npm run fuzz -- --minutes N [--seed S]`, `npm run chaos -- --minutes N
 * [--seed S]`. They are the tests of `npm test`, each repeated until its minutes are over.
 */
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { COMPILE_CACHE } from './support/compile-cache.ts';
import { MINUTES } from './support/long-run.ts';

const FILES: Readonly<Record<string, string>> = {
  fuzz: 'tests/fuzz/*.test.ts',
  chaos: 'tests/chaos/{*-kill,production-outage}.int.test.ts',
};
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string' } },
});
const files = FILES[positionals[0] ?? ''];
const minutes = Number(values.minutes);
if (files === undefined || !(minutes > 0) || !Number.isInteger(Number(values.seed ?? 0))) {
  process.stderr.write(
    'Usage: npm run fuzz|chaos -- [--minutes N] [--seed WHOLE_NUMBER]; N > 0 minutes for each test\n',
  );
  process.exit(2);
}
const child = spawn(
  process.execPath,
  ['--test', '--test-concurrency=1', `--test-timeout=${(minutes + 10) * 60_000}`, ...globSync(files).sort()],
  {
    stdio: 'inherit',
    env: {
      ...process.env,
      NODE_NO_WARNINGS: '1',
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      [MINUTES]: values.minutes,
      ...(values.seed !== undefined && { NHIP_TEST_SEED: values.seed }),
    },
  },
);
child.on('exit', (code) => process.exit(code ?? 1));
