import { z } from 'zod';
import type { Zone } from '../../calendar/zone.ts';
import { described } from '../../contracts/described.ts';
import type { SharedKind } from '../../contracts/own-kind.ts';
import { whenSchema } from '../../contracts/schema-parts.ts';
import { INSPECTION_EVENTS, inspectionFields, inspectionStream } from './fields.ts';

/** `inspection.visited.v1`: one visit to the unit (buổi kiểm tra), or one examination of its files. An inspection may have several. */
export const inspectionVisitedV1 = (zone: Zone) =>
  z.object({
    ...inspectionFields(zone),
    visitedAt: described(whenSchema(zone), {
      meaning: 'When the visit ended; the time for the conclusion runs from the last one',
      vi: 'thời điểm kết thúc kiểm tra',
      example: '2026-05-12',
    }),
  });

export type InspectionVisitedV1 = z.output<ReturnType<typeof inspectionVisitedV1>>;

export const inspectionVisited: SharedKind<InspectionVisitedV1> = {
  type: 'inspection.visited.v1',
  schema: inspectionVisitedV1,
  whenFields: ['visitedAt', 'assertedAt'],
  streamOf: inspectionStream,
  streamLimit: INSPECTION_EVENTS,
};
