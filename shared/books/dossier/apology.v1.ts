import { z } from 'zod';
import type { Zone } from '../../calendar/zone.ts';
import { described } from '../../contracts/described.ts';
import type { EventKind } from '../../contracts/event-kind.ts';
import { streamName } from '../../contracts/ids.ts';
import { marksSchema, REASON_LIMIT, withBoundedReason } from '../../contracts/marks.ts';
import { identifierSchema, proseSchema, whenSchema } from '../../contracts/schema-parts.ts';
import { correctsField, DOSSIER_EVENTS, dossierIdField } from './status.v1.ts';

/**
 * `dossier.apology.v1`: the office apologises by a letter for a dossier that is or will be late (văn bản xin lỗi; NĐ 61 art. 19.9, Mẫu
 * 04), and may name a new due date. Without one the letter moves nothing.
 */
export function dossierApologyV1(zone: Zone) {
  const when = whenSchema(zone);
  return z.object({
    dossierId: dossierIdField,
    letterNumber: described(identifierSchema(), {
      meaning: 'Number and notation of the letter, or its id in the document system',
      vi: 'số, ký hiệu văn bản xin lỗi',
      example: '45/TXL-VP',
    }),
    date: described(when, {
      meaning: 'Date of the letter; an extension counts by the day of this date',
      vi: 'ngày văn bản',
      example: '2026-11-18',
    }),
    newDueAt: described(when, {
      meaning: 'New due date that the letter names; it moves the due date by the rule of extensions',
      vi: 'ngày hẹn trả mới',
      example: '2026-11-25',
      omit: 'the letter names none, and moves nothing',
    }).optional(),
    reason: described(proseSchema, {
      meaning: `Reason in words, without personal data; cut at ${REASON_LIMIT} characters`,
      vi: 'lý do',
      example: 'Chờ ý kiến của cơ quan phối hợp',
      omit: 'there is none',
    }).optional(),
    corrects: correctsField,
    assertedAt: described(when, {
      meaning: 'When this was stated; of several statements about one letter the later one holds',
      vi: 'thời điểm xác nhận',
      example: '2026-11-19T10:00:00+07:00',
      omit: 'it was stated at `time`',
    }).optional(),
    marks: marksSchema.optional(),
  });
}

export type DossierApologyV1 = z.output<ReturnType<typeof dossierApologyV1>>;

export const dossierApology: EventKind<DossierApologyV1> = {
  type: 'dossier.apology.v1',
  schema: dossierApologyV1,
  whenFields: ['date', 'newDueAt', 'assertedAt'],
  streamOf: ({ dossierId }) => streamName(`dossier-${dossierId}`),
  streamLimit: DOSSIER_EVENTS,
  bounded: withBoundedReason,
};
