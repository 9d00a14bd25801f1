import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayIn } from '../../../shared/calendar/year.ts';
import { zoneOf } from '../../../shared/calendar/zone.ts';
import { definitionFile } from '../../../shared/measures/definition.ts';
import { MEASURES } from '../../../shared/measures/registry.ts';
import { personNameSchema } from '../../../shared/person-names/port.ts';
import { decode } from '../../../tests/support/decode.ts';
import { officeDuties } from './office-duties.ts';
import { demoObjectives } from './office-objectives.ts';
import { officeRegisters } from './office-registers.ts';
import { officeNames, officeStaff } from './office-staff.ts';

const zone = zoneOf('Asia/Ho_Chi_Minh');

test('each of the invented staff has a name of its own, as the table of names takes it', () => {
  const names = officeNames();
  const days = { zone, from: dayIn(2026, 2, 5), to: dayIn(2026, 12, 31) };
  const staff = new Set(
    [...officeStaff(days)].flatMap(({ data }) => ('staffRef' in data ? [data.staffRef] : [])),
  );
  assert.deepEqual(new Set(names.map(({ staffRef }) => staffRef)), staff);
  assert.equal(new Set(names.map(({ name }) => personNameSchema.parse(name))).size, staff.size);
});

test('the demonstration starts in any year: its file of objectives is one, and its tables are events', () => {
  for (const year of [2027, 2028]) {
    const { objectives } = definitionFile(MEASURES).parse(demoObjectives(year));
    assert.ok(objectives.some(({ unit, parent, plan }) => unit && parent && plan));
    for (const to of [dayIn(year, 1, 1), dayIn(year, 12, 31)])
      for (const event of [
        ...officeDuties({ zone, from: dayIn(year - 1, 2, 5), to }),
        ...officeRegisters({ zone, from: dayIn(year - 1, 2, 5), to }),
      ])
        assert.equal(decode(event, 'demo').kind, 'event', JSON.stringify(event));
  }
});
