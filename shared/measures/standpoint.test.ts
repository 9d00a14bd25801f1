import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Position } from '../contracts/stored-event.ts';
import { standpointOf } from './standpoint.ts';

const position = (value: number) => value as Position;
const checkpoint = { position: position(70), knownAt: 700, entry: 7, office: 1, generation: 'first' };
const clock = () => 750;

test('the present stands at the clock, and at all that the ledger knows', () => {
  assert.deepEqual(standpointOf(checkpoint, {}, clock), {
    pin: { now: 750, knownAt: 700, upTo: 70 },
    known: {},
  });
});

test('an earlier moment is both the time of the answer and the limit of its knowledge', () => {
  assert.deepEqual(standpointOf(checkpoint, { asOf: 300 }, clock), {
    pin: { now: 300, knownAt: 300, upTo: 70 },
    known: { knownAt: 300 },
  });
});

test('the moment 0 is a moment', () => {
  assert.deepEqual(standpointOf(checkpoint, { asOf: 0 }, clock).pin.now, 0);
});

test('more of an earlier answer stands where that answer stood, whatever moment is asked', () => {
  const pinned = { now: 500, knownAt: 450, upTo: position(40) };
  assert.deepEqual(standpointOf(checkpoint, { pinned, asOf: 300 }, clock), {
    pin: pinned,
    known: { knownAt: 450, upTo: 40 },
  });
});
