import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { staffBook } from '../../../shared/books/staff/book.ts';
import { LEVELS } from '../../../shared/books/staff/staff-fields.ts';
import { daysOf } from '../../../shared/calendar/windows.ts';
import { dayIn, yearOf } from '../../../shared/calendar/year.ts';
import type { LedgerSnapshot } from '../../../shared/ledger/port.ts';
import { UNIT } from '../../../shared/measures/dimensions.ts';
import { CAP_GROUPS, capChecks } from '../../../shared/measures/excellent-cap.ts';
import type { FigureFrame } from '../../../shared/measures/figure-frame.ts';
import type { Behind } from '../../../shared/measures/observatory.ts';
import type { People } from '../../../shared/measures/people.ts';
import { capsIn, ratedAs } from '../../../shared/measures/staff-rating.ts';
import { ProblemError, problemAnswers } from '../../../shared/platform/problem.ts';
import type { ApiContext } from '../context.ts';
import { asOfRequest } from '../figure-request.ts';
import { found } from '../measures/found.ts';
import { frameFields } from '../measures/schemas.ts';
import { frameView } from '../measures/views.ts';
import { momentQuery, yearText } from '../schema-parts.ts';

const checkSchema = z.object({
  unit: z.string().nullable(),
  ruleSet: z.string(),
  group: z.string().nullable().meta({ description: 'Of like tasks; null: the records state none.' }),
  excellent: z.int(),
  good: z.int(),
  share: z
    .string()
    .nullable()
    .meta({ description: 'The share that applies; null where it is not checkable.' }),
  allowed: z.int().nullable().meta({ description: 'How many it allows, rounded down.' }),
  outcome: z.enum(['kept', 'exceeded', 'not-checkable']),
  reason: z.enum(['no-group', 'no-unit-rating']).nullable().meta({
    description:
      'Why it is not checkable: the records state no group, or the unit has no rating of that year.',
  }),
});

/** `GET /staff/excellent-cap`: whether each group keeps the cap of the excellent. */
export function excellentCapRoute({
  observatory,
  answers,
  filters,
  zone,
  clock,
}: ApiContext): FastifyPluginAsyncZod {
  const { [UNIT.name]: unitField } = filters.fields;
  return async (app) => {
    app.get(
      '/staff/excellent-cap',
      {
        config: { right: 'staff' },
        schema: {
          tags: ['staff'],
          operationId: 'checkExcellentCap',
          summary: 'Whether each group of like tasks keeps the cap of the excellent',
          description:
            'For a year, or the one that the objective shows. The caps are the option `excellentCaps` of its formula. The check corrects no rating.',
          querystring: z.strictObject({
            objective: z.string().max(100).default('staff-rating'),
            ...(unitField && { [UNIT.name]: unitField }),
            ...momentQuery,
            year: yearText.optional().meta({
              description: 'The rated year; the one that the objective shows when it is left out.',
            }),
          }),
          response: {
            200: z.object({ ...frameFields, checks: z.array(checkSchema) }),
            ...problemAnswers(404),
          },
        },
      },
      (request, reply) =>
        answers.send(request, reply, request.query.minPosition, async (reading) => {
          const { objective, year, minPosition: _, asOf, ...query } = request.query;
          const asked = {
            ...{ ...asOfRequest(asOf, zone, clock), ...filters.asked(query) },
            ...(year !== undefined && { window: daysOf('year', Number(year) * 12) }),
          };
          const read = async (ledger: LedgerSnapshot, { frame, context, people }: Behind) => ({
            ...frameView(frame, context),
            checks: [...(await checksOf(ledger, frame, people))],
          });
          return found(await observatory.behind(objective, asked, read, reading), objective);
        }),
    );
  };
}

/** @param people who count in the successor of a merged unit */
async function checksOf(ledger: LedgerSnapshot, frame: FigureFrame, people: People | undefined) {
  const { definition, filter, known, window } = frame;
  const caps = capsIn(definition.formula);
  if (!caps)
    throw new ProblemError(
      'not-found',
      `The objective ${definition.id} is not one of the formula staff-rating.`,
    );
  const of = (aspect: string) => ({
    ...{ book: staffBook, ...known },
    filter: { ...filter, where: { aspect } },
  });
  const rows = await ledger.balances({
    ...of('rating'),
    ...{ from: window.from, to: window.cutTo, by: [...CAP_GROUPS] },
  });
  // The rating of a unit stands on the first day of its year.
  const firstDay = dayIn(yearOf(window.cutTo), 1, 1);
  const units = await ledger.balances({
    ...of('unit-rating'),
    ...{ from: firstDay, to: firstDay, by: ['unit'] },
  });
  const levels = units.flatMap(({ account, key }) => {
    const level = LEVELS.find((one) => account === `unit/${one}`);
    return level ? [[key[0], level] as const] : [];
  });
  const selected = { excellent: ratedAs('excellent', { window }), good: ratedAs('good', { window }) };
  const inUnits = rows.map(({ key: [unit = null, ...others], ...row }) => ({
    ...row,
    key: [people?.countedUnder(UNIT.name, unit) ?? unit, ...others],
  }));
  return capChecks({ rows: inUnits, selected, unitLevels: new Map(levels) }, caps);
}
