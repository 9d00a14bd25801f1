import { z } from 'zod';
import type { Zone } from '../calendar/zone.ts';
import { described } from '../contracts/described.ts';
import { identifierSchema, whenSchema } from '../contracts/schema-parts.ts';

const day = z.iso.date();

/** The fields of every dated statement about a unit, a field or a procedure: its days, its instrument, when it was made. */
export const statementFields = (zone: Zone) => ({
  instrument: described(identifierSchema(300), {
    meaning: 'Decision that states it',
    vi: 'văn bản căn cứ',
    example: 'QĐ 15/QĐ-UBND',
    omit: 'there is none',
  }).optional(),
  effectiveFrom: described(day, {
    meaning: 'First day on which the statement holds, in the calendar of the office',
    vi: 'ngày có hiệu lực',
    example: '2026-01-01',
  }),
  effectiveTo: described(day, {
    meaning: 'Last day on which it holds, inclusive',
    vi: 'ngày hết hiệu lực',
    example: '2026-12-31',
    omit: 'it holds until a statement from a later day',
  }).optional(),
  assertedAt: described(whenSchema(zone), {
    meaning: 'When this was stated; of several statements from one day the last holds',
    vi: 'thời điểm xác nhận',
    example: '2025-12-20T08:00:00+07:00',
    omit: 'it was stated at `time`',
  }).optional(),
});

interface Days {
  readonly effectiveFrom: string;
  readonly effectiveTo?: string | undefined;
}

/** The last day of a statement is not before its first. */
export const daysInOrder = {
  holds: ({ effectiveFrom, effectiveTo = effectiveFrom }: Days): boolean => effectiveTo >= effectiveFrom,
  fault: { path: ['effectiveTo'], message: 'a day not before effectiveFrom' },
};
