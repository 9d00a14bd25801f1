import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { dataDirHolder, holdDataDir, lockDataDir } from './data-dir.ts';

const me = 'http://127.0.0.1:8080';
const emptyDir = () => mkdtempSync(join(tmpdir(), 'nhip-lock-'));

test('a second holder is refused and told who has the directory', () => {
  const dir = emptyDir();
  const before = Date.now();
  const first = lockDataDir(dir, me);
  assert.equal(first.kind, 'locked');
  const second = lockDataDir(dir, 'other');
  assert.equal(second.kind, 'held');
  const holder = dataDirHolder(dir);
  assert.deepEqual(second.kind === 'held' && second.holder, holder);
  assert.deepEqual([holder?.pid, holder?.url], [process.pid, me]);
  assert.throws(() => holdDataDir(dir, 'other'), {
    code: 'data-dir',
    message: new RegExp(`in use by process ${process.pid}, which serves ${me} since`),
  });
  const since = Date.parse(holder?.since ?? '');
  assert.ok(before <= since && since <= Date.now());
  if (first.kind === 'locked') first.serves('http://127.0.0.1:4711');
  assert.equal(dataDirHolder(dir)?.url, 'http://127.0.0.1:4711');
});

test('a directory that cannot be written to is not taken for one that another process holds', () => {
  const dir = emptyDir();
  const first = lockDataDir(dir, me);
  if (first.kind === 'locked') first.release();
  // Stands in for a full or a read-only disk: the row of the last holder is there, and nothing can be written.
  const db = new DatabaseSync(join(dir, 'lock.db'));
  db.exec(
    "CREATE TRIGGER full BEFORE INSERT ON holder BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END",
  );
  db.close();
  assert.throws(() => lockDataDir(dir, me), /disk is full/);
});

test('a released directory can be taken again', () => {
  const dir = emptyDir();
  const first = lockDataDir(dir, me);
  assert.equal(first.kind, 'locked');
  if (first.kind === 'locked') first.release();
  assert.equal(dataDirHolder(dir), undefined);
});

test('the lock of a process killed with SIGKILL is gone with it', async () => {
  const dir = emptyDir();
  const module = fileURLToPath(new URL('./data-dir.ts', import.meta.url));
  const script = `
    import { lockDataDir } from ${JSON.stringify(module)};
    lockDataDir(${JSON.stringify(dir)}, 'killed');
    process.stdout.write('locked');
    setInterval(() => {}, 1000);
  `;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  assert.equal(dataDirHolder(dir)?.pid, child.pid);
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.equal(dataDirHolder(dir), undefined);
});
