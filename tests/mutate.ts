/**
 * Mutates the pure rooms and reports which changes no test sees: `npm run mutate -- [ROOM…] [--share PERCENT] [--seed SEED]
 * [--jobs N]`, all rooms and all mutants by default. Every mutant of a room runs against the tests of that room alone, so that a
 * room is proved where it stands. Not part of CI: CONTRIBUTING.md has the results.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import { SEED, SHARE } from './support/mutation-sample.ts';

/** The tests of each room; what any book is made of is tested by the books. */
const ROOMS: Readonly<Record<string, string>> = {
  kernel: 'shared/kernel',
  calendar: 'shared/calendar',
  alerting: 'shared/alerting',
  contracts: 'shared/contracts',
  bookkeeping: 'shared/{bookkeeping,books}',
  books: 'shared/books',
  measures: 'shared/measures',
};

const { values: options, positionals: asked } = parseArgs({
  allowPositionals: true,
  options: {
    /** The part of the mutants to try, drawn by the seed. */
    share: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    jobs: { type: 'string', default: `${availableParallelism()}` },
  },
});
process.env[SHARE] = options.share;
process.env[SEED] = options.seed;
const unknown = asked.filter((room) => !(room in ROOMS));
if (unknown.length > 0) {
  process.stderr.write(`unknown room ${unknown.join(', ')}, want ${Object.keys(ROOMS).join(', ')}\n`);
  process.exit(2);
}

const optionsOf = (room: string): ConstructorParameters<typeof Stryker>[0] => ({
  testRunner: 'tap',
  plugins: ['@stryker-mutator/tap-runner', `${import.meta.dirname}/support/mutation-sample.ts`],
  checkers: ['sample'],
  tap: {
    testFiles: [`${ROOMS[room]}/**/!(*.int).test.ts`],
    nodeArgs: ['--test-reporter=tap', '-r', '{{hookFile}}', '{{testFile}}'],
  },
  // Contracts are mostly words for people, which the documents made from them prove.
  mutate: [
    `shared/${room}/**/*.ts`,
    '!**/*.test.ts',
    '!**/testing/**',
    '!**/*.v1.ts',
    '!**/message-schema.ts',
  ],
  coverageAnalysis: 'perTest',
  // A value made when the module is loaded cannot be changed for one test; such a mutant would run every test.
  ignoreStatic: true,
  // A busy machine is no endless loop.
  timeoutMS: 30_000,
  concurrency: Number(options.jobs),
  ignorePatterns: ['data', 'deploy', 'docs', '.cache'],
  // Node strips no types below node_modules.
  tempDirName: `.cache/mutation/${room}`,
  reporters: ['clear-text', 'json'],
  clearTextReporter: { allowColor: false, allowEmojis: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: `.cache/mutation/${room}.json` },
});

const table = ['| room | mutants | killed |', '|---|---|---|'];
for (const room of asked.length > 0 ? asked : Object.keys(ROOMS)) {
  const results = await new Stryker(optionsOf(room)).runMutationTest();
  const count = (...statuses: string[]) => results.filter(({ status }) => statuses.includes(status)).length;
  const killed = count('Killed', 'Timeout');
  const all = killed + count('Survived', 'NoCoverage');
  table.push(`| ${room} | ${all} | ${((100 * killed) / all).toFixed(1)} % |`);
}
process.stdout.write(`${table.join('\n')}\n`);
