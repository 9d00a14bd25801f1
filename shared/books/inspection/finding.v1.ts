import { z } from 'zod';
import type { Zone } from '../../calendar/zone.ts';
import { described } from '../../contracts/described.ts';
import { unitId } from '../../contracts/ids.ts';
import type { SharedKind } from '../../contracts/own-kind.ts';
import { identifierSchema, lineSchema, whenSchema } from '../../contracts/schema-parts.ts';
import { eventFields, findingId, INSPECTION_EVENTS, inspectionStream } from './fields.ts';

/** `inspection.finding.v1`: what an inspection found and asks to mend (tồn tại, hạn chế); the last statement of a finding holds. */
export const inspectionFindingV1 = (zone: Zone) =>
  z.object({
    ...eventFields(zone),
    findingId,
    unitId: described(identifierSchema().transform(unitId), {
      meaning: 'Unit that has to mend it',
      vi: 'đơn vị khắc phục',
      example: 'H19.02.03',
      omit: 'it is the unit that was inspected',
    }).optional(),
    clause: described(lineSchema(300).min(1), {
      meaning: 'Rule or clause that was not kept',
      vi: 'căn cứ, điều khoản',
      example: 'Điều 17 NĐ 61/2018/NĐ-CP',
      omit: 'none is named',
    }).optional(),
    description: described(lineSchema(2_000).min(1), {
      meaning: 'What was found, without personal data',
      vi: 'nội dung tồn tại, hạn chế',
      example: 'Chưa niêm yết 3 thủ tục mới',
      omit: 'the conclusion describes it',
    }).optional(),
    dueAt: described(whenSchema(zone), {
      meaning: 'By when it has to be mended, as the conclusion says: no rule sets a term for all',
      vi: 'hạn khắc phục',
      example: '2026-06-30',
      omit: 'the conclusion sets none',
    }).optional(),
  });

export type InspectionFindingV1 = z.output<ReturnType<typeof inspectionFindingV1>>;

export const inspectionFinding: SharedKind<InspectionFindingV1> = {
  type: 'inspection.finding.v1',
  schema: inspectionFindingV1,
  whenFields: ['dueAt', 'assertedAt'],
  streamOf: inspectionStream,
  streamLimit: INSPECTION_EVENTS,
};
