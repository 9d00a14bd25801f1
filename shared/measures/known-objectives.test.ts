import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDay, parseDay } from '../calendar/zone.ts';
import { eventId } from '../contracts/ids.ts';
import type { DeclaredRow } from '../office/declared.ts';
import { objectivesIn } from '../office/stated-objectives.ts';
import { builtinObjectives } from './builtin.ts';
import { definitionFile, type ObjectiveDefinition } from './definition.ts';
import { definitionOn, type FileObjectives, objectiveReader } from './known-objectives.ts';
import { MEASURES } from './registry.ts';
import { statedDefinition } from './stated-definition.ts';
import { objectiveRow } from './testing/objective-row.ts';

const day = (text: string) => parseDay(text) ?? assert.fail(text);
const builtin = builtinObjectives();
const [onTime = assert.fail(), ...others] = builtin;
const second: ObjectiveDefinition = {
  ...onTime,
  ...{ version: 2, target: '0.97', validFrom: day('2027-01-01'), validTo: day('2027-12-31') },
};

const knownBy = (rows: readonly DeclaredRow[], file: Partial<FileObjectives> = {}) =>
  objectiveReader({ definitions: builtin, from: 'built-in', ...file }, MEASURES)(objectivesIn(rows));
const stated = (...definitions: readonly ObjectiveDefinition[]) =>
  definitions.map((one, index) => objectiveRow(index + 1, one, { knownAt: 0 }));
const closing = (lastDay: string | null): DeclaredRow => ({
  version: 99,
  order: { time: 99, assertedAt: 99, event: eventId('objectives', 'closing') },
  declared: {
    kind: 'objective-closing',
    record: { id: onTime.id, lastDay: lastDay === null ? null : day(lastDay), knownAt: 0 },
  },
});

/** Target, and a mark where it goes on after its time. */
function on(text: string, known = knownBy([])) {
  const outcome = definitionOn(known.get(onTime.id) ?? assert.fail(), day(text));
  if (outcome.kind === 'closed') return `closed ${formatDay(outcome.lastDay)}`;
  if (outcome.kind === 'not-yet-in-force') return `from ${formatDay(outcome.from)}`;
  return `${outcome.read.definition.target}${outcome.carriedOver ? ' carried over' : ''}`;
}

test('an objective is unknown before its decision, in force in its year, and carried over after it', () => {
  assert.equal(on('2023-10-04'), 'from 2023-10-05');
  assert.equal(on('2023-10-05'), '0.96');
  assert.equal(on('2023-12-31'), '0.96');
  assert.equal(on('2024-01-01'), '0.96 carried over');
});

test('a later version takes over on its first day, wherever it stands', () => {
  const { objectives } = definitionFile(MEASURES).parse({
    objectives: [statedDefinition(second), statedDefinition(onTime)],
  });
  for (const known of [
    knownBy([], { definitions: objectives }),
    knownBy(stated(second, onTime)),
    knownBy(stated(onTime, second)),
  ]) {
    assert.equal(on('2026-12-31', known), '0.96 carried over');
    assert.equal(on('2027-01-01', known), '0.97');
  }
});

test('a closed objective is not carried over after its last day, within its time or after it', () => {
  const known = knownBy([...stated(onTime), closing('2026-12-31')]);
  assert.equal(on('2026-12-31', known), '0.96 carried over');
  assert.equal(on('2027-01-01', known), 'closed 2026-12-31');
  assert.equal(on('2023-11-02', knownBy([...stated(onTime), closing('2023-11-01')])), 'closed 2023-11-01');
  assert.equal(on('2027-01-01', knownBy([...stated(onTime), closing(null)])), '0.96 carried over');
});

test('an objective of which nothing was stated is as the file has it; statements go before the file', () => {
  const mine = { ...onTime, id: 'mine', target: '0.5' };
  const known = knownBy(stated(mine, { ...onTime, target: '0.9' }));
  assert.deepEqual(known.ids, [...builtin.map(({ id }) => id), 'mine']);
  assert.equal(on('2026-12-31', known), '0.9 carried over');
  assert.deepEqual(
    known.get('internal-e-exchange')?.versions,
    others.slice(0, 1).map((definition) => ({
      ...{ definition, notUnderstood: null, knownAt: 0, stated: statedDefinition(definition) },
    })),
  );
  assert.equal(known.get('coffee'), undefined);
});

test('a difference to the file is named, whatever it is', () => {
  const all = stated(...builtin);
  const mine = { ...onTime, id: 'mine' };
  const differing = (rows: readonly DeclaredRow[], file: Partial<FileObjectives> = {}) =>
    knownBy(rows, file).differing;
  assert.deepEqual(differing([]), [], 'before the import');
  assert.deepEqual(differing(all), []);
  assert.deepEqual(
    differing([...all, objectiveRow(9, { ...onTime, target: '0.9' }, { knownAt: 1 })].slice(1)),
    [onTime.id],
  );
  assert.deepEqual(
    differing([...all, objectiveRow(9, second, { knownAt: 1 })]),
    [onTime.id],
    'one more version',
  );
  assert.deepEqual(differing([...all, closing('2026-12-31')]), [onTime.id]);
  assert.deepEqual(differing([...all, closing(null)]), []);
  const added = [...all, objectiveRow(9, mine, { knownAt: 1 })];
  assert.deepEqual(differing(added), [], 'what is built in denies nothing');
  assert.deepEqual(differing(added, { from: 'file' }), ['mine']);
  assert.deepEqual(
    differing(all, { definitions: [onTime], from: 'file' }),
    others.map(({ id }) => id).sort(),
  );
});

test('what a newer version of the system has written is kept and recognized, and not understood', () => {
  const read = (otherwise: Record<string, unknown>) => {
    const known = knownBy([objectiveRow(1, onTime, { knownAt: 1, otherwise })]);
    const [one] = known.get(onTime.id)?.versions ?? [];
    assert.deepEqual(known.differing, one?.notUnderstood === null ? [] : [onTime.id]);
    return one;
  };
  assert.equal(read({})?.notUnderstood, null);
  for (const [otherwise, reason] of [
    [{ formula: { name: 'coffee', version: 1, cups: 3 } }, 'formula-unknown'],
    [{ formula: { name: 'dossiers-on-time', version: 2 } }, 'formula-unknown'],
    [{ formula: 7 }, 'formula-unknown'],
    [{ formula: { name: 'dossiers-on-time', version: 1, cups: 3 } }, 'definition-unknown'],
    [{ plan: 'a field of tomorrow' }, 'definition-unknown'],
    [{ comparator: '<=', target: { value: '3', unit: 'cups' }, window: 'decade' }, 'definition-unknown'],
  ] as const) {
    const one = read(otherwise);
    assert.equal(one?.notUnderstood, reason, JSON.stringify(otherwise));
    assert.deepEqual(one.definition.title, onTime.title);
    assert.deepEqual(one.definition.alerts, []);
  }
  const bare = read({ title: 1, text: 1, owner: 1, unit: 1, validFrom: 1, validTo: 1 });
  assert.deepEqual(bare?.definition.title, { vi: onTime.id, en: onTime.id });
});
