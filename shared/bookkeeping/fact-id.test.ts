import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventId } from '../contracts/ids.ts';
import { correctedId, factId } from './fact-id.ts';

const SOURCE = '/một-cửa';
const event = (source: string, sourceId: string) =>
  ({ id: eventId(source, sourceId), metadata: { source, sourceId } }) as Parameters<typeof factId>[0];

test('an event that was stored decomposed has the id of its composed source and id', () => {
  const composed = event(SOURCE, 'hồ sơ 1');
  assert.equal(factId(composed), composed.id);
  for (const [source, id] of [
    [SOURCE.normalize('NFD'), 'hồ sơ 1'],
    [SOURCE, 'hồ sơ 1'.normalize('NFD')],
  ] as const) {
    const stored = event(source, id);
    assert.notEqual(stored.id, composed.id);
    assert.equal(factId(stored), composed.id);
  }
});

test('an event corrects one of its own source, however both were written', () => {
  const wanted = eventId(SOURCE, 'hồ sơ 1');
  for (const form of ['NFC', 'NFD'] as const)
    assert.equal(correctedId(event(SOURCE.normalize(form), 'x'), 'hồ sơ 1'.normalize(form)), wanted);
});
