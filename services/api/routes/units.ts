import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { formatDay, type LocalDay } from '../../../shared/calendar/zone.ts';
import { unitId } from '../../../shared/contracts/ids.ts';
import { FIELD, UNIT } from '../../../shared/measures/dimensions.ts';
import { withUnit } from '../../../shared/measures/figure-frame.ts';
import type { KnownOffice } from '../../../shared/measures/office-source.ts';
import { PROCEDURE_ROLES } from '../../../shared/office/unit-declared.v1.ts';
import type { Branch, UnitTree } from '../../../shared/office/unit-tree.ts';
import type { ApiContext } from '../context.ts';
import { dayAsked, onQuery, statementFields, statementView } from '../dated.ts';
import { asOfRequest } from '../figure-request.ts';
import { day, momentQuery, timestamp } from '../schema-parts.ts';
import { momentOf } from '../views.ts';

const config = { right: 'read' } as const;

const STATUSES = ['active', 'merged', 'closed'] as const;
const status = z.enum(STATUSES).meta({
  description:
    '`merged`: it stands below its successor and keeps what it did before. `closed`: it ended without one. Both handle nothing.',
});

const unitSchema = z.object({
  id: z.string(),
  name: z.string(),
  level: z.int().meta({ description: 'Depth in this list; 0 at the top.' }),
  parent: z
    .string()
    .nullable()
    .meta({ description: 'The unit above it; of a merged one that it was merged into.' }),
  status,
  successor: z.string().nullable().meta({
    description:
      'Of a merged unit that which stands for it on this day, through all mergers; null where they go round in a circle.',
  }),
  handlesProcedures: z.boolean(),
  procedures: z
    .array(z.object({ field: z.string(), name: z.string().nullable(), role: z.enum(PROCEDURE_ROLES) }))
    .meta({ description: 'The fields whose procedures it handles or monitors, as far as they are stated.' }),
  ...statementFields,
});

const officeUnitSchema = z
  .object({
    id: z.string(),
    name: z.string().nullable(),
    status: z.enum([...STATUSES, 'undeclared']),
  })
  .nullable()
  .meta({ description: 'The office itself in the tree (`OFFICE_UNIT`); null: it is not stated.' });

export const unitsSchema = z.object({
  items: z
    .array(unitSchema)
    .meta({ description: 'Each after the unit above it, those of one parent by id.' }),
  officeUnit: officeUnitSchema,
  on: day,
  position: z.string(),
  asOf: timestamp,
});

/** The tree of units. */
export function unitRoutes({ observatory, answers, zone, clock }: ApiContext): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/units',
      {
        config,
        schema: {
          tags: ['units'],
          operationId: 'listUnits',
          summary: 'The tree of units as of a day',
          querystring: z.strictObject({
            under: z
              .string()
              .max(200)
              .optional()
              .meta({ description: 'This unit, and all below it, alone.' }),
            on: onQuery,
            ...momentQuery,
          }),
          response: { 200: unitsSchema },
        },
      },
      (request, reply) =>
        answers.send(request, reply, request.query.minPosition, async (reading) => {
          const { under, on, asOf } = request.query;
          const asked = dayAsked(on);
          return observatory.from(
            asOfRequest(asOf, zone, clock),
            async (_, { pin, ...office }) => {
              const today = asked ?? zone.dayOf(pin.now);
              const tree = office.treeOn(today);
              const { unit } = withUnit(under === undefined ? {} : { unit: unitId(under) }, office.agencies);
              return {
                items: tree.branches(unit).map((branch) => branchView(branch, tree, today, office)),
                officeUnit: officeUnitView(tree, today, office),
                on: formatDay(today),
                ...momentOf(pin),
              };
            },
            reading,
          );
        }),
    );
  };
}

function branchView({ unit, level }: Branch, tree: UnitTree, day: LocalDay, { nameOf }: KnownOffice) {
  const { id, name, parent, handlesProcedures, procedures, ending } = unit;
  const standing = tree.standingOf(id);
  return {
    ...{ id, name, level, parent },
    status: ending?.kind ?? 'active',
    successor: standing.kind === 'merged' ? standing.successor : null,
    handlesProcedures,
    procedures: procedures.map(({ field, role }) => ({ field, name: nameOf(FIELD.name, field, day), role })),
    ...statementView(unit),
  };
}

const officeUnitView = (tree: UnitTree, day: LocalDay, { officeUnit: id, nameOf }: KnownOffice) =>
  id && { id, name: nameOf(UNIT.name, id, day), status: tree.standingOf(id).kind };
