import * as fc from 'fast-check';
import { HOUR, type LocalDay } from '../../calendar/zone.ts';
import { RECORDED, START } from '../../ledger/contract-properties.test.ts';
import { ZONE } from '../../ledger/testing/contract-events.ts';

const days = fc.integer({ min: -2, max: 40 }).map((day) => (ZONE.dayOf(START) + day) as LocalDay);

/** A window among the days of any events. */
export const anyDays = fc.tuple(days, days).map(([one, other]) => ({
  from: Math.min(one, other) as LocalDay,
  to: Math.max(one, other) as LocalDay,
}));

/** A moment of knowledge: from before the first event was recorded to after the last one. */
export const anyKnown = fc.integer({ min: -1, max: 7 }).map((hour) => RECORDED + hour * HOUR);

/** A present after every event was recorded. */
export const anyPresent = fc
  .integer({ min: 0, max: 40 * 24 })
  .map((hour) => RECORDED + 7 * HOUR + hour * HOUR);

export const maybe = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined });

/** Without what is undefined. */
export function stated<Value>(record: Readonly<Record<string, Value | undefined>>): Record<string, Value> {
  const entries = Object.entries(record).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  return Object.fromEntries(entries);
}
