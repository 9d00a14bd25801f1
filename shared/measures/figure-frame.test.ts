import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_OFFICE_HOURS } from '../calendar/working-calendar.ts';
import { formatDay, parseDay, zoneOf } from '../calendar/zone.ts';
import { eventId, fieldId, unitId } from '../contracts/ids.ts';
import { START } from '../contracts/stored-event.ts';
import type { AgencyRecord, DeclaredRow, UnitRecord } from '../office/declared.ts';
import { unitTree } from '../office/unit-tree.ts';
import { builtinObjectives } from './builtin.ts';
import type { ObjectiveDefinition } from './definition.ts';
import { type FigureRequest, frameOf, withUnit } from './figure-frame.ts';
import { objectiveReader } from './known-objectives.ts';
import { OfficeSource } from './office-source.ts';
import { MEASURES } from './registry.ts';
import { standpointOf } from './standpoint.ts';
import { StubLedger } from './testing/stub-ledger.ts';

const zone = zoneOf('Asia/Ho_Chi_Minh');
const at = (text: string) => Date.parse(`${text}+07:00`);
const day = (text: string) => parseDay(text) ?? assert.fail(text);
const NOW = at('2026-11-23T10:00:00');
const objective = builtinObjectives().find(({ id }) => id === 'dossier-on-time') ?? assert.fail();

const unit = (id: string, parent: string | null, from = '2020-01-01'): UnitRecord => ({
  id: unitId(id),
  name: id,
  parent: parent === null ? null : unitId(parent),
  handlesProcedures: true,
  procedures: [],
  ending: null,
  instrument: null,
  from: day(from),
  to: null,
  knownAt: 0,
});
/** The team moves from the second department to the first on 1 November 2026. */
const UNITS = [
  unit('H19', null),
  unit('H19.01', 'H19'),
  unit('H19.02', 'H19'),
  unit('H19.02.01', 'H19.02'),
  unit('H19.02.01', 'H19.01', '2026-11-01'),
];

function frame(request: FigureRequest, definitions: readonly ObjectiveDefinition[] = [objective]) {
  const checkpoint = { position: START, knownAt: NOW, entry: 0, office: 0, generation: 'first' };
  return frameOf(
    'dossier-on-time',
    request,
    standpointOf(checkpoint, request, () => NOW),
    {
      objectives: objectiveReader({ definitions, from: 'file' }, MEASURES)(new Map()),
      measures: MEASURES,
      zone,
      treeOn: (on) => unitTree(UNITS, on),
    },
  );
}
function framed(request: FigureRequest, definition = objective) {
  const outcome = frame(request, [definition]);
  return outcome.kind === 'figure' ? outcome.figure : assert.fail(outcome.kind);
}
const unitsOf = (request: FigureRequest, definition = objective) => framed(request, definition).filter.units;
const ofUnit = (id: string) => ({ ...objective, unit: unitId(id) });

test('an objective that no definition names is unknown', () => {
  assert.deepEqual(frame({}, []), { kind: 'unknown-objective', known: [] });
  const known = ['coffee'];
  assert.deepEqual(frame({}, [{ ...objective, id: 'coffee' }]), { kind: 'unknown-objective', known });
});

test('before its first version an objective is not yet in force, and the answer says from when it is', () => {
  const others = [
    { ...objective, version: 2, validFrom: day('2028-01-01'), validTo: day('2028-12-31') },
    { ...objective, validFrom: day('2027-01-01'), validTo: day('2027-12-31') },
    { ...objective, id: 'coffee', validFrom: day('2026-12-01') },
  ];
  assert.deepEqual(frame({}, others), { kind: 'not-yet-in-force', from: day('2027-01-01') });
});

test('the version in force on the local day of the answer counts, and it may be carried over', () => {
  const second = { ...objective, version: 2, validFrom: day('2026-11-23'), validTo: day('2026-12-31') };
  const on = (text: string) => {
    const outcome = frame({ asOf: at(text) }, [objective, second]);
    return outcome.kind === 'figure' && [outcome.figure.definition.version, outcome.figure.carriedOver];
  };
  assert.deepEqual(on('2026-11-22T23:59:59'), [1, true]);
  assert.deepEqual(on('2026-11-23T00:00:00'), [2, false]);
});

test('a window that ends before it begins has no figure', () => {
  const window = { from: day('2026-11-02'), to: day('2026-11-01') };
  assert.deepEqual(frame({ window }), { kind: 'window-ends-before-it-begins' });
});

test("the window is the definition's own, a named one, or the days that are asked", () => {
  const days = (request: FigureRequest, definition = objective) => {
    const { name, from, cutTo } = framed(request, definition).window;
    return [name, formatDay(from), formatDay(cutTo)];
  };
  assert.deepEqual(days({}), ['year', '2026-01-01', '2026-11-23']);
  assert.deepEqual(days({}, { ...objective, window: 'quarter' }), ['quarter', '2026-10-01', '2026-11-23']);
  assert.deepEqual(days({ window: 'month' }), ['month', '2026-11-01', '2026-11-23']);
  const window = { from: day('2026-03-05'), to: day('2026-03-05') };
  assert.deepEqual(days({ window }), ['from-to', '2026-03-05', '2026-03-05']);
});

test('the frame stands where it was asked from', () => {
  const { asOf, pin, known } = framed({ asOf: at('2026-11-20T09:00:00') });
  assert.equal(asOf, at('2026-11-20T09:00:00'));
  assert.equal(pin.now, asOf);
  assert.deepEqual(known, { knownAt: asOf });
});

test('without a unit all units count, and no filter is asked', () => {
  assert.deepEqual(framed({}).filter, {});
});

test('a unit counts with all below it, as the tree stood at the end of the window', () => {
  assert.deepEqual(unitsOf({ unit: unitId('H19.01') }), ['H19.01', 'H19.02.01']);
  assert.deepEqual(unitsOf({ unit: unitId('H19.02') }), ['H19.02']);
  const october = { from: day('2026-10-01'), to: day('2026-10-31') };
  assert.deepEqual(unitsOf({ unit: unitId('H19.02'), window: october }), ['H19.02', 'H19.02.01']);
  assert.deepEqual(unitsOf({ unit: unitId('H19.01'), window: october }), ['H19.01']);
});

test('a unit alone leaves out all below it', () => {
  assert.deepEqual(unitsOf({ unit: unitId('H19.01'), unitAlone: true }), ['H19.01']);
  assert.equal(unitsOf({ unitAlone: true }), undefined, 'of no unit');
});

test("the definition's own unit limits what is asked", () => {
  assert.deepEqual(unitsOf({}, ofUnit('H19.01')), ['H19.01', 'H19.02.01']);
  assert.deepEqual(unitsOf({ unit: unitId('H19') }, ofUnit('H19.01')), ['H19.01', 'H19.02.01']);
  assert.deepEqual(unitsOf({ unit: unitId('H19.02.01') }, ofUnit('H19.01')), ['H19.02.01']);
  assert.deepEqual(unitsOf({ unit: unitId('H19'), unitAlone: true }, ofUnit('H19.01')), []);
  assert.deepEqual(unitsOf({ unit: unitId('H19.02') }, ofUnit('H19.01')), [], 'a unit beside it');
});

test('values of other dimensions are asked as they are', () => {
  const where = { field: 'land' };
  assert.deepEqual(framed({ where }).filter, { where });
  assert.deepEqual(framed({ where, unit: unitId('H19.02') }).filter, { where, units: ['H19.02'] });
});

test('an identifier stands for its unit as the table was known at that moment', async () => {
  const record = (target: string, knownAt: number): AgencyRecord => ({
    id: unitId('00.02.H19'),
    unit: unitId(target),
    instrument: null,
    knownAt,
  });
  const row = (version: number, target: string, knownAt: number): DeclaredRow => ({
    version,
    order: { time: knownAt, assertedAt: knownAt, event: eventId('table', `${version}`) },
    declared: { kind: 'agency', record: record(target, knownAt) },
  });
  const ledger = new StubLedger();
  ledger.declared.push(row(1, 'H19.01', 100), row(2, 'H19.02', 200));
  const asked: FigureRequest = { unit: unitId('00.02.H19'), unitAlone: true };
  const source = new OfficeSource({ zone, holidays: [], hours: DEFAULT_OFFICE_HOURS });
  const agenciesAt = async (asOf?: number) => (await source.at(ledger.at(), asOf)).agencies;
  assert.deepEqual(withUnit(asked, await agenciesAt()), { unit: 'H19.02', unitAlone: true });
  assert.deepEqual(withUnit(asked, await agenciesAt(150)), { unit: 'H19.01', unitAlone: true });
  const none: FigureRequest = { unitAlone: true };
  assert.equal(withUnit(none, await agenciesAt()), none);
});

test('an objective of one field counts that field alone, and nothing of another', () => {
  const ofField = { ...objective, field: fieldId('Đất đai') };
  assert.deepEqual(framed({}, ofField).filter, { where: { field: 'Đất đai' } });
  assert.deepEqual(framed({ where: { field: 'Đất đai', channel: 'online' } }, ofField).filter.where, {
    field: 'Đất đai',
    channel: 'online',
  });
  assert.deepEqual(framed({ where: { field: 'Y tế' } }, ofField).filter.units, []);
});
