import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { eventually } from '../../tests/support/eventually.ts';
import { ApiKeys } from './api-keys.ts';
import { createApiKey, readApiKeys, revokeApiKey } from './keys-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'nhip-keys-'));
after(() => rmSync(folder, { recursive: true }));
let files = 0;
const freshPath = (): string => join(folder, `${++files}`, 'keys.json');
const create = (path: string, name = 'one'): string => createApiKey(path, name, ['read'], new Date(0));

it('revokes all keys that 14 processes revoke at once', async () => {
  const path = freshPath();
  for (let key = 0; key < 14; key += 1) create(path);
  const module = pathToFileURL(join(import.meta.dirname, 'keys-file.ts')).href;
  const script = `const { revokeApiKey } = await import(${JSON.stringify(module)}); revokeApiKey(...process.argv.slice(1));`;
  const revoke = ({ id }: { id: string }) =>
    promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, path, id]);
  await Promise.all(readApiKeys(path).map(revoke));
  assert.deepEqual(readApiKeys(path), []);
});

it('makes the file for its owner alone, and accepts no mode that is wider than reading by the group', () => {
  const path = freshPath();
  create(path);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  for (const mode of [0o600, 0o400, 0o440, 0o640]) {
    chmodSync(path, mode);
    assert.equal(readApiKeys(path).length, 1, mode.toString(8));
  }
  for (const mode of [0o644, 0o660, 0o604, 0o602, 0o620, 0o666]) {
    chmodSync(path, mode);
    const named = new RegExp(`mode 0${mode.toString(8)}.*chmod 600`);
    assert.throws(() => readApiKeys(path), named);
    assert.throws(() => new ApiKeys(path), named);
    assert.throws(() => revokeApiKey(path, 'x'), named);
  }
});

it('notices a changed file by its content, though neither its time nor its size differs', async () => {
  const path = freshPath();
  const key = create(path);
  const { atime, mtime } = statSync(path);
  const keys = new ApiKeys(path);
  assert.equal(keys.check(key, ['read']).kind, 'allowed');
  const text = readFileSync(path, 'utf8');
  // The first digit of the hash, so that it is the hash of no key that anybody has.
  const other = text.replace(/(?<="sha256": ")./, (digit) => (digit === '0' ? '1' : '0'));
  writeFileSync(path, other);
  utimesSync(path, atime, mtime);
  await eventually(async () => keys.check(key, ['read']).kind === 'unknown');
  keys.close();
});
