import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { momentText } from '../../../shared/kernel/clock.ts';
import { changeText, changeTitle } from '../../../shared/measures/change-text.ts';
import {
  CHANGE_CLASSES,
  type ChangeCell,
  type FigureChange,
  shareOfChange,
  totalOf,
} from '../../../shared/measures/changes.ts';
import { FIELD, UNIT } from '../../../shared/measures/dimensions.ts';
import { changedItems } from '../../../shared/measures/explanation.ts';
import type {
  Between,
  ExplainedFigure,
  MeasuredFigure,
  ReadMore,
} from '../../../shared/measures/observatory.ts';
import type { Fraction } from '../../../shared/measures/rate.ts';
import { ProblemError, problemAnswers } from '../../../shared/platform/problem.ts';
import type { ItemView } from '../books/item-view.ts';
import type { ApiContext } from '../context.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { asOfMoment, figureRequest, localDay, refuseQuery } from '../figure-request.ts';
import { figureQuery, pageQuery } from '../schema-parts.ts';
import { changedSchema, changesSchema } from './changes-schemas.ts';
import { found } from './found.ts';
import { frameView, shareView } from './views.ts';

const params = z.object({ id: z.string().max(100) });

const moment = (what: string) =>
  z
    .string()
    .optional()
    .meta({ description: `${what}; a bare date is the end of that day.` });

/** Why a figure moved. */
export function changesRoutes(context: ApiContext, views: readonly ItemView[]): FastifyPluginAsyncZod {
  const { observatory, answers, filters } = context;
  const { asOf: _, ...figure } = figureQuery(filters);
  const query = z.strictObject({
    ...figure,
    knownFrom: moment('The earlier moment of knowledge, with time standing at it'),
    knownTo: moment('The later one; the present when it is left out'),
    dayFrom: z.iso
      .date()
      .optional()
      .meta({ description: 'Instead: up to the end of this day, by what is known now.' }),
    dayTo: z.iso.date().optional().meta({ description: 'With `dayFrom`: up to the end of this one.' }),
  });
  return async (app) => {
    app.get(
      '/objectives/:id/changes',
      {
        config: { right: 'read' },
        schema: {
          tags: ['objectives'],
          operationId: 'explainChanges',
          summary: 'Why a figure moved: classes of subjects that add up to the difference',
          description:
            'Between two moments of knowledge (`knownFrom`, `knownTo`) or two days by what is known now (`dayFrom`, `dayTo`), in the window of the later one. Of measures of amounts: dossiers, documents. 404 of those that count a list, people or a value. 503 where too much has moved to be read in time: ask for moments closer together.',
          params,
          querystring: query,
          response: { 200: changesSchema, ...problemAnswers(404) },
        },
      },
      (request, reply) =>
        answers.send(request, reply, request.query.minPosition, async (reading) => {
          const { id } = request.params;
          const between = betweenOf(request.query, context);
          const asked = figureRequest(request.query, context);
          const outcome = await observatory.changes(id, asked, between, async () => undefined, reading);
          const figure = found(outcome, id);
          return changesView(figure, explained(figure, between), between, context);
        }),
    );

    app.get(
      '/objectives/:id/changes/:class',
      {
        config: { right: 'read' },
        schema: {
          tags: ['objectives'],
          operationId: 'listChanged',
          summary: 'The subjects of one class of a change',
          description:
            'Where they stand now; where they stood, of those that are gone. As many as the class has `subjects`: first those that events moved, in the order in which they were first met, then those that time moved, by due date. A page may have fewer items than its `limit`, and a next one.',
          params: params.extend({ class: z.enum(CHANGE_CLASSES) }),
          querystring: query.extend({ limit: pageQuery.limit, cursor: pageQuery.cursor }),
          response: { 200: changedSchema(views), ...problemAnswers(404) },
        },
      },
      (request, reply) =>
        answers.send(request, reply, request.query.minPosition, async (reading) => {
          const { id, class: kind } = request.params;
          const { limit = 50, cursor: text, minPosition: _, ...query } = request.query;
          const between = betweenOf(query, context);
          const question = [id, kind, query];
          const cursor = decodeCursor(question, text);
          const asked = {
            ...figureRequest(query, context),
            ...(cursor && { pinned: cursor.pinned }),
          };
          const page = { limit, ...(cursor && { after: cursor.after }) };
          const list: ReadMore<Awaited<ReturnType<typeof changedItems>>> = (ledger, before, after) =>
            changedItems(ledger, before, after, kind, page);
          const figure = found(await observatory.changes(id, asked, between, list, reading), id);
          const { cells } = explained(figure, between);
          const { after, more, pin } = figure;
          const view = views.find(({ collection }) => collection === more?.collection);
          const seen = { now: after.asOf, calendar: figure.calendar };
          return {
            ...frameView(after, after.measurement),
            class: kind,
            total: totalOf(cells.filter((cell) => cell.kind === kind)).subjects,
            ...(view && { [view.collection]: (more?.items ?? []).map((item) => view.itemView(item, seen)) }),
            ...(more?.next && { next: encodeCursor(question, { pinned: pin, after: more.next }) }),
          };
        }),
    );
  };
}

type Asked = Readonly<Partial<Record<'knownFrom' | 'knownTo' | 'dayFrom' | 'dayTo', string | undefined>>>;

/** @throws ProblemError naming the parameter */
function betweenOf(
  { knownFrom, knownTo, dayFrom, dayTo }: Asked,
  { zone, clock }: Pick<ApiContext, 'zone' | 'clock'>,
): Between {
  const isByDay = dayFrom !== undefined || dayTo !== undefined;
  const now = clock();
  if (isByDay && (knownFrom !== undefined || knownTo !== undefined))
    return refuseQuery('dayFrom', 'either knownFrom and knownTo, or dayFrom and dayTo');
  if (isByDay) {
    if (dayFrom === undefined) return refuseQuery('dayFrom', 'a date: dayFrom and dayTo come together');
    if (dayTo === undefined) return refuseQuery('dayTo', 'a date: dayFrom and dayTo come together');
    const [from, to] = [localDay('dayFrom', dayFrom), localDay('dayTo', dayTo)];
    if (to > zone.dayOf(now)) return refuseQuery('dayTo', 'not in the future');
    if (from >= to) return refuseQuery('dayFrom', 'a day before dayTo');
    return { kind: 'days', from, to };
  }
  if (knownFrom === undefined)
    return refuseQuery('knownFrom', 'a date or a date-time, or dayFrom and dayTo instead');
  const from = asOfMoment(knownFrom, zone, now, 'knownFrom');
  if (knownTo === undefined) return { kind: 'knowledge', from };
  const to = asOfMoment(knownTo, zone, now, 'knownTo');
  if (from >= to) return refuseQuery('knownFrom', 'before knownTo');
  return { kind: 'knowledge', from, to };
}

/** @throws ProblemError */
function explained({ after, change }: ExplainedFigure, between: Between): FigureChange {
  if (between.kind === 'days' && between.from < after.window.from)
    refuseQuery('dayFrom', 'a day of the window of dayTo; name another window');
  if (!change)
    throw new ProblemError(
      'not-found',
      `${after.definition.id} counts a list, people or a value: changes are explained of shares of dossiers and documents.`,
    );
  return change;
}

function changesView(
  figure: ExplainedFigure,
  change: FigureChange,
  between: Between,
  { zone }: Pick<ApiContext, 'zone'>,
) {
  const { before, after } = figure;
  const { window, measure } = after;
  const isComputable = before.measurement.value !== null && after.measurement.value !== null;
  const countsOf = (cells: readonly ChangeCell[]) => {
    const total = totalOf(cells);
    return { ...total, share: isComputable ? pointsView(shareOfChange(total, change)) : null };
  };
  const classesOf = (cells: readonly ChangeCell[]) =>
    CHANGE_CLASSES.map((kind) => ({
      class: kind,
      ...countsOf(cells.filter((cell) => cell.kind === kind)),
    }));
  const rowsBy = (dimension: 'unit' | 'field') =>
    [...Map.groupBy(change.cells, (cell) => cell[dimension])].map(([key, cells]) => ({
      key,
      name: key === null ? null : figure.nameOf(dimension, key, window.cutTo),
      ...countsOf(cells),
      classes: classesOf(cells).filter(isSome),
    }));
  const hasFields = measure.dimensions.some(({ name }) => name === FIELD.name);
  return {
    ...frameView(after, after.measurement),
    before: sideView(before),
    after: sideView(after),
    share: countsOf(change.cells).share,
    text: changeText({ ...figure, change }, between, zone),
    classes: classesOf(change.cells).map((one) => ({ ...one, title: changeTitle(one.class, measure) })),
    units: rowsBy(UNIT.name),
    fields: hasFields ? rowsBy(FIELD.name) : null,
  };
}

/** A subject that was corrected from one unit to another is in the row of the later one; the earlier row has counts alone. */
const isSome = (one: Omit<ChangeCell, 'kind' | 'unit' | 'field'>): boolean =>
  one.subjects !== 0 || one.numerator !== 0 || one.denominator !== 0;

export function pointsView(share: Fraction | null) {
  if (!share) return null;
  const { numerator, denominator } = share;
  return { numerator, denominator, points: 100 * shareView(share).value };
}

function sideView({ asOf, measurement: { value, numerator, denominator, reason } }: MeasuredFigure) {
  return { asOf: momentText(asOf), value, numerator, denominator, reason };
}
