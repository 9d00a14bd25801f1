import { z } from 'zod';
import type { Zone } from '../calendar/zone.ts';
import { described } from '../contracts/described.ts';
import type { EventKind } from '../contracts/event-kind.ts';
import { streamName, unitId } from '../contracts/ids.ts';
import { identifierSchema, whenSchema } from '../contracts/schema-parts.ts';

const id = identifierSchema();

/**
 * `agency-id.mapped.v1`: a row of the office's table of agency identifiers (bảng đối chiếu mã định danh): the agency that other
 * systems write as `agencyId` is the unit `unitId`. The row with the greatest `time`, `assertedAt` and id is in force.
 */
export function agencyIdMappedV1(zone: Zone) {
  return z.object({
    agencyId: described(id.transform(unitId), {
      meaning: 'Identifier as others write it',
      vi: 'mã định danh được ghi',
      example: '00.02.H19',
    }),
    unitId: described(id.transform(unitId), {
      meaning: 'Unit that it stands for; the same text as `agencyId` states that it stays as written',
      vi: 'mã đơn vị',
      example: 'H19.02',
    }),
    instrument: described(identifierSchema(300), {
      meaning: 'Instrument that states it',
      vi: 'văn bản căn cứ',
      example: 'QĐ 20/2020/QĐ-TTg',
      omit: 'there is none',
    }).optional(),
    assertedAt: described(whenSchema(zone), {
      meaning: 'When this was stated; of several rows of one identifier the last holds',
      vi: 'thời điểm xác nhận',
      example: '2026-03-01T08:00:00+07:00',
      omit: 'it was stated at `time`',
    }).optional(),
  });
}

export type AgencyIdMappedV1 = z.output<ReturnType<typeof agencyIdMappedV1>>;

export const agencyIdMapped: EventKind<AgencyIdMappedV1> = {
  type: 'agency-id.mapped.v1',
  schema: agencyIdMappedV1,
  whenFields: ['assertedAt'],
  streamOf: () => streamName('agency-ids'),
};
