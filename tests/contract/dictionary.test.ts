import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { decode } from '../support/decode.ts';
import { chaptersOf, dictionaryText, type Entry } from '../support/dictionary.ts';
import { webhookMessagesText } from '../support/webhook-messages.ts';

const document = JSON.parse(readFileSync('openapi.json', 'utf8'));
const chapters = chaptersOf(document);

/** The examples of the fields as one object: those of lists and objects stand whole, so what is below them is passed over. */
const exampleOf = (entries: readonly Entry[]): Record<string, unknown> =>
  Object.fromEntries(
    entries.filter(({ name }) => !/[.[]/.test(name)).map(({ name, schema }) => [name, schema.examples?.[0]]),
  );

test('the dictionary has every type of event that a feed may send', () => {
  const { oneOf } = document.components.schemas.Event;
  assert.equal(chapters.length, oneOf.length);
  assert.ok(chapters.length >= 6);
});

test('the committed page of webhook messages is the one that their schemas give', () => {
  const page = readFileSync('docs/webhook-messages.md', 'utf8');
  assert.equal(page, webhookMessagesText(document), 'run npm run openapi');
});

test('the committed dictionary is the one that the schemas give', () => {
  assert.equal(readFileSync('docs/dictionary.md', 'utf8'), dictionaryText(document), 'run npm run openapi');
});

/** Fields that are stated without others, by type: their examples are events of their own. */
const APART: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'unit.declared.v1': { mergedInto: ['handlesProcedures', 'procedures', 'closed', 'effectiveTo'] },
};
const without = (object: Record<string, unknown>, names: readonly string[]) =>
  Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));

for (const { type, envelope, data } of chapters) {
  const apart = APART[type] ?? {};
  const example = without(exampleOf(data), Object.keys(apart));
  test(`${type}: every field has a meaning, a Vietnamese term, an example, and says when it may be left out`, () => {
    for (const { name, required, schema } of [...envelope, ...data]) {
      const vi = schema['x-vi'];
      assert.ok(vi, `${name} has no Vietnamese term`);
      assert.ok(schema.description?.includes(`(${vi})`), `${name} has no meaning with its term`);
      assert.equal(schema.examples?.length, 1, `${name} has no example`);
      assert.equal(schema['x-omit'] === undefined, required, `${name}: when may it be left out?`);
      const words = schema.enum ?? (schema.items?.enum as readonly unknown[] | undefined);
      if (words && words.length > 1)
        assert.deepEqual(Object.keys(schema['x-values'] ?? {}), words, `${name}: a meaning for each value`);
    }
  });

  test(`${type}: the examples make an event that is accepted, with every field`, () => {
    const others = Object.values(apart).map((excluded) => without(exampleOf(data), excluded));
    for (const one of [example, ...others]) {
      const decoded = decode({ ...exampleOf(envelope), type, data: one });
      assert.equal(decoded.kind, 'event', JSON.stringify(decoded));
      assert.deepEqual(decoded.droppedFields, []);
    }
  });

  test(`${type}: each optional field may be left out, and each required one may not`, () => {
    for (const { name, required } of data.filter((entry) => !/[.[]/.test(entry.name))) {
      const decoded = decode({ ...exampleOf(envelope), type, data: without(example, [name]) });
      assert.equal(decoded.kind, required ? 'invalid' : 'event', name);
    }
  });
}
