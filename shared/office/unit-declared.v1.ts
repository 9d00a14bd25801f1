import { z } from 'zod';
import type { Zone } from '../calendar/zone.ts';
import { unitId } from '../contracts/ids.ts';
import { identifierSchema, whenSchema } from '../contracts/schema-parts.ts';

const id = identifierSchema();
const day = z.iso.date();

/**
 * `unit.declared.v1`: a unit (đơn vị) as it stands from a local date on, until a statement from a later date on. Of several from
 * one date the greatest by `time`, `assertedAt` and id holds.
 */
export function unitDeclaredV1(zone: Zone) {
  return z
    .object({
      unitId: id.transform(unitId),
      name: identifierSchema(300),
      parentId: id.transform(unitId).nullable().optional(),
      /** Whether it handles or monitors administrative procedures (trực tiếp thực hiện và quản lý theo dõi TTHC). */
      handlesProcedures: z.boolean().optional(),
      /** `yyyy-MM-dd`, office calendar. */
      effectiveFrom: day,
      /** Last day, inclusive; omitted while it stands. */
      effectiveTo: day.optional(),
      assertedAt: whenSchema(zone).optional(),
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
