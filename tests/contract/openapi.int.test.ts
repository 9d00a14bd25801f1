import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { openApiText } from '../support/openapi.ts';

test('openapi.json is what the routes say (npm run openapi writes it)', async () => {
  assert.equal(readFileSync('openapi.json', 'utf8'), await openApiText());
});

test('every operation under /v1 says what it does and how it fails', async () => {
  const { paths } = JSON.parse(await openApiText()) as {
    paths: Record<string, Record<string, { summary?: string; tags?: string[] }>>;
  };
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, ...operation })),
  );
  assert.ok(operations.length > 25);
  for (const { name, summary, tags } of operations) {
    assert.ok(summary, `${name} has a summary`);
    assert.ok(tags?.length, `${name} has a tag`);
  }
});
