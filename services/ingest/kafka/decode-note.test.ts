import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DecodeNote, readingBy } from './decode-note.ts';

const [A, B, C, D] = ['aaaaaaaa', 'bbbbbbbb', 'cccccccc', 'dddddddd'];

/** The note that a process leaves which dies over this message. */
function diesOver(offset: string, metadata: string | null, process: string): string {
  const decision = new DecodeNote(metadata, process).next(offset);
  assert.equal(decision.kind, 'decode');
  return decision.note;
}

test('nobody is suspected where nobody has died: without a note, by its own, by one that is not ours', () => {
  for (const metadata of [null, '', 'of another program', readingBy(A)])
    assert.equal(new DecodeNote(metadata, A).careful, false, String(metadata));
});

test('a message is refused once two processes have ended while they decoded it alone', () => {
  const first = diesOver('7', readingBy(A), B);
  const second = diesOver('7', first, C);
  const third = new DecodeNote(second, D);
  assert.equal(third.next('6').kind, 'decode');
  assert.equal(third.next('7').kind, 'refuse');
  assert.equal(third.next('8').kind, 'decode');
});

test('deaths over other messages do not add up', () => {
  const first = diesOver('7', readingBy(A), B);
  const second = diesOver('8', first, C);
  assert.equal(new DecodeNote(second, D).next('8').kind, 'decode');
});

test('care ends with as many messages as a chunk has', () => {
  const note = new DecodeNote(readingBy(A), B);
  let careful = 0;
  for (; note.careful; careful += 1) note.next(String(careful));
  assert.equal(careful, 1_000);
});
