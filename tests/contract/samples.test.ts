import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { decode } from '../support/decode.ts';

/** The samples of CloudEvents in the documents, as they stand there. */
const samples = globSync('docs/*.md').flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(/^```json\n([\s\S]*?)^```/gm)]
    .map(([, json = '']) => json)
    .filter((json) => json.includes('"specversion"'))
    .flatMap((json) => JSON.parse(json) as { type: string }[] | { type: string })
    .map((sample) => ({ file, sample })),
);

test('every sample of an event in the documents is taken as it stands, with each of its fields', () => {
  for (const { file, sample } of samples) {
    const decoded = decode(sample);
    assert.equal(decoded.kind, 'event', `${file}: ${JSON.stringify(decoded)}`);
    assert.deepEqual(decoded.droppedFields, [], file);
  }
});

test('the documents have a sample of the units, the days and the register', () => {
  const types = samples.map(({ sample }) => sample.type);
  for (const type of ['unit.declared.v1', 'calendar.day-declared.v1', 'document.registered.v1'])
    assert.ok(types.includes(type), type);
});
