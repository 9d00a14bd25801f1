import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { documentExchange } from '../books/document/exchange.v1.ts';
import { dossierStatus } from '../books/dossier/status.v1.ts';
import { calendarDayDeclared } from '../office/calendar-day-declared.v1.ts';
import { unitDeclared } from '../office/unit-declared.v1.ts';
import { fromStored, toStored } from './event-kind.ts';
import { documentId, dossierId, unitId } from './ids.ts';

const moment = fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2100, 0, 1) - 1 });

test('the stored text has moments as RFC 3339 in UTC, in the order of the contract', () => {
  const event = {
    type: 'dossier.status.v1',
    time: Date.UTC(2024, 1, 29, 2, 31),
    data: { dossierId: dossierId('H19.12-240229-0001'), status: 'received', dueAt: null, sequence: 3 },
  };
  assert.equal(
    toStored(dossierStatus, event),
    '{"time":"2024-02-29T02:31:00.000Z","dossierId":"H19.12-240229-0001","status":"received","dueAt":null,"sequence":3}',
  );
});

test('every moment is written as Date writes it, and read back', () => {
  fc.assert(
    fc.property(moment, moment, (time, at) => {
      const data = { documentId: documentId('d'), recipientUnitId: unitId('u'), step: 'sent', at } as const;
      const event = { type: 'document.exchange.v1', time, data };
      const text = toStored(documentExchange, event);
      assert.equal(JSON.parse(text).time, new Date(time).toISOString());
      assert.equal(JSON.parse(text).at, new Date(at).toISOString());
      assert.deepEqual(fromStored(documentExchange, text), event);
    }),
  );
});

test('each subject has its stream', () => {
  const day = { day: '2026-11-24', kind: 'off', instrument: 'NQ 28/2026/QH16' } as const;
  assert.equal(calendarDayDeclared.streamOf(day), 'calendar');
  const unit = { unitId: unitId('000.00.12.H19'), name: 'Phòng', effectiveFrom: '2026-01-01' };
  assert.equal(unitDeclared.streamOf(unit), 'unit-H19.12');
});
