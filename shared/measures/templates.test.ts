import assert from 'node:assert/strict';
import { test } from 'node:test';
import { builtinObjectives } from './builtin.ts';
import { definitionFile } from './definition.ts';
import { enteringOf } from './hand-entered.ts';
import { MEASURES } from './registry.ts';
import { statedDefinition } from './stated-definition.ts';
import templates from './templates.json' with { type: 'json' };

test('every template is a definition as it stands, of figures that people enter, beside those that are built in', () => {
  const file = { objectives: [...builtinObjectives().map(statedDefinition), ...templates.objectives] };
  const { objectives } = definitionFile(MEASURES).parse(file);
  for (const { id } of templates.objectives) {
    const found = objectives.find((one) => one.id === id) ?? assert.fail(id);
    assert.ok(enteringOf(found.formula), id);
  }
});
