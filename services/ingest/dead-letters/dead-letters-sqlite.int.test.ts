import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { openSqliteDeadLetters, wronglyOpen } from './dead-letters-sqlite.ts';
import { deadLetterId } from './port.ts';
import { describeDeadLetters, letter } from './testing/contract-suite.ts';

describeDeadLetters('SQLite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nhip-dead-'));
  return {
    writers: 'one',
    open: (limit) => openSqliteDeadLetters(join(folder, 'dead-letters.db'), limit),
    close: async () => rmSync(folder, { recursive: true }),
  };
});

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'nhip-dead-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

test('the key is the bytes and the feed; text and its bytes are the same', () => {
  assert.equal(deadLetterId(letter('ữ')), deadLetterId(letter(Buffer.from('ữ'))));
  assert.notEqual(deadLetterId(letter('a')), deadLetterId(letter('b')));
  const source = '/one-stop';
  assert.equal(
    deadLetterId(letter('a', { source })),
    deadLetterId(letter('a', { source, origin: 'topic/0/18' })),
    'a known feed sent it again from elsewhere',
  );
  assert.notEqual(deadLetterId(letter('a')), deadLetterId(letter('a', { origin: 'topic/0/18' })));
});

test('what was deleted is in no file any more, and all files are their owner’s alone', async (t) => {
  const path = folder(t);
  const letters = openSqliteDeadLetters(join(path, 'd.db'));
  t.after(() => letters.close());
  const inFiles = () =>
    readdirSync(path).some((name) => readFileSync(join(path, name)).includes('so dien thoai 0912'));
  const secret = letter('so dien thoai 0912');
  const [id = ''] = await letters.keep([secret]);
  assert.equal(inFiles(), true);
  for (const name of readdirSync(path)) assert.equal(statSync(join(path, name)).mode & 0o777, 0o600, name);
  await letters.dismiss(id, { by: 'An', reason: 'a test', at: 1 });
  await letters.delete(id);
  assert.equal(inFiles(), false);
  await letters.keep([secret]);
  assert.equal(inFiles(), true);
  await letters.sweep(2_000);
  assert.equal(inFiles(), false);
});

test('a file from before the count of its content is counted', async (t) => {
  const path = join(folder(t), 'd.db');
  const before = openSqliteDeadLetters(path, 100);
  await before.keep([letter('a'.repeat(100))]);
  await before.close();
  const file = new DatabaseSync(path);
  file.exec('DROP TABLE dead_letter_content');
  file.close();
  const letters = openSqliteDeadLetters(path, 100);
  t.after(() => letters.close());
  const [id = ''] = await letters.keep([letter('b'.repeat(500))]);
  assert.equal((await letters.get(id))?.raw.length, 200);
});

test('no other program deletes an open letter from the file by a plain statement', async (t) => {
  const path = join(folder(t), 'd.db');
  const letters = openSqliteDeadLetters(path);
  t.after(() => letters.close());
  await letters.keep([letter('a')]);
  const file = new DatabaseSync(path);
  assert.throws(() => file.exec('DELETE FROM dead_letter'), /open dead letter is taken in or dismissed/);
  file.close();
  assert.equal((await letters.open())[0]?.open, 1);
});

test('an open letter that another program removed is missed; one that was closed and deleted is not', async (t) => {
  const path = join(folder(t), 'd.db');
  const letters = openSqliteDeadLetters(path);
  t.after(() => letters.close());
  const [id = ''] = await letters.keep(['a', 'b', 'c'].map((raw) => letter(raw)));
  await letters.keep([letter('a')]);
  await letters.dismiss(id, { by: 'An', reason: 'a test', at: 1 });
  await letters.delete(id);
  await letters.sweep(2_000);
  await letters.keep([letter('b')]);
  assert.equal(wronglyOpen(path), undefined);
  const file = new DatabaseSync(path);
  file.exec('DROP TRIGGER open_letters_are_not_deleted; DELETE FROM dead_letter WHERE seq = 3');
  file.close();
  assert.equal(wronglyOpen(path), 'it has 1 open letters, and 2 were kept and not closed');
});

test('a file that cannot be used is told as such', (t) => {
  const path = join(folder(t), 'd.db');
  writeFileSync(path, 'this is no database, and long enough to be seen as none'.repeat(100));
  assert.throws(() => openSqliteDeadLetters(path), { name: 'StoreError', code: 'corrupt' });
  assert.throws(() => openSqliteDeadLetters(join(path, 'd.db')), { name: 'StoreError', code: 'unavailable' });
});
