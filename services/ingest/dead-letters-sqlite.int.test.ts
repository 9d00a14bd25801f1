import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { StoreError } from '../../shared/event-store/port.ts';
import { type DeadLetterInput, deadLetterId } from './dead-letters.ts';
import { openDeadLetters } from './dead-letters-sqlite.ts';

const letter = (raw: string | Uint8Array, changes: Partial<DeadLetterInput> = {}): DeadLetterInput => ({
  receivedAt: 1_000,
  origin: 'topic/0/17',
  raw,
  faults: [{ code: 'data-invalid', pointer: '/data', was: '1', expected: '2' }],
  ...changes,
});

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'nhip-dead-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

test('letters outlive the process that kept them', (t) => {
  const path = join(folder(t), 'dead-letters.db');
  const first = openDeadLetters(path);
  const [id = ''] = first.keep([letter(new Uint8Array([0, 255, 10]))]);
  first.tried(id, { state: 'open', faults: [] });
  first.close();
  const second = openDeadLetters(path);
  t.after(() => second.close());
  const found = second.get(id);
  assert.deepEqual(Buffer.from(found?.raw ?? []), Buffer.from([0, 255, 10]));
  assert.deepEqual([found?.attempts, found?.feed, found?.origin], [1, null, 'topic/0/17']);
});

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

test('when enough is kept, of further messages only the beginning is, until some are deleted', (t) => {
  const path = join(folder(t), 'd.db');
  const letters = openDeadLetters(path, 1_000);
  const keptOf = (all: typeof letters, raw: string) => all.get(all.keep([letter(raw)])[0] ?? '')?.raw.length;
  assert.equal(keptOf(letters, 'a'.repeat(999)), 999);
  assert.equal(keptOf(letters, 'a'.repeat(999)), 999, 'the same again takes no room');
  assert.equal(keptOf(letters, 'b'.repeat(500)), 500);
  assert.equal(keptOf(letters, 'c'.repeat(500)), 200);
  assert.deepEqual(letters.list({ limit: 1 }).items[0]?.faults, letter('').faults);
  letters.close();
  const again = openDeadLetters(path, 1_000);
  t.after(() => again.close());
  assert.equal(keptOf(again, 'd'.repeat(500)), 200, 'it is counted again at the start');
  again.delete(deadLetterId(letter('a'.repeat(999))));
  assert.equal(keptOf(again, 'e'.repeat(500)), 500);
});

test('a long message keeps its beginning and tells its length', (t) => {
  const letters = openDeadLetters(join(folder(t), 'd.db'));
  t.after(() => letters.close());
  const [long = '', exact = ''] = letters.keep([
    letter('x'.repeat(1_048_577)),
    letter('y'.repeat(1_048_576)),
  ]);
  const found = letters.get(long);
  assert.deepEqual([found?.raw.length, found?.size, found?.truncated], [1_048_576, 1_048_577, true]);
  assert.equal(letters.get(exact)?.truncated, false);
});

test('the sweep deletes what is older than the moment, whatever its state, and nothing else', (t) => {
  const letters = openDeadLetters(join(folder(t), 'd.db'));
  t.after(() => letters.close());
  const [old = '', resolved = '', edge = ''] = letters.keep([
    letter('old', { receivedAt: 1 }),
    letter('resolved', { receivedAt: 2 }),
    letter('edge', { receivedAt: 3 }),
  ]);
  letters.tried(resolved, { state: 'resolved', faults: [] });
  assert.equal(letters.sweep(3), 2);
  assert.deepEqual([letters.get(old), letters.get(edge)?.id], [undefined, edge]);
});

test('what was deleted is in no file any more', (t) => {
  const path = folder(t);
  const letters = openDeadLetters(join(path, 'd.db'));
  t.after(() => letters.close());
  const inFiles = () =>
    readdirSync(path).some((name) => readFileSync(join(path, name)).includes('so dien thoai 0912'));
  const [id = ''] = letters.keep([letter('so dien thoai 0912')]);
  assert.equal(inFiles(), true);
  letters.delete(id);
  assert.equal(inFiles(), false);
});

test('letters are kept all or none', (t) => {
  const path = join(folder(t), 'd.db');
  const letters = openDeadLetters(path);
  t.after(() => letters.close());
  const broken = letter('b', { receivedAt: 0.5 });
  assert.throws(() => letters.keep([letter('a'), broken]), StoreError);
  assert.equal(letters.list({ limit: 10 }).items.length, 0);
  assert.equal(letters.keep([letter('a')]).length, 1);
});

test('a file that cannot be used is told as such', (t) => {
  const path = join(folder(t), 'd.db');
  writeFileSync(path, 'this is no database, and long enough to be seen as none'.repeat(100));
  assert.throws(() => openDeadLetters(path), { name: 'StoreError', code: 'corrupt' });
  assert.throws(() => openDeadLetters(join(path, 'd.db')), { name: 'StoreError', code: 'unavailable' });
});
