import { z } from 'zod';
import type { Zone } from '../calendar/zone.ts';
import { described } from '../contracts/described.ts';
import type { EventKind } from '../contracts/event-kind.ts';
import { fieldId, streamName, unitId } from '../contracts/ids.ts';
import { identifierSchema } from '../contracts/schema-parts.ts';
import { daysInOrder, statementFields } from './statement-fields.ts';

const id = identifierSchema();

/** Trực tiếp thực hiện, quản lý theo dõi thủ tục hành chính. */
export const PROCEDURE_ROLES = ['handles', 'monitors'] as const;
export type ProcedureRole = (typeof PROCEDURE_ROLES)[number];

/** More fields than any catalogue of administrative procedures has. */
const MOST_FIELDS = 500;

const dutySchema = z.object({
  fieldId: described(id.transform(fieldId), {
    meaning: 'Field of administration, as dossiers name it',
    vi: 'lĩnh vực',
    example: 'Đất đai',
  }),
  role: described(z.enum(PROCEDURE_ROLES), {
    meaning: 'What the unit does with its procedures',
    vi: 'vai trò',
    example: 'handles',
    values: {
      handles: 'Carries them out itself (trực tiếp thực hiện)',
      monitors: 'Manages and monitors how others carry them out (quản lý theo dõi)',
    },
  }),
});

/** In one order, since that of the fields states nothing. */
const dutiesSchema = z
  .array(dutySchema)
  .max(MOST_FIELDS)
  .superRefine((duties, context) => {
    for (const [index, { fieldId: field }] of duties.entries()) {
      if (duties.findIndex((one) => one.fieldId === field) < index)
        context.addIssue({ code: 'custom', path: [index, 'fieldId'], message: 'each field once' });
    }
  })
  .overwrite((duties) => duties.toSorted((a, b) => (a.fieldId < b.fieldId ? -1 : 1)));

type Ending = { readonly mergedInto?: unknown; readonly closed?: boolean | undefined };
const hasEnded = ({ mergedInto, closed = false }: Ending): boolean => mergedInto !== undefined || closed;

/**
 * `unit.declared.v1`: a unit (đơn vị) from a local date on, until a statement from a later date on. Of several statements from
 * one date the one with the greatest `time`, `assertedAt` and id is in force. A unit that is merged (sáp nhập) or closed (giải thể)
 * stays so until a later statement, so it has no last day.
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
        omit: '`procedures` says so, or it does not',
      }).optional(),
      procedures: described(dutiesSchema, {
        meaning: `Fields whose procedures it handles or monitors, each once. Up to ${MOST_FIELDS}`,
        vi: 'lĩnh vực thủ tục hành chính',
        example: [{ fieldId: 'Đất đai', role: 'handles' }],
        omit: 'the fields are not stated',
      }).optional(),
      mergedInto: described(id.transform(unitId), {
        meaning:
          'Unit that it was merged into on `effectiveFrom`: from that day on it stands below that unit',
        vi: 'đơn vị nhận sáp nhập',
        example: 'H19.05',
        omit: 'it was not merged',
      }).optional(),
      closed: described(z.boolean(), {
        meaning: 'Whether it was closed on `effectiveFrom`, without a successor',
        vi: 'giải thể',
        example: false,
        omit: 'it was not',
      }).optional(),
      ...statementFields(zone),
    })
    .refine(({ unitId: own, parentId }) => parentId !== own, {
      path: ['parentId'],
      message: 'another unit than this one',
    })
    .refine(daysInOrder.holds, daysInOrder.fault)
    .refine(({ unitId: own, mergedInto }) => mergedInto !== own, {
      path: ['mergedInto'],
      message: 'another unit than this one',
    })
    .refine(({ mergedInto, closed = false }) => mergedInto === undefined || !closed, {
      path: ['closed'],
      message: 'false or left out, since the unit is merged',
    })
    .refine((unit) => unit.effectiveTo === undefined || !hasEnded(unit), {
      path: ['effectiveTo'],
      message: 'left out, since a merged or closed unit stays so until a later statement',
    })
    .refine(
      ({ handlesProcedures, procedures = [] }) => handlesProcedures !== false || procedures.length === 0,
      {
        path: ['handlesProcedures'],
        message: 'true or left out, since procedures are given',
      },
    )
    .refine((unit) => unit.handlesProcedures !== true || !hasEnded(unit), {
      path: ['handlesProcedures'],
      message: 'false or left out, since a merged or closed unit handles nothing',
    })
    .refine((unit) => (unit.procedures ?? []).length === 0 || !hasEnded(unit), {
      path: ['procedures'],
      message: 'left out, since a merged or closed unit handles nothing',
    });
}

export type UnitDeclaredV1 = z.output<ReturnType<typeof unitDeclaredV1>>;

export const unitDeclared: EventKind<UnitDeclaredV1> = {
  type: 'unit.declared.v1',
  schema: unitDeclaredV1,
  whenFields: ['assertedAt'],
  streamOf: ({ unitId }) => streamName(`unit-${unitId}`),
};
