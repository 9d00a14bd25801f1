import { z } from 'zod';
import type { Zone } from '../calendar/zone.ts';
import { unitId } from '../contracts/ids.ts';
import { identifierSchema, whenSchema } from '../contracts/schema-parts.ts';

const id = identifierSchema();

/**
 * `agency-id.mapped.v1`: a row of the office's table of agency identifiers (bảng đối chiếu mã định danh): the agency that others
 * write as `agencyId` is the unit `unitId`. Of several rows of one identifier the greatest by `time`, `assertedAt` and id holds.
 */
export function agencyIdMappedV1(zone: Zone) {
  return z.object({
    agencyId: id.transform(unitId),
    /** Itself, to say that it stays as it is written. */
    unitId: id.transform(unitId),
    /** The instrument that says so, e.g. `QĐ 20/2020/QĐ-TTg`. */
    instrument: identifierSchema(300).optional(),
    assertedAt: whenSchema(zone).optional(),
  });
}

export type AgencyIdMappedV1 = z.output<ReturnType<typeof agencyIdMappedV1>>;
