/**
 * The one way to run the tests: `node tests/run.ts [unit|all]`. `unit` needs nothing but Node; `all` (the default) needs the
 * servers of the README and takes them as CONTRIBUTING.md says.
 */
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';

const TIERS = ['unit', 'all'];
const tier = process.argv[2] ?? 'all';
if (!TIERS.includes(tier)) {
  process.stderr.write(`unknown tier ${JSON.stringify(tier)}, want one of ${TIERS.join(', ')}\n`);
  process.exit(2);
}

const files = globSync(['{services,shared,tests}/**/*.test.ts'])
  .filter((file) => tier === 'all' || !/\.(int|e2e)\.test\.ts$/.test(file))
  .sort();

const child = spawn(
  process.execPath,
  ['--import', './tests/support/repeatable.ts', '--test', '--test-timeout=240000', ...files],
  {
    stdio: 'inherit',
    env: { ...process.env, NODE_NO_WARNINGS: '1' },
  },
);
child.on('exit', (code) => process.exit(code ?? 1));
