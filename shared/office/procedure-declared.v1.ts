import { z } from 'zod';
import type { Zone } from '../calendar/zone.ts';
import { described } from '../contracts/described.ts';
import type { EventKind } from '../contracts/event-kind.ts';
import { fieldId, procedureId, streamName } from '../contracts/ids.ts';
import { identifierSchema } from '../contracts/schema-parts.ts';
import { daysInOrder, statementFields } from './statement-fields.ts';

/**
 * Units of a limit as the decrees write it: ngày làm việc, ngày, giờ làm việc. A dossier under a limit in days of either kind has the
 * `limitUnit` `days`, one under a limit in hours `hours`.
 */
export const LEGAL_LIMIT_UNITS = ['working-days', 'calendar-days', 'working-hours'] as const;
export type LegalLimitUnit = (typeof LEGAL_LIMIT_UNITS)[number];

const limitSchema = z.object({
  amount: described(z.int().min(1).max(10_000), {
    meaning: 'How many of `unit`; half a working day is four working hours',
    vi: 'thời hạn',
    example: 15,
  }),
  unit: described(z.enum(LEGAL_LIMIT_UNITS), {
    meaning: 'Unit of the limit',
    vi: 'đơn vị của thời hạn',
    example: 'working-days',
    values: {
      'working-days': 'Working days (ngày làm việc)',
      'calendar-days': 'Days, also those without work (ngày)',
      'working-hours': 'Hours of work (giờ làm việc)',
    },
  }),
});

/**
 * `procedure.declared.v1`: an administrative procedure (thủ tục hành chính) from a local date on, until a statement from a later date on.
 * Of several statements from one date the one with the greatest `time`, `assertedAt` and id is in force.
 */
export function procedureDeclaredV1(zone: Zone) {
  const id = identifierSchema();
  return z
    .object({
      procedureId: described(id.transform(procedureId), {
        meaning: "Code of the administrative procedure; the province's suffix is removed",
        vi: 'mã thủ tục hành chính',
        example: '1.001612',
      }),
      // Some names in the national catalogue are paragraphs.
      name: described(identifierSchema(1_000), {
        meaning: 'Name of the procedure',
        vi: 'tên thủ tục hành chính',
        example: 'Cấp giấy chứng nhận đăng ký hộ kinh doanh',
      }),
      fieldId: described(id.transform(fieldId), {
        meaning: 'Field that it belongs to',
        vi: 'lĩnh vực',
        example: 'G09-DN02',
        omit: 'it is not stated',
      }).optional(),
      legalLimit: described(limitSchema, {
        meaning: 'Longest time that the law allows for it',
        vi: 'thời hạn giải quyết theo quy định',
        example: { amount: 3, unit: 'working-days' },
        omit: 'there is none, or it is not stated',
      }).optional(),
      ...statementFields(zone),
    })
    .refine(daysInOrder.holds, daysInOrder.fault);
}

export type ProcedureDeclaredV1 = z.output<ReturnType<typeof procedureDeclaredV1>>;

export const procedureDeclared: EventKind<ProcedureDeclaredV1> = {
  type: 'procedure.declared.v1',
  schema: procedureDeclaredV1,
  whenFields: ['assertedAt'],
  streamOf: ({ procedureId: id }) => streamName(`procedure-${id}`),
};
