import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const sources = globSync('{services,shared}/**/*.ts')
  .filter((path) => !/\.test\.ts$/.test(path))
  .map((path) => readFileSync(path, 'utf8'))
  .join('\n');
const page = readFileSync('docs/observability.md', 'utf8');

/** The first column of the tables of the page, as far as it looks like that. */
const documented = (name: RegExp) =>
  [...page.matchAll(/^\| `([^`]+)` \|/gm)].flatMap(([, first = '']) => (name.test(first) ? [first] : []));
const inSources = (use: RegExp) => [
  ...new Set([...sources.matchAll(use)].flatMap(([, name]) => (name === undefined ? [] : [name]))),
];

test('every metric is documented, and no other', () => {
  assert.deepEqual(documented(/^nhip_/).toSorted(), inSources(/name: '(nhip_\w+)'/g).toSorted());
});

test('every span is documented, and no other', () => {
  assert.deepEqual(documented(/^[a-z]+\.[a-z]+$/).toSorted(), inSources(/inSpan\('([\w.]+)'/g).toSorted());
});
