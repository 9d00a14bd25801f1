import { z } from 'zod';
import type { Zone } from '../calendar/zone.ts';
import { described } from '../contracts/described.ts';
import type { EventKind } from '../contracts/event-kind.ts';
import { fieldId, streamName } from '../contracts/ids.ts';
import { identifierSchema } from '../contracts/schema-parts.ts';
import { daysInOrder, statementFields } from './statement-fields.ts';

/**
 * `field.declared.v1`: a field of administration (lĩnh vực) from a local date on, until a statement from a later date on. Of several
 * statements from one date the one with the greatest `time`, `assertedAt` and id is in force.
 */
export function fieldDeclaredV1(zone: Zone) {
  return z
    .object({
      fieldId: described(identifierSchema().transform(fieldId), {
        meaning: 'The field as dossiers name it, as name or code',
        vi: 'lĩnh vực',
        example: 'G09-DD01',
      }),
      name: described(identifierSchema(300), {
        meaning: 'Name of the field',
        vi: 'tên lĩnh vực',
        example: 'Đất đai',
      }),
      ...statementFields(zone),
    })
    .refine(daysInOrder.holds, daysInOrder.fault);
}

export type FieldDeclaredV1 = z.output<ReturnType<typeof fieldDeclaredV1>>;

export const fieldDeclared: EventKind<FieldDeclaredV1> = {
  type: 'field.declared.v1',
  schema: fieldDeclaredV1,
  whenFields: ['assertedAt'],
  streamOf: ({ fieldId: id }) => streamName(`field-${id}`),
};
