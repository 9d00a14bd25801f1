import { z } from 'zod';
import type { Zone } from '../../calendar/zone.ts';
import { described } from '../../contracts/described.ts';
import type { EventKind } from '../../contracts/event-kind.ts';
import { identifierSchema } from '../../contracts/schema-parts.ts';
import {
  correctionFields,
  decisionFields,
  LEVEL,
  LEVELS,
  PERSON_EVENTS,
  personField,
  personStream,
  ratedYearField,
  ruleSetField,
  yearDecided,
  yearOfRules,
} from './staff-fields.ts';

/** What a record says of a person about a year: a level, or không xếp loại (NĐ 90 art. 2.3, NĐ 233 art. 14). */
export const RATING_RESULTS = [...LEVELS, 'under-six-months'] as const;
export type RatingResult = (typeof RATING_RESULTS)[number];

/**
 * `staff.rating.v1`: the rating of a person for a year (xếp loại chất lượng), or that the rule set does not rate them. The decision
 * with the last day is in force; a year that is over is restated by a later one (NĐ 233 art. 14.3, 15).
 */
export function staffRatingV1(zone: Zone) {
  return z
    .object({
      staffRef: personField,
      ratedYear: ratedYearField,
      ruleSet: ruleSetField,
      level: described(z.enum(RATING_RESULTS), {
        ...LEVEL,
        meaning: 'The level of the rating, or why the rule set does not rate the person',
        values: {
          ...LEVEL.values,
          'under-six-months': 'Not rated: worked less than six months in the year (dưới 6 tháng)',
        },
      }),
      group: described(identifierSchema(), {
        meaning: 'Group of like tasks within the unit, for the cap of the excellent',
        vi: 'nhóm nhiệm vụ tương đồng',
        example: 'Chuyên viên',
        omit: 'the office does not group its staff',
      }).optional(),
      ...decisionFields,
      ...correctionFields(zone),
    })
    .refine(yearOfRules.holds, yearOfRules.fault)
    .refine(yearDecided.holds, yearDecided.fault);
}

export type StaffRatingV1 = z.output<ReturnType<typeof staffRatingV1>>;

export const staffRating: EventKind<StaffRatingV1> = {
  type: 'staff.rating.v1',
  schema: staffRatingV1,
  whenFields: ['assertedAt'],
  streamOf: personStream,
  streamLimit: PERSON_EVENTS,
  ofPerson: true,
};
