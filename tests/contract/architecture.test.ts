import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { cruise, type IConfiguration, type ICruiseResult } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import rules from '../../.dependency-cruiser.json' with { type: 'json' };
import { books } from '../../shared/books/registry.ts';

async function violations(places: string[]): Promise<string[]> {
  const { forbidden, options } = rules as unknown as IConfiguration;
  const reply = await cruise(
    places,
    { ...options, ruleSet: { forbidden: forbidden ?? [] }, validate: true },
    undefined,
    { tsConfig: extractTSConfig('tsconfig.json') },
  );
  const result = reply.output as ICruiseResult;
  assert.ok(result.summary.totalCruised > 20, 'the rules looked at the code');
  return result.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);
}

test('every import keeps to the layout of ARCHITECTURE.md', async () => {
  assert.deepEqual(await violations(['services', 'shared']), []);
});

test('the ledger and the event store contain the name of no book and of no type of event that a book has', () => {
  const files = globSync('shared/{ledger,event-store}/**/*.ts').filter(
    (file) => !/testing\/|\.test\.ts$/.test(file),
  );
  assert.ok(files.length > 50);
  const names = books.all.flatMap(({ name, collection, events }) => [
    name,
    collection,
    ...events.map(({ kind }) => kind.type),
  ]);
  const named = files.flatMap((file) => {
    const text = readFileSync(file, 'utf8').toLowerCase();
    return names.filter((name) => text.includes(name)).map((name) => `${file}: ${name}`);
  });
  assert.deepEqual(named, []);
});
