import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LocalDay } from '../calendar/zone.ts';
import type { EventId } from '../contracts/ids.ts';
import { unitId } from '../contracts/ids.ts';
import type { Declared, DeclaredRow } from './declared.ts';
import { OfficeBook } from './office-book.ts';
import { agencyRecord, unitRecord } from './records.ts';
import { unitTree } from './unit-tree.ts';

const rowsOf = (...all: readonly Declared[]): DeclaredRow[] =>
  all.map((declared, index) => ({
    version: index + 1,
    order: { time: index, assertedAt: index, event: `e${index}` as EventId },
    declared,
  }));
const unit = (id: string, more: object = {}): Declared => ({
  kind: 'unit',
  record: unitRecord({ unitId: unitId(id), name: id, effectiveFrom: '2026-01-01', ...more }, 0),
});
const mapped = (id: string, to: string): Declared => ({
  kind: 'agency',
  record: agencyRecord({ agencyId: unitId(id), unitId: unitId(to) }, 0),
});
/** Long after every statement. */
const LATER = 40_000 as LocalDay;

test('a merger names its units by the table of identifiers, whichever came first', () => {
  const merger = unit('00.10.H10', { mergedInto: unitId('00.02.H19'), effectiveFrom: '2026-07-01' });
  const table = [mapped('00.10.H10', 'H10.10'), mapped('00.02.H19', 'H19.02')];
  for (const rows of [rowsOf(merger, ...table), rowsOf(...table, merger)]) {
    const tree = unitTree(new OfficeBook(rows).units, LATER);
    assert.deepEqual(tree.standingOf(unitId('H10.10')), { kind: 'merged', successor: 'H19.02' });
    assert.deepEqual(tree.withDescendants(unitId('H19.02')), ['H19.02', 'H10.10']);
  }
});

test('a merger of two identifiers that the table makes one states nothing: the unit is as its own statements have it', () => {
  const rows = rowsOf(
    unit('H19.02', { handlesProcedures: true }),
    unit('00.02.H19', { mergedInto: unitId('H19.02'), effectiveFrom: '2026-07-01' }),
    mapped('00.02.H19', 'H19.02'),
  );
  assert.deepEqual(unitTree(new OfficeBook(rows).units, LATER).standingOf(unitId('H19.02')), {
    kind: 'active',
    handlesProcedures: true,
    procedures: [],
  });
});
