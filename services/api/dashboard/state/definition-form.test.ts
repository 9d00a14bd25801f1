import assert from 'node:assert/strict';
import { test } from 'node:test';
import decision124 from '../../../../shared/measures/decision-124.json' with { type: 'json' };
import { definitionFile } from '../../../../shared/measures/definition.ts';
import { MEASURES } from '../../../../shared/measures/registry.ts';
import templates from '../../../../shared/measures/templates.json' with { type: 'json' };
import { DEFINITIONS } from '../text/definitions.ts';
import { TEXTS, textsIn } from '../text/i18n.ts';
import {
  blankDefinition,
  changesOf,
  type DefinitionWords,
  definitionAfter,
  definitionIn,
  definitionSections,
  definitionState,
  mergedDefinition,
  placeLabel,
  rowFields,
  rowsIn,
  type Stated,
  valuesOf,
  valueText,
} from './definition-form.ts';
import type { Entered } from './forms.ts';

const words: DefinitionWords = {
  ...textsIn('en', { ...TEXTS, ...DEFINITIONS }),
  language: 'en',
  of: ({ en }) => en,
};
const CHOICES = {
  units: [{ value: 'H19.12', label: 'Unit' }],
  isLimited: false,
  objectives: [],
};

/** The fields of the form that begins with a definition. */
function fieldsOf(base: Stated, seen?: Stated) {
  const values = valuesOf(base);
  const formula = values.get('formula/name') ?? '';
  const lists = (['plan', 'path', 'alerts'] as const).flatMap((name) =>
    rowsIn(values, name).flatMap((content, row) => rowFields(name, row, content, formula, words)),
  );
  return [
    ...definitionSections(values, seen, formula, CHOICES, words).flatMap(({ fields }) => fields),
    ...lists,
  ];
}

/** What the form sends when nothing is changed in it. */
function sent(base: Stated, seen?: Stated): Stated {
  const entered: Entered = Object.fromEntries(
    fieldsOf(base, seen).flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])),
  );
  const values = valuesOf(base);
  const count = (name: 'plan' | 'path' | 'alerts') => rowsIn(values, name).length;
  return definitionIn(entered, base, { plan: count('plan'), path: count('path'), alerts: count('alerts') });
}

const FULL: Stated = {
  ...templates.objectives[2],
  unit: 'H19.12',
  parent: 'feedback-in-time',
  plan: [{ what: 'a', resources: 'b', who: 'c', due: '2026-06-30', judgedBy: 'd' }],
  path: [
    { by: '2026-06-30', share: '2' },
    { by: '2026-09-30', share: '3' },
  ],
};

test('a form in which nothing is changed states the same definition, of every formula', () => {
  const all: readonly Stated[] = [...decision124.objectives, ...templates.objectives, FULL];
  const names = new Set(all.map(({ formula }) => valuesOf(formula).get('name')));
  assert.deepEqual(names, new Set(MEASURES.map(({ name }) => name)));
  for (const base of all) assert.deepEqual(sent(base, base), base, String(base.id));
});

test('what the form has no field for stays, a formula that is exchanged takes none of the other along', () => {
  const rating = decision124.objectives.find(({ id }) => id === 'staff-rating') ?? assert.fail();
  const capped = { ...rating, formula: { ...rating.formula, excellentCaps: [{ share: '0.2' }] }, later: 1 };
  assert.deepEqual(sent(capped, capped), capped);
  const entered = { 'formula/name': 'inspection-coverage', 'formula/kind': 'par' };
  const { formula } = definitionIn(entered, capped, { plan: 0, path: 0, alerts: 0 });
  assert.deepEqual(formula, { name: 'inspection-coverage', version: 1, kind: 'par' });
});

test('the options of another formula are asked for anew', () => {
  const rating = decision124.objectives.find(({ id }) => id === 'staff-rating') ?? assert.fail();
  const sections = definitionSections(valuesOf(rating), rating, 'documents-electronic', CHOICES, words);
  const policy = sections.flatMap(({ fields }) => fields).find(({ name }) => name === 'formula/policy');
  assert.ok(policy?.kind === 'choice' && policy.value === undefined);
  assert.deepEqual(
    policy.options.map(({ value }) => value),
    ['v1', 'axis-only'],
  );
});

test('what is no number is sent as it was entered, so that the server can report it', () => {
  const entered = { dueSoonWorkingHours: 'many', 'alerts/0/forMinutes': '5', 'alerts/0/minimumVolume': 'x' };
  const { dueSoonWorkingHours, alerts } = definitionIn(entered, {}, { plan: 0, path: 0, alerts: 1 });
  assert.equal(dueSoonWorkingHours, 'many');
  assert.deepEqual(alerts, [{ forMinutes: 5, minimumVolume: 'x', repeatMinutes: null }]);
});

test('a template, and an empty form with its texts, are definitions of this year', () => {
  const texts = { title: { vi: 'a', en: 'a' }, text: { vi: 'a', en: 'a' }, owner: { vi: 'a', en: 'a' } };
  const blank = { ...sent(blankDefinition(2027)), ...texts, id: 'mine', source: 'x', target: '0.9' };
  const begun = templates.objectives.map((one) => ({ ...sent(definitionAfter(one, 2027)), id: one.id }));
  const { objectives } = definitionFile(MEASURES).parse({ objectives: [blank, ...begun] });
  assert.equal(objectives.length, 1 + templates.objectives.length);
  for (const one of begun) assert.equal(valuesOf(one).get('validFrom'), '2027-01-01');
});

test('a change has no version until the user has chosen one', () => {
  const [first] = decision124.objectives;
  const version = fieldsOf({ ...first, version: 3 }, { ...first, version: 3 }).find(
    ({ name }) => name === 'version',
  );
  assert.ok(version?.kind === 'choice' && version.value === undefined);
  assert.deepEqual(
    version.options.map(({ value }) => value),
    ['3', '4'],
  );
});

test('upon a newer statement stays what was changed in the form, and the rest follows', () => {
  const seen = { target: '0.9', source: 'a', title: { vi: 'x', en: 'y' } };
  const form = { target: '0.95', source: 'a', title: { en: 'y', vi: 'x' } };
  const now = { target: '0.97', source: 'b', title: { vi: 'x', en: 'z' }, parent: 'p' };
  assert.deepEqual(mergedDefinition(seen, form, now), {
    ...{ target: '0.95', source: 'b', parent: 'p' },
    title: { vi: 'x', en: 'z' },
  });
  // A part that the other writer took out goes, where it was not changed here.
  assert.deepEqual(mergedDefinition({ parent: 'p' }, { parent: 'p' }, {}), {});
});

test('a change is named by its place, with the number of its row', () => {
  const before = { alerts: [{ rule: 'breach', margin: '0' }] };
  const after = { alerts: [{ rule: 'breach', margin: '0.1' }, { rule: 'at-risk' }] };
  const changes = changesOf(before, after);
  assert.deepEqual(
    changes.map(({ pointer }) => placeLabel(pointer, words)),
    ['Alert 1: Ends when beyond the target by', 'Alert 2: When'],
  );
  assert.deepEqual(changes[0], { pointer: 'alerts/0/margin', before: '0', after: '0.1' });
  assert.equal(placeLabel('/plan/0', words), 'Line of the plan 1');
  assert.equal(placeLabel('/brand/new', words), 'brand/new');
});

test('a share stands in percent, and a value of a formula of values as it is', () => {
  assert.equal(valueText('/target', '0.955', false, words), '95.5%');
  assert.equal(valueText('path/1/share', '0.5', false, words), '50%');
  assert.equal(valueText('/target', '12.5', true, words), '12.5');
  const formOf = (formula: string) =>
    rowFields('path', 0, {}, formula, words).map((field) => 'form' in field && field.form);
  assert.deepEqual(formOf('hand-entered-value'), [false, 'decimal']);
  assert.deepEqual(formOf('dossiers-on-time'), [false, 'share']);
});

test('an objective is in force on its first and on its last day', () => {
  const versions = [{ validFrom: '2026-01-01', validTo: '2026-12-31' }];
  const at = (today: string, lastDay: string | null = null) => definitionState({ versions, lastDay }, today);
  assert.equal(at('2025-12-31'), 'not-yet');
  assert.equal(at('2026-01-01'), 'in-force');
  assert.equal(at('2026-12-31'), 'in-force');
  assert.equal(at('2027-01-01'), 'carried-over');
  assert.equal(at('2026-06-30', '2026-06-30'), 'closing');
  assert.equal(at('2026-07-01', '2026-06-30'), 'closed');
});
