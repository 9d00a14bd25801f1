import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zoneOf } from '../calendar/zone.ts';
import { decoder } from '../contracts/decode.ts';
import { feedName } from '../contracts/ids.ts';
import { REFERENCE_EVENTS } from './reference-events.ts';

const kinds = new Map(REFERENCE_EVENTS.map(({ kind }) => [kind.type, kind]));
const decode = decoder(kinds, zoneOf('Asia/Ho_Chi_Minh'), (source) => ({ feed: feedName(source), rank: 1 }));
const stated = (type: string, data: object) =>
  decode({ specversion: '1.0', source: '/catalogue', id: '1', type, time: '2026-07-01', data });
const unit = (more: object) =>
  stated('unit.declared.v1', { unitId: 'H19.12', name: 'Sở', effectiveFrom: '2026-07-01', ...more });
const faultsOf = (decoded: ReturnType<typeof decode>) =>
  decoded.kind === 'invalid' ? decoded.faults.map(({ pointer, was }) => [pointer, was]) : [];
const storedOf = (decoded: ReturnType<typeof decode>) =>
  decoded.kind === 'event' ? JSON.parse(decoded.event.data) : assert.fail(JSON.stringify(decoded));

test('a statement without the newer fields is stored as before they were there', () => {
  const text =
    '{"time":"2026-07-01","unitId":"H19.12","name":"Sở","parentId":"H19","handlesProcedures":true,' +
    '"effectiveFrom":"2026-07-01","effectiveTo":"2026-12-31"}';
  const decoded = unit({ effectiveTo: '2026-12-31', handlesProcedures: true, parentId: 'H19' });
  assert.equal(decoded.kind === 'event' && decoded.event.data, text);
});

test('the fields of procedures have one order, and each stands once', () => {
  const [land, health] = [
    { fieldId: 'Đất đai', role: 'handles' },
    { fieldId: 'Y tế', role: 'monitors' },
  ];
  assert.deepEqual(
    storedOf(unit({ procedures: [health, land] })),
    storedOf(unit({ procedures: [land, health] })),
  );
  assert.deepEqual(faultsOf(unit({ procedures: [land, health, { ...land, role: 'monitors' }] })), [
    ['/data/procedures/2/fieldId', '"Đất đai"'],
  ]);
});

test('what contradicts a statement about procedures, a merger or a closing is a fault of its field', () => {
  const procedures = [{ fieldId: 'Đất đai', role: 'handles' }];
  const [merged, closed] = [{ mergedInto: 'H19.05' }, { closed: true }];
  for (const [more, pointer, was] of [
    [{ procedures, handlesProcedures: false }, '/data/handlesProcedures', 'false'],
    [{ ...merged, handlesProcedures: true }, '/data/handlesProcedures', 'true'],
    [{ ...closed, procedures }, '/data/procedures', 'an array of 1'],
    [{ ...merged, ...closed }, '/data/closed', 'true'],
    [{ ...closed, effectiveTo: '2026-12-31' }, '/data/effectiveTo', '"2026-12-31"'],
    [{ mergedInto: '000.00.12.H19' }, '/data/mergedInto', '"000.00.12.H19"'],
  ] as const)
    assert.deepEqual(faultsOf(unit(more)), [[pointer, was]]);
  for (const more of [{ procedures }, { ...merged, closed: false }, { ...closed, handlesProcedures: false }])
    assert.equal(unit(more).kind, 'event', JSON.stringify(more));
});

test('a legal limit is a whole number of a unit that the decrees have; a procedure is known by its code without the suffix', () => {
  const procedure = (legalLimit: object) =>
    stated('procedure.declared.v1', {
      ...{ procedureId: '1.001612.000.00.00.H19', name: 'Đăng ký', effectiveFrom: '2026-07-01' },
      legalLimit,
    });
  assert.equal(storedOf(procedure({ amount: 3, unit: 'working-days' })).procedureId, '1.001612');
  assert.deepEqual(faultsOf(procedure({ amount: 0.5, unit: 'days' })), [
    ['/data/legalLimit/amount', '0.5'],
    ['/data/legalLimit/unit', '"days"'],
  ]);
});
