import assert from 'node:assert/strict';
import test from 'node:test';
import { movementQuery } from './movement.ts';

const from = (since: Parameters<typeof movementQuery>[1], today: string) =>
  movementQuery({ basis: 'adjusted' }, since, today).knownFrom;

test('a movement begins at the end of the day before its day, its week or its month', () => {
  assert.equal(from('day', '2026-11-20'), '2026-11-19');
  assert.equal(from('week', '2026-11-20'), '2026-11-15');
  assert.equal(from('week', '2026-11-16'), '2026-11-15');
  assert.equal(from('week', '2026-11-15'), '2026-11-08');
  assert.equal(from('month', '2026-11-01'), '2026-10-31');
  assert.equal(from('day', '2027-01-01'), '2026-12-31');
});

test('a movement of the past ends at its moment', () => {
  const { knownTo, ...query } = movementQuery({ asOf: '2026-11-20', window: 'year' }, 'day', '2026-11-20');
  assert.equal(knownTo, '2026-11-20');
  assert.deepEqual(query, { window: 'year', knownFrom: '2026-11-19' });
});
