import { z } from 'zod';
import type { Zone } from '../../calendar/zone.ts';
import { described } from '../../contracts/described.ts';
import type { SharedKind } from '../../contracts/own-kind.ts';
import { identifierSchema, whenSchema } from '../../contracts/schema-parts.ts';
import { INSPECTION_EVENTS, inspectionFields, inspectionStream } from './fields.ts';

/** `inspection.concluded.v1`: the conclusion was issued (thông báo kết luận kiểm tra): from then on the unit is inspected; the last statement holds. */
export const inspectionConcludedV1 = (zone: Zone) =>
  z.object({
    ...inspectionFields(zone),
    concludedAt: described(whenSchema(zone), {
      meaning: 'When the conclusion was issued; the inspection counts on this day',
      vi: 'ngày ban hành kết luận',
      example: '2026-05-28',
    }),
    conclusionNumber: described(identifierSchema(300), {
      meaning: 'Number and notation of the conclusion',
      vi: 'số kết luận',
      example: '45/TB-VP',
      omit: 'it has none',
    }).optional(),
  });

export type InspectionConcludedV1 = z.output<ReturnType<typeof inspectionConcludedV1>>;

export const inspectionConcluded: SharedKind<InspectionConcludedV1> = {
  type: 'inspection.concluded.v1',
  schema: inspectionConcludedV1,
  whenFields: ['concludedAt', 'assertedAt'],
  streamOf: inspectionStream,
  streamLimit: INSPECTION_EVENTS,
};
