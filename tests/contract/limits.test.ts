import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { readYaml, readYamlDocuments } from '../support/deploy/files.ts';

const page = readFileSync('docs/limits.md', 'utf8');
const UNITS: Readonly<Record<string, number>> = {
  characters: 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  s: 1_000,
  min: 60_000,
  h: 3_600_000,
};

/** `5 MiB`, `1,000`, `24 h`: bytes, pieces or milliseconds. */
function amountOf(text: string): number {
  const [, number = '', unit = ''] = /^([\d,]+)(?: (\S+))?$/.exec(text) ?? [];
  return Number(number.replaceAll(',', '')) * (unit === '' ? 1 : (UNITS[unit] ?? Number.NaN));
}

/** A constant of a source file, with the constants that it is made of. */
function constantIn(source: string, name: string): number {
  const [, text] = new RegExp(`const ${name} = ([^;]+);`).exec(source) ?? [];
  assert.ok(text, `there is no ${name}`);
  const factors = text
    .replaceAll('_', '')
    .split('*')
    .map((factor) => factor.trim());
  const values = text.includes('<<')
    ? [2 ** Number(text.split('<<')[1])]
    : factors.map((factor) =>
        /^\d/.test(factor) ? Number(factor) : constantIn(source, factorName(text, factor)),
      );
  return values.reduce((product, value) => product * value, 1);
}
/** Underscores were taken out for the sake of numbers. */
const factorName = (text: string, factor: string) =>
  text
    .split('*')
    .map((name) => name.trim())
    .find((name) => name.replaceAll('_', '') === factor) ?? factor;

const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| ') && line.includes('](../'))
  .map((line) => line.split('|').map((cell) => cell.trim()));

test('the page has limits of every kind', () => assert.ok(rows.length >= 15));

for (const [, limit = '', value = '', setBy = ''] of rows) {
  test(`${limit}: ${value}, as the program has it`, () => {
    const [, name = '', path = ''] = /\[`(\w+)`\]\(\.\.\/([^)]+)\)/.exec(setBy) ?? [];
    assert.equal(amountOf(value), constantIn(readFileSync(join(path), 'utf8'), name), setBy);
  });
}

test('the defaults of the variables are those of the program', () => {
  const config = readFileSync('shared/platform/config.ts', 'utf8');
  const defaultOf = (variable: string) =>
    new RegExp(`^\\| [^|]+ \\| ([^|]+) \\| \`${variable}\``, 'm').exec(page)?.[1]?.trim() ?? '';
  assert.match(config, /MAX_BODY_BYTES: .*prefault\(String\(5 \* 1_024 \* 1_024\)\)/);
  assert.equal(defaultOf('MAX_BODY_BYTES'), '5 MiB');
  assert.match(
    config,
    new RegExp(`MAX_BATCH_EVENTS: .*prefault\\('${amountOf(defaultOf('MAX_BATCH_EVENTS'))}'\\)`),
  );
  assert.match(
    config,
    new RegExp(`MAX_CONNECTIONS: .*prefault\\('${amountOf(defaultOf('MAX_CONNECTIONS'))}'\\)`),
  );
  assert.match(
    config,
    new RegExp(`DEAD_LETTER_DAYS: .*prefault\\('${amountOf(defaultOf('DEAD_LETTER_DAYS'))}'\\)`),
  );
});

const deployed = z.object({
  services: z.record(
    z.string(),
    z.object({
      environment: z.record(z.string(), z.string()).default({}),
      deploy: z.object({ resources: z.object({ limits: z.object({ memory: z.string() }) }) }),
    }),
  ),
});

test('what a process may take fits into the memory that it is given, and the table states both', () => {
  const [, table = ''] = /^## Memory of a process\n([\s\S]+?)\n\n[^|]+\n\n\| limit/m.exec(page) ?? [];
  const [head = [], , ...parts] = table
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  const { services } = deployed.parse(readYaml('docker-compose.yml'));
  const sumOf = (cell: string) =>
    cell
      .replaceAll(',', '')
      .split(' + ')
      .reduce((sum, number) => sum + (number === '–' ? 0 : Number(number)), 0);
  const row = (name: string) => parts.find(([, part]) => part?.startsWith(name)) ?? assert.fail(name);
  const summed = parts.slice(0, parts.indexOf(row('sum of')));
  for (const [column, name] of head.entries()) {
    if (column < 2 || name === '') continue;
    const cell = (cells: readonly string[]) => sumOf(cells[column] ?? '');
    const sum = summed.reduce((so, cells) => so + cell(cells), 0);
    assert.equal(cell(row('sum of')), sum, name);
    const service = services[name];
    if (!service) continue;
    const given = cell(row('memory that'));
    assert.ok(sum <= given, `${name}: ${sum} of ${given} MiB`);
    const { memory } = service.deploy.resources.limits;
    assert.equal(Number.parseInt(memory, 10) * (memory.endsWith('G') ? 1_024 : 1), given, name);
    const [, heap] = /--max-old-space-size=(\d+)/.exec(service.environment.NODE_OPTIONS ?? '') ?? [];
    assert.equal(row('heap')[column], `${heap} + 48`, name);
    const [workload] = readYamlDocuments(`deploy/k8s/base/${name}.yaml`);
    const unit = given % 1_024 === 0 ? `${given / 1_024}Gi` : `${given}Mi`;
    assert.match(JSON.stringify(workload), new RegExp(`"limits":\\{[^}]*"memory":"${unit}"`), name);
  }
});
