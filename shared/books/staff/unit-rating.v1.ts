import { z } from 'zod';
import type { Zone } from '../../calendar/zone.ts';
import { described } from '../../contracts/described.ts';
import type { EventKind } from '../../contracts/event-kind.ts';
import { streamName, unitId } from '../../contracts/ids.ts';
import { identifierSchema } from '../../contracts/schema-parts.ts';
import {
  correctionFields,
  decisionFields,
  LEVEL,
  LEVELS,
  PERSON_EVENTS,
  ratedYearField,
  yearDecided,
} from './staff-fields.ts';

/** `staff.unit-rating.v1`: the rating of a unit for a year (xếp loại tập thể); the cap of its excellent staff depends on it. */
export function staffUnitRatingV1(zone: Zone) {
  return z
    .object({
      unitId: described(identifierSchema().transform(unitId), {
        meaning: 'Unit that is rated',
        vi: 'đơn vị được xếp loại',
        example: 'H19.02.01',
      }),
      ratedYear: ratedYearField,
      level: described(z.enum(LEVELS), LEVEL),
      ...decisionFields,
      ...correctionFields(zone),
    })
    .refine(yearDecided.holds, yearDecided.fault);
}

export type StaffUnitRatingV1 = z.output<ReturnType<typeof staffUnitRatingV1>>;

export const staffUnitRating: EventKind<StaffUnitRatingV1> = {
  type: 'staff.unit-rating.v1',
  schema: staffUnitRatingV1,
  whenFields: ['assertedAt'],
  streamOf: ({ unitId: unit }) => streamName(`staff-unit-${unit}`),
  streamLimit: PERSON_EVENTS,
};
