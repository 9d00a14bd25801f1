import { z } from 'zod';
import type { Zone } from '../../calendar/zone.ts';
import { described } from '../../contracts/described.ts';
import type { SharedKind } from '../../contracts/own-kind.ts';
import { identifierSchema } from '../../contracts/schema-parts.ts';
import { INSPECTION_EVENTS, inspectionFields, inspectionStream } from './fields.ts';

const day = z.iso.date();

/** `inspection.planned.v1`: a line of a plan of inspections (kế hoạch kiểm tra); the last statement holds. `time` is when it was planned. */
export const inspectionPlannedV1 = (zone: Zone) =>
  z
    .object({
      ...inspectionFields(zone),
      plannedFrom: described(day, {
        meaning: 'First day of the time in which the inspection should begin',
        vi: 'kiểm tra từ ngày',
        example: '2026-04-01',
        omit: 'only the last day is planned',
      }).optional(),
      plannedUntil: described(day, {
        meaning: 'Last day by which it should have begun; a quarter ends on its last day',
        vi: 'kiểm tra đến ngày',
        example: '2026-06-30',
      }),
      cancelled: described(z.boolean(), {
        meaning: 'Whether the line was taken out of the plan again',
        vi: 'hủy kế hoạch',
        example: false,
        omit: 'it stands',
      }).optional(),
      instrument: described(identifierSchema(300), {
        meaning: 'Plan that has the line',
        vi: 'số kế hoạch',
        example: '26/KH-UBND',
        omit: 'it has no number',
      }).optional(),
    })
    .refine(({ plannedFrom: from, plannedUntil: until }) => from === undefined || from <= until, {
      path: ['plannedUntil'],
      message: 'a day not before plannedFrom',
    });

export type InspectionPlannedV1 = z.output<ReturnType<typeof inspectionPlannedV1>>;

export const inspectionPlanned: SharedKind<InspectionPlannedV1> = {
  type: 'inspection.planned.v1',
  schema: inspectionPlannedV1,
  whenFields: ['assertedAt'],
  streamOf: inspectionStream,
  streamLimit: INSPECTION_EVENTS,
};
