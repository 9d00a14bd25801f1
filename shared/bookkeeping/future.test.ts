import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, OFFICE, when } from '../../tests/support/facts.ts';
import { isFuture, sureMoment, sureWhen } from './future.ts';

const recorded = (text: string) => ({ recordedAt: at(text) });

test('a moment is in the future when it is more than five minutes after its recording', () => {
  const fact = recorded('2026-11-20 09:00');
  assert.equal(isFuture(at('2026-11-20 09:05'), fact, OFFICE), false);
  assert.equal(isFuture(at('2026-11-20 09:05') + 1, fact, OFFICE), true);
});

test('a day is in the future when it is later than that of the recording, five minutes allowed', () => {
  const tomorrow = when('2026-11-21');
  assert.equal(isFuture(tomorrow, recorded('2026-11-20 23:54'), OFFICE), true);
  assert.equal(isFuture(tomorrow, recorded('2026-11-20 23:55'), OFFICE), false);
  assert.equal(isFuture(when('2026-11-20'), recorded('2026-11-20 00:00'), OFFICE), false);
});

test('a future moment counts at its recording, any other moment is unchanged', () => {
  const fact = recorded('2026-11-20 09:00');
  assert.equal(sureWhen(when('2026-11-21'), fact, OFFICE), fact.recordedAt);
  assert.equal(sureWhen(at('2026-12-01 00:00'), fact, OFFICE), fact.recordedAt);
  assert.equal(sureWhen(when('2026-11-20'), fact, OFFICE), '2026-11-20');
  assert.equal(sureMoment(when('2026-11-20'), fact, OFFICE), at('2026-11-20 00:00'));
  assert.equal(sureMoment(when('2026-11-21'), fact, OFFICE), fact.recordedAt);
});
