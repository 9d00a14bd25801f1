import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '../client/problem.ts';
import {
  bothIn,
  declaredName,
  enteredIn,
  type Field,
  faultsIn,
  inBoth,
  listIn,
  optionsOf,
  refusalOf,
  withBelow,
} from './forms.ts';

const TODAY = '2026-04-30';

const FIELDS: readonly Field[] = [
  { kind: 'line', name: 'owner', label: 'Owner' },
  { kind: 'day', name: 'due', label: 'Due' },
  { kind: 'prose', name: 'cause', label: 'Cause', isOptional: true },
];

test('what is entered has no white space around it, and an empty field is no value', () => {
  const data = new FormData();
  data.set('owner', '  Lan ');
  data.set('due', '');
  data.set('elsewhere', 'x');
  const entered = enteredIn(FIELDS, data, 'vi');
  assert.deepEqual(entered, { owner: 'Lan' });
  assert.deepEqual([...faultsIn(FIELDS, entered, TODAY)], [['due', { key: 'missing', values: {} }]]);
});

test('what the page can judge is judged before it is sent', () => {
  const fields: readonly Field[] = [
    { kind: 'line', name: 'reached', label: 'Reached', form: 'whole', atMost: 'of' },
    { kind: 'line', name: 'of', label: 'Staff', form: 'whole' },
    { kind: 'line', name: 'year', label: 'Year', form: 'whole', range: [2000, 2099] },
    { kind: 'day', name: 'on', label: 'On', hasCome: true },
    { kind: 'day', name: 'from', label: 'First day', atMost: 'to' },
    { kind: 'day', name: 'to', label: 'Last day' },
    { kind: 'line', name: 'target', label: 'Target', form: 'share' },
    { kind: 'line', name: 'id', label: 'Id', form: 'id' },
  ];
  const good = {
    reached: '20',
    of: '20',
    year: '2000',
    on: TODAY,
    from: '2026-03-31',
    to: '2026-03-31',
    target: '95,995 %',
    id: 'a-1',
  };
  const judged = (changed: Readonly<Record<string, string>>) => {
    const data = new FormData();
    for (const [name, text] of Object.entries({ ...good, ...changed })) data.set(name, text);
    const entered = enteredIn(fields, data, 'vi');
    return { entered, faults: Object.fromEntries(faultsIn(fields, entered, TODAY)) };
  };
  assert.deepEqual(judged({}), { entered: { ...good, target: '0.95995' }, faults: {} });
  assert.deepEqual(judged({ reached: '21' }).faults, {
    reached: { key: 'atMost', values: { label: 'Staff' } },
  });
  assert.deepEqual(judged({ reached: '9', of: '10' }).faults, {}, 'numbers, and no texts');
  assert.deepEqual(judged({ of: '20,5' }).faults, { of: { key: 'whole', values: {} } });
  assert.deepEqual(judged({ from: '2026-04-01' }).faults, {
    from: { key: 'notAfter', values: { label: 'Last day' } },
  });
  assert.deepEqual(judged({ on: '2026-05-01' }).faults, { on: { key: 'hasCome', values: {} } });
  assert.deepEqual(judged({ year: '2099' }).faults, {});
  for (const year of ['1999', '2100'])
    assert.deepEqual(judged({ year }).faults, {
      year: { key: 'range', values: { least: 2000, greatest: 2099 } },
    });
  for (const target of ['95', '101%', '-1%', 'x'])
    assert.deepEqual(judged({ target }).faults, { target: { key: 'share', values: {} } }, target);
  for (const id of ['Land on time', '1-a', 'đất'])
    assert.deepEqual(judged({ id }).faults, { id: { key: 'id', values: {} } }, id);
});

test('of many choices each has its place, at least one is needed, and a fault of one stands at the field', () => {
  const options = ['a', 'b', 'c'].map((value) => ({ value, label: value }));
  const fields: readonly Field[] = [{ kind: 'choices', name: 'units', label: 'Units', options }];
  const data = new FormData();
  assert.deepEqual([...faultsIn(fields, enteredIn(fields, data, 'vi'), TODAY).keys()], ['units']);
  for (const unit of ['a', 'c']) data.append('units', unit);
  const entered = enteredIn(fields, data, 'vi');
  assert.deepEqual(listIn(entered, 'units'), ['a', 'c']);
  assert.deepEqual(listIn(entered, 'unit'), []);
  assert.deepEqual([...faultsIn(fields, entered, TODAY)], []);
  const refused = new Problem(400, { errors: [{ pointer: '/units/1', detail: 'a declared unit' }] });
  assert.deepEqual([...refusalOf(refused, fields).byField], [['units', 'a declared unit']]);
});

test('an option of a tree is chosen with all that stand below it, and nothing beside it', () => {
  const levels = { office: 0, room: 1, team: 2, hall: 1, other: 0 };
  const options = Object.entries(levels).map(([value, level]) => ({ value, label: value, level }));
  const branches = options.map((_, at) => withBelow(options, at).join(' '));
  assert.deepEqual(branches, ['office room team hall', 'room team', 'team', 'hall', 'other']);
});

test('a code has its declared name, and one that nothing declares is reported as such', () => {
  const declared = [{ value: '1.01', label: 'Đất đai' }];
  assert.equal(declaredName(declared, ' 1.01 '), 'Đất đai');
  assert.equal(declaredName(declared, '1.02'), null);
  assert.equal(declaredName(declared, ''), undefined);
  assert.equal(declaredName([], '1.02'), undefined, 'nothing is known of it');
});

test('a text is needed in the language of the page, and stands for the other where that is left empty', () => {
  const words = { language: 'vi', t: (key: string) => key } as const;
  const fields = ['title/vi', 'title/en'].map((name) => inBoth({ kind: 'line', name, label: name }, words));
  assert.deepEqual([...faultsIn(fields, {}, TODAY).keys()], ['title/vi']);
  assert.deepEqual(bothIn({ 'title/vi': 'Tên' }, 'title'), { vi: 'Tên', en: 'Tên' });
  assert.deepEqual(bothIn({ 'title/en': 'Title' }, 'title'), { vi: 'Title', en: 'Title' });
  assert.deepEqual(bothIn({ 'title/vi': 'Tên', 'title/en': 'Title' }, 'title'), { vi: 'Tên', en: 'Title' });
});

test('what stands in a list now stays, also where it is offered no more', () => {
  const options = [{ value: 'a', label: 'A' }];
  const field = { kind: 'choice', name: 'unit', label: 'Unit', options } as const;
  assert.deepEqual(optionsOf(field), options);
  assert.deepEqual(optionsOf({ ...field, value: 'a' }), options);
  assert.deepEqual(optionsOf({ ...field, value: 'merged' }), [
    ...options,
    { value: 'merged', label: 'merged' },
  ]);
});

test('a fault is placed at the closest field, and one of a whole group at its first', () => {
  const fields = ['plan/0/what', 'plan/1/what', 'title/vi', 'title/en'].map(
    (name): Field => ({ kind: 'line', name, label: name }),
  );
  const placed = (pointer: string) =>
    refusalOf(new Problem(400, { errors: [{ pointer, detail: 'x' }] }), fields).byField;
  assert.deepEqual([...placed('/definition/plan/1/what').keys()], ['plan/1/what']);
  assert.deepEqual([...placed('/definition/title/en').keys()], ['title/en']);
  assert.deepEqual([...placed('/definition/title').keys()], ['title/vi']);
  assert.deepEqual([...placed('/definition/owner').keys()], []);
});

test('each fault of a problem stands beside the field that it points to, and the others above the form', () => {
  const faults = [
    { pointer: '/due', detail: 'a day; it was soon' },
    { pointer: '/owner/0', detail: 'text' },
  ];
  const problem = (errors: typeof faults) => new Problem(400, { code: 'request-invalid', errors });
  const placed = new Map([
    ['due', 'a day; it was soon'],
    ['owner', 'text'],
  ]);
  assert.deepEqual(refusalOf(problem(faults), FIELDS), { byField: placed, isWhole: false });
  const more = [...faults, { pointer: '/unitId', detail: 'a unit' }];
  assert.deepEqual(refusalOf(problem(more), FIELDS), { byField: placed, isWhole: true });
  assert.deepEqual(refusalOf(new Problem(409, { code: 'conflict' }), FIELDS), {
    byField: new Map(),
    isWhole: true,
  });
});
