import { z } from 'zod';
import type { Zone } from '../../calendar/zone.ts';
import { described } from '../../contracts/described.ts';
import type { SharedKind } from '../../contracts/own-kind.ts';
import { lineSchema, whenSchema } from '../../contracts/schema-parts.ts';
import { eventFields, findingId, INSPECTION_EVENTS, inspectionStream } from './fields.ts';

/** `inspection.finding-closed.v1`: a finding was mended, and that was checked (đã khắc phục và được kiểm tra lại); the last statement holds. */
export const inspectionFindingClosedV1 = (zone: Zone) =>
  z.object({
    ...eventFields(zone),
    findingId,
    closedAt: described(whenSchema(zone), {
      meaning: 'When the mending was verified',
      vi: 'ngày xác nhận khắc phục',
      example: '2026-06-25',
    }),
    evidence: described(lineSchema(500).min(1), {
      meaning: 'Report or document that proves it',
      vi: 'minh chứng',
      example: 'Báo cáo 31/BC-P.HC',
      omit: 'none is named',
    }).optional(),
  });

export type InspectionFindingClosedV1 = z.output<ReturnType<typeof inspectionFindingClosedV1>>;

export const inspectionFindingClosed: SharedKind<InspectionFindingClosedV1> = {
  type: 'inspection.finding-closed.v1',
  schema: inspectionFindingClosedV1,
  whenFields: ['closedAt', 'assertedAt'],
  streamOf: inspectionStream,
  streamLimit: INSPECTION_EVENTS,
};
