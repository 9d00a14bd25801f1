import { z } from 'zod';
import type { Zone } from '../../calendar/zone.ts';
import { described } from '../../contracts/described.ts';
import type { EventKind } from '../../contracts/event-kind.ts';
import { unitId } from '../../contracts/ids.ts';
import { identifierSchema } from '../../contracts/schema-parts.ts';
import { STAFF_KINDS } from './kinds.ts';
import { correctionFields, daySchema, PERSON_EVENTS, personField, personStream } from './staff-fields.ts';

/** `staff.assigned.v1`: a person holds a position in a unit (bố trí công tác). A later assignment ends the one before. */
export function staffAssignedV1(zone: Zone) {
  return z
    .object({
      staffRef: personField,
      unitId: described(identifierSchema().transform(unitId), {
        meaning: 'Unit of the position',
        vi: 'đơn vị công tác',
        example: 'H19.02.01',
      }),
      kind: described(z.enum(STAFF_KINDS), {
        meaning: 'Kind of staff',
        vi: 'loại nhân sự',
        example: 'civil-servant',
        values: { 'civil-servant': 'Công chức', 'public-employee': 'Viên chức' },
      }),
      positionVersion: described(identifierSchema(), {
        meaning: 'Job position, in the version whose requirements apply',
        vi: 'vị trí việc làm',
        example: 'CV-TH/2026',
        omit: 'the person is not yet placed on a position',
      }).optional(),
      from: described(daySchema, {
        meaning:
          'First day of the assignment; an assignment stated again for the same day replaces the former',
        vi: 'từ ngày',
        example: '2024-03-01',
      }),
      to: described(daySchema, {
        meaning: 'Last day, inclusive',
        vi: 'đến ngày',
        example: '2026-10-31',
        omit: 'it lasts until the next assignment',
      }).optional(),
      ...correctionFields(zone),
    })
    .refine(({ from, to = from }) => to >= from, { path: ['to'], message: 'a day not before from' });
}

export type StaffAssignedV1 = z.output<ReturnType<typeof staffAssignedV1>>;

export const staffAssigned: EventKind<StaffAssignedV1> = {
  type: 'staff.assigned.v1',
  schema: staffAssignedV1,
  whenFields: ['assertedAt'],
  streamOf: personStream,
  streamLimit: PERSON_EVENTS,
  ofPerson: true,
};
