import { z } from 'zod';
import type { Zone } from '../../calendar/zone.ts';
import { described } from '../../contracts/described.ts';
import type { EventKind } from '../../contracts/event-kind.ts';
import { identifierSchema, lineSchema } from '../../contracts/schema-parts.ts';
import { correctionFields, daySchema, PERSON_EVENTS, personField, personStream } from './staff-fields.ts';

/** Đạt, chưa đạt tiêu chuẩn chức danh; chưa xếp vị trí việc làm. */
export const STANDARD_OUTCOMES = ['meets', 'does-not-meet', 'not-yet-placed'] as const;
export type StandardOutcome = (typeof STANDARD_OUTCOMES)[number];

/**
 * `staff.standard.v1`: how a person stands to the requirements of a position version (tiêu chuẩn chức danh), from a day on until a
 * later statement about that version.
 */
export function staffStandardV1(zone: Zone) {
  return z.object({
    staffRef: personField,
    outcome: described(z.enum(STANDARD_OUTCOMES), {
      meaning: 'How the person stands to the requirements',
      vi: 'kết quả đối chiếu tiêu chuẩn',
      example: 'meets',
      values: {
        meets: 'Meets them (đạt tiêu chuẩn)',
        'does-not-meet': 'Does not meet them (chưa đạt tiêu chuẩn)',
        'not-yet-placed': 'Not yet placed on a position (chưa xếp vị trí việc làm)',
      },
    }),
    positionVersion: described(identifierSchema(), {
      meaning: 'Position version whose requirements were held against the evidence',
      vi: 'vị trí việc làm',
      example: 'CV-TH/2026',
      omit: 'it is the one that the person holds on `from`',
    }).optional(),
    evidence: described(lineSchema(500), {
      meaning: 'Reference of the evidence, e.g. a certificate in the dossier. No personal data',
      vi: 'minh chứng',
      example: 'HS-CB/0417/VB-03',
      omit: 'there is none',
    }).optional(),
    from: described(daySchema, {
      meaning: 'First day on which it holds',
      vi: 'từ ngày',
      example: '2026-07-01',
    }),
    ...correctionFields(zone),
  });
}

export type StaffStandardV1 = z.output<ReturnType<typeof staffStandardV1>>;

export const staffStandard: EventKind<StaffStandardV1> = {
  type: 'staff.standard.v1',
  schema: staffStandardV1,
  whenFields: ['assertedAt'],
  streamOf: personStream,
  streamLimit: PERSON_EVENTS,
  ofPerson: true,
};
