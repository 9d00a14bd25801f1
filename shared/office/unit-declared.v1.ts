import { z } from 'zod';
import type { Zone } from '../calendar/zone.ts';
import { described } from '../contracts/described.ts';
import type { EventKind } from '../contracts/event-kind.ts';
import { streamName, unitId } from '../contracts/ids.ts';
import { identifierSchema, whenSchema } from '../contracts/schema-parts.ts';

const id = identifierSchema();
const day = z.iso.date();

/**
 * `unit.declared.v1`: a unit (đơn vị) from a local date on, until a statement from a later date on. Of several statements from
 * one date the one with the greatest `time`, `assertedAt` and id is in force.
 */
export function unitDeclaredV1(zone: Zone) {
  return z
    .object({
      unitId: described(id.transform(unitId), {
        meaning: 'Identifier of the unit',
        vi: 'mã đơn vị',
        example: 'H19.12',
      }),
      name: described(identifierSchema(300), {
        meaning: 'Name of the unit',
        vi: 'tên đơn vị',
        example: 'Sở Y tế',
      }),
      parentId: described(id.transform(unitId).nullable(), {
        meaning: 'Unit above; `null` states that there is none',
        vi: 'đơn vị cấp trên',
        example: 'H19',
        omit: 'there is none',
      }).optional(),
      handlesProcedures: described(z.boolean(), {
        meaning: 'Whether it handles or monitors administrative procedures',
        vi: 'trực tiếp thực hiện và quản lý theo dõi TTHC',
        example: true,
        omit: 'it does not',
      }).optional(),
      effectiveFrom: described(day, {
        meaning: 'First day on which the statement holds, in the calendar of the office',
        vi: 'ngày có hiệu lực',
        example: '2026-01-01',
      }),
      effectiveTo: described(day, {
        meaning: 'Last day on which it holds, inclusive',
        vi: 'ngày hết hiệu lực',
        example: '2026-12-31',
        omit: 'it holds until a statement from a later day',
      }).optional(),
      assertedAt: described(whenSchema(zone), {
        meaning: 'When this was stated; of several statements from one day the last holds',
        vi: 'thời điểm xác nhận',
        example: '2025-12-20T08:00:00+07:00',
        omit: 'it was stated at `time`',
      }).optional(),
    })
    .refine(({ unitId: own, parentId }) => parentId !== own, {
      path: ['parentId'],
      message: 'another unit than this one',
    })
    .refine(({ effectiveFrom, effectiveTo = effectiveFrom }) => effectiveTo >= effectiveFrom, {
      path: ['effectiveTo'],
      message: 'a day not before effectiveFrom',
    });
}

export type UnitDeclaredV1 = z.output<ReturnType<typeof unitDeclaredV1>>;

export const unitDeclared: EventKind<UnitDeclaredV1> = {
  type: 'unit.declared.v1',
  schema: unitDeclaredV1,
  whenFields: ['assertedAt'],
  streamOf: ({ unitId }) => streamName(`unit-${unitId}`),
};
