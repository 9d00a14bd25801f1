/**
 * Measures the budgets of docs/performance.md on the embedded topology, beside peers in the same run, and what the production
 * topology does on one machine: `npm run bench -- [--quick] [--only NAME,NAME] [--dossiers N] [--json FILE]`. docs/performance.md tells what
 * the figures mean.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { append } from './append.ts';
import { asof } from './asof.ts';
import { cascade } from './cascade.ts';
import { type Bench, type Figure, ratioOf, tableOf, verdictOf } from './figures.ts';
import { SEED } from './input.ts';
import { kafka } from './kafka.ts';
import { latency } from './latency.ts';
import { overload } from './overload.ts';
import { postgres } from './postgres.ts';
import { production } from './production.ts';
import { queries } from './queries.ts';
import { rebuild } from './rebuild.ts';
import { size } from './size.ts';

const BENCHES: Readonly<Record<string, Bench>> = {
  append,
  rebuild,
  kafka,
  latency,
  queries,
  size,
  asof,
  cascade,
  overload,
  postgres,
  production,
};

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: Object.keys(BENCHES).join() },
    dossiers: { type: 'string' },
    json: { type: 'string' },
  },
});

const dossiers = values.dossiers === undefined ? undefined : Number(values.dossiers);
if (dossiers !== undefined && !(Number.isInteger(dossiers) && dossiers > 0)) {
  process.stderr.write(`--dossiers is ${values.dossiers}, not a whole number above 0\n`);
  process.exit(2);
}
const started = performance.now();
const log = (line: string): void => {
  const seconds = String(Math.round((performance.now() - started) / 1_000)).padStart(5);
  process.stderr.write(`${seconds} s  ${line}\n`);
};

const machine = {
  date: new Date().toISOString(),
  cpu: `${cpus()[0]?.model ?? 'unknown'} × ${cpus().length}`,
  memoryMiB: Math.round(totalmem() / 2 ** 20),
  node: process.version,
  sqlite: process.versions.sqlite,
  durability: 'events.db WAL synchronous=FULL, ledger.db WAL synchronous=NORMAL',
  seed: SEED,
  quick: values.quick,
};
const figures: Figure[] = [];
for (const name of values.only.split(',')) {
  const bench = BENCHES[name];
  if (!bench) {
    process.stderr.write(`no benchmark ${name}; there are ${Object.keys(BENCHES).join(', ')}\n`);
    process.exit(2);
  }
  figures.push(...(await bench({ quick: values.quick, ...(dossiers !== undefined && { dossiers }), log })));
}
const lines = Object.entries(machine).map(([name, value]) => `${name}: ${value}`);
process.stdout.write(`\n${lines.join('\n')}\n\n${tableOf(figures)}\n`);
if (values.json !== undefined) {
  mkdirSync(dirname(values.json), { recursive: true });
  const told = figures.map((figure) => ({ ...figure, ratio: ratioOf(figure), reached: verdictOf(figure) }));
  writeFileSync(values.json, `${JSON.stringify({ machine, figures: told }, null, 2)}\n`);
}
