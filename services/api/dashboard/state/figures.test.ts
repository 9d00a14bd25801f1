import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientOf, type Objective } from '../client/api.ts';
import { KeyRing } from '../client/key-ring.ts';
import { objective, objectives } from '../testing/examples.ts';
import { MemoryStorage } from '../testing/memory-storage.ts';
import { Connection } from './connection.ts';
import { Figures } from './figures.ts';
import { questionFrom } from './question.ts';

/** Figures that the page holds under a question of the address. */
function figuresFor(search: string, held: readonly Objective[] = objectives) {
  const client = clientOf('http://office.example', new KeyRing(new MemoryStorage()));
  const figures = new Figures(client, new Connection(), () => questionFrom(search));
  figures.resource.put(held);
  return figures;
}

test('a figure of the stream is shown as it came, the others stay', () => {
  const figures = figuresFor('');
  const moved = objective({ numerator: 24, denominator: 26, position: '9' });
  assert.equal(figures.heard(moved, '9'), 'shown');
  assert.deepEqual(figures.all.value, [moved, ...objectives.slice(1)]);
  assert.equal(figures.position.value, '9');
});

test('a figure that differs only in when it was read moves nothing else', () => {
  const figures = figuresFor('');
  const same = objective({ position: '9', asOf: '2026-11-23T00:00:00.000Z', freshness: [] });
  assert.equal(figures.heard(same, '9'), 'nothing');
  assert.equal(figures.serverNow.value, Date.parse('2026-11-23T00:00:00.000Z'));
});

test('under another question, of another basis or of an objective not held, the page asks', () => {
  const moved = objective({ numerator: 24 });
  assert.equal(figuresFor('?unit=H19.07').heard(moved, '9'), 'ask');
  assert.equal(figuresFor('?window=month').heard(moved, '9'), 'ask');
  assert.equal(figuresFor('').heard({ ...moved, basis: 'original' }, '9'), 'ask');
  assert.equal(figuresFor('').heard({ ...moved, id: 'new' }, '9'), 'ask');
  assert.equal(figuresFor('', []).heard(moved, '9'), 'ask');
  const superseded = figuresFor('');
  superseded.resource.supersede();
  assert.equal(superseded.heard(moved, '9'), 'ask');
});

test('a closed objective leaves the page of the present, and stays in the past', () => {
  const [first, ...others] = objectives;
  assert.ok(first);
  const figures = figuresFor('');
  figures.closed(first.id, '9');
  assert.deepEqual(figures.all.value, others);
  const past = figuresFor('?asOf=2026-11-23');
  past.closed(first.id, '9');
  assert.deepEqual(past.all.value, objectives);
});

test('the next answer must not be older than the stream', () => {
  const figures = figuresFor('?unit=H19.07');
  figures.heard(objective(), '42');
  assert.deepEqual(figures.query(), { basis: 'adjusted', unit: 'H19.07', minPosition: '42' });
});
