import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { DEFAULT_OFFICE_HOURS } from '../../shared/calendar/working-calendar.ts';
import { zoneOf } from '../../shared/calendar/zone.ts';
import { eventId, unitId } from '../../shared/contracts/ids.ts';
import type { Position } from '../../shared/contracts/stored-event.ts';
import { Commits } from '../../shared/ledger/commits.ts';
import { Observatory } from '../../shared/measures/observatory.ts';
import { MEASURES } from '../../shared/measures/registry.ts';
import { StubLedger } from '../../shared/measures/testing/stub-ledger.ts';
import { unitRecord } from '../../shared/office/records.ts';
import { eventually } from '../../tests/support/eventually.ts';
import { watchOfficeUnit } from './office-unit.ts';

test('the log says once that OFFICE_UNIT names no declared unit, and that it does when a statement comes', async () => {
  const zone = zoneOf('Asia/Ho_Chi_Minh');
  const clock = () => Date.parse('2026-11-23T10:00:00+07:00');
  const ledger = new StubLedger();
  const observatory = new Observatory({
    ...{
      ledger,
      zone,
      clock,
      measures: MEASURES,
      kinds: new Map(),
      file: { definitions: [], from: 'file' },
      holidays: [],
    },
    ...{ hours: DEFAULT_OFFICE_HOURS, officeUnit: unitId('H19.02') },
    ...{ deadLetters: async () => [], doubts: () => [] },
  });
  const commits = new Commits(ledger.now);
  const lines: string[] = [];
  const log = pino({}, { write: (line: string) => lines.push(line) });
  const messages = () => lines.map((line) => [JSON.parse(line).unit, JSON.parse(line).msg]);
  const publish = (office: number) => {
    ledger.now = { ...ledger.now, position: office as Position, office };
    commits.publish(ledger.now);
  };
  const declare = (data: object) => {
    const version = ledger.declared.length + 1;
    ledger.declared.push({
      version,
      order: { time: version, assertedAt: version, event: eventId('office', `${version}`) },
      declared: {
        kind: 'unit',
        record: unitRecord({ unitId: unitId('H19.02'), name: 'VP', effectiveFrom: '2026-01-01', ...data }, 0),
      },
    });
    publish(version);
  };
  const end = watchOfficeUnit({ observatory, commits, zone, log });
  await eventually(() => lines.length === 1);
  declare({ unitId: unitId('H19.03') });
  await eventually(() => ledger.reads.filter((one) => one === 'declared since 0').length === 2);
  declare({});
  await eventually(() => lines.length === 2);
  declare({ closed: true, effectiveFrom: '2026-02-01' });
  await eventually(() => lines.length === 3);
  end();
  assert.deepEqual(messages(), [
    ['H19.02', 'OFFICE_UNIT names a unit that no statement declares'],
    ['H19.02', 'OFFICE_UNIT names an active unit'],
    ['H19.02', 'OFFICE_UNIT names a unit that is closed'],
  ]);
});
