import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { replaceFile } from './replace-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'nhip-replace-'));
after(() => rmSync(folder, { recursive: true }));

it('A file is replaced by another one, which only its owner may read, and nothing is left beside it', () => {
  const path = join(folder, 'note.json');
  // A longer rest of an interrupted try.
  writeFileSync(`${path}.new`, 'a much longer text than the one that follows');
  replaceFile(path, 'first');
  const { ino } = statSync(path);
  replaceFile(path, 'second');
  assert.equal(readFileSync(path, 'utf8'), 'second');
  assert.notEqual(statSync(path).ino, ino);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(folder), ['note.json']);
});
