import { randomUUID } from 'node:crypto';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { isFuture } from '../../../../shared/bookkeeping/future.ts';
import { inspectionConcludedV1 } from '../../../../shared/books/inspection/concluded.v1.ts';
import { inspectionFindingV1 } from '../../../../shared/books/inspection/finding.v1.ts';
import { inspectionFindingClosedV1 } from '../../../../shared/books/inspection/finding-closed.v1.ts';
import {
  type InspectionPlannedV1,
  inspectionPlannedV1,
} from '../../../../shared/books/inspection/planned.v1.ts';
import { inspectionVisitedV1 } from '../../../../shared/books/inspection/visited.v1.ts';
import { dayOf, type When, whenText } from '../../../../shared/calendar/when.ts';
import { formatDay } from '../../../../shared/calendar/zone.ts';
import { addressIdSchema, identifierSchema, whenSchema } from '../../../../shared/contracts/schema-parts.ts';
import type { Caller } from '../../../../shared/platform/caller.ts';
import { ProblemError, problemAnswers, refuseField } from '../../../../shared/platform/problem.ts';
import type { ApiContext } from '../../context.ts';
import { addActRoute, answerBegun, writtenSchema } from '../act-routes.ts';
import type { OnRecord, RegisterDesk } from '../register-desk.ts';
import { INSPECTION_ACTS, type InspectionLife } from './inspection-register.ts';

const right = 'define';
const tags = ['inspections'];

const PLAN = { plannedUntil: '2026-06-30', instrument: '26/KH-UBND' };
const UNIT = { unitId: 'H19.02.03', kind: 'par' as const };

/** What people state about inspections: the same events as feeds send. */
export function inspectionActs(
  { zone, clock }: Pick<ApiContext, 'zone' | 'clock'>,
  desk: RegisterDesk<typeof INSPECTION_ACTS, InspectionLife>,
): FastifyPluginAsyncZod {
  const {
    inspectionId: _i,
    corrects: _c,
    assertedAt: _a,
    cancelled: _x,
    ...planShape
  } = inspectionPlannedV1(zone).shape;
  const { unitId, kind, fieldId, mode, announced, ...plan } = planShape;
  const { visitedAt } = inspectionVisitedV1(zone).shape;
  const { concludedAt, conclusionNumber } = inspectionConcludedV1(zone).shape;
  const { findingId, clause, description, dueAt, unitId: mendedBy } = inspectionFindingV1(zone).shape;
  const { closedAt, evidence } = inspectionFindingClosedV1(zone).shape;

  const of = { unitId, kind, fieldId, mode, announced };
  /** What an inspection is need not be stated again. */
  const again = {
    unitId: unitId.optional(),
    kind: kind.optional(),
    ...{ fieldId, mode, announced },
    corrects: identifierSchema(500)
      .optional()
      .describe('`sourceId` of the event that this one replaces; one that was stated here.'),
  };
  const on = whenSchema(zone).optional().describe('When it was stated, as its document says. Left out: now.');
  type Again = z.output<z.ZodObject<typeof again>>;
  type Seen = Pick<OnRecord<InspectionLife>, 'id' | 'life'>;

  /** What the writer states, with what the record has of the inspection where the writer states nothing else. */
  const statedOn = <Given extends Again>(
    id: string,
    { inspection }: InspectionLife,
    { unitId: to, kind: as, fieldId: within, ...given }: Given,
  ) => {
    const { unit, kind: known, field } = inspection.dimensions;
    const [stated, what, limit] = [to ?? unit, as ?? known, within ?? field];
    if (stated === null || what === null)
      throw new ProblemError('conflict', `Nothing states the inspection ${id}.`);
    return {
      ...{ inspectionId: id, unitId: stated, kind: what, ...(limit !== null && { fieldId: limit }) },
      ...given,
    };
  };
  const statedOf = async <Given extends Again>(
    { id, life }: Seen,
    given: Given,
    caller: Caller | undefined,
  ) => {
    await desk.requireNamed(caller, '/unitId', given.unitId);
    return statedOn(id, life, given);
  };
  const requirePast = (name: string, when: When | undefined): void => {
    const now = clock();
    if (when !== undefined && isFuture(when, { recordedAt: now }, zone))
      refuseField(`/${name}`, `a time that has come; it was ${whenText(when)}`);
  };
  /** The unit that has to mend a finding neither restates it, nor takes it back, nor states that the mending was checked. */
  const requireAboveMender = async (
    { lines }: InspectionLife,
    named: string | null | undefined,
    caller: Caller | undefined,
  ): Promise<void> => {
    const line = lines.find(({ finding }) => finding === named);
    if (line) await desk.requireUnits(caller, [line.dimensions.unit]);
  };
  const requireOwn = async (
    life: InspectionLife,
    { corrects }: { readonly corrects?: string | undefined },
    caller: Caller | undefined,
  ): Promise<void> => {
    if (corrects === undefined) return;
    if (!life.own.has(corrects))
      refuseField(
        '/corrects',
        `the \`sourceId\` of an event of this inspection that was stated here; it was ${corrects}`,
      );
    await requireAboveMender(life, life.own.get(corrects), caller);
  };
  const requirePlan = ({
    plannedFrom,
    plannedUntil,
  }: Pick<InspectionPlannedV1, 'plannedFrom' | 'plannedUntil'>) => {
    if (plannedFrom !== undefined && plannedFrom > plannedUntil)
      refuseField('/plannedUntil', `a day not before plannedFrom, ${plannedFrom}; it was ${plannedUntil}`);
  };

  return async (app) => {
    app.post(
      '/inspections',
      {
        config: { right },
        schema: {
          tags,
          operationId: 'beginInspection',
          summary: 'Enter an inspection: one that is planned, or one that took place without a plan',
          description:
            'With `plannedUntil` it is planned; with `visitedAt` it was not. One of the two is needed.',
          body: z
            .strictObject({
              id: addressIdSchema(100).optional(),
              ...of,
              ...{ ...plan, plannedUntil: plan.plannedUntil.optional() },
              visitedAt: visitedAt.optional(),
              on,
            })
            .meta({ 'x-example': { ...UNIT, ...PLAN } }),
          response: { 201: writtenSchema, ...problemAnswers(409) },
        },
      },
      async ({ body, caller }, reply) => {
        const {
          id = `KT-${randomUUID().slice(0, 8)}`,
          plannedFrom,
          plannedUntil,
          instrument,
          visitedAt: at,
          ...rest
        } = body;
        requirePast('on', rest.on);
        // Of a unit that has ended since, what took place or was planned before is still entered.
        const when = at ?? rest.on;
        const day = when === undefined ? {} : { on: formatDay(dayOf(when, zone)) };
        await desk.requireStanding(caller, '/unitId', rest.unitId, day);
        const stated = { inspectionId: id, ...rest };
        if (plannedUntil !== undefined && at === undefined) {
          const planned = {
            ...{ ...stated, plannedUntil },
            ...(plannedFrom !== undefined && { plannedFrom }),
            ...(instrument !== undefined && { instrument }),
          };
          requirePlan(planned);
          return answerBegun(
            reply,
            desk,
            await desk.begin(id, { kind: INSPECTION_ACTS.planned, data: planned }, caller),
          );
        }
        if (plannedUntil !== undefined || at === undefined)
          refuseField(
            '/plannedUntil',
            'the last day of the plan, or `visitedAt` of an inspection that was not planned: one of the two',
          );
        requirePast('visitedAt', at);
        return answerBegun(
          reply,
          desk,
          await desk.begin(id, { kind: INSPECTION_ACTS.visited, data: { ...stated, visitedAt: at } }, caller),
        );
      },
    );
    addActRoute(app, desk, {
      ...{ path: 'plan', act: 'planned', right, operationId: 'planInspection' },
      summary: 'State the plan of an inspection, or state it anew: the last statement holds',
      body: z.strictObject({ ...again, ...plan, on }).meta({ 'x-example': PLAN }),
      async statement(body, seen, caller) {
        requirePast('on', body.on);
        requirePlan(body);
        return { kind: INSPECTION_ACTS.planned, data: await statedOf(seen, body, caller) };
      },
      allowed: (life, body, caller) => requireOwn(life, body, caller),
    });
    addActRoute(app, desk, {
      ...{ path: 'cancel', act: 'cancelled', right, operationId: 'cancelInspection' },
      summary: 'Take an inspection out of the plan, before the first visit',
      body: z.strictObject({ on }).meta({ 'x-example': {} }),
      statement(body, { id, life }) {
        requirePast('on', body.on);
        if (!life.plan) throw new ProblemError('conflict', `The inspection ${id} has no plan.`);
        const { from, until, instrument } = life.plan;
        const data = {
          ...statedOn(id, life, {}),
          ...{ ...body, plannedUntil: until, cancelled: true },
          ...(from !== undefined && { plannedFrom: from }),
          ...(instrument !== undefined && { instrument }),
        };
        return { kind: INSPECTION_ACTS.planned, data };
      },
    });
    addActRoute(app, desk, {
      ...{ path: 'visit', act: 'visited', right, operationId: 'visitInspection' },
      summary: 'State a visit to the unit, or one examination of its files',
      description: 'An inspection may have several. A wrong one is replaced by `corrects`.',
      body: z
        .strictObject({ ...again, visitedAt })
        .meta({ 'x-example': { visitedAt: '2026-05-12', mode: 'on-site' } }),
      async statement(body, seen, caller) {
        requirePast('visitedAt', body.visitedAt);
        return { kind: INSPECTION_ACTS.visited, data: await statedOf(seen, body, caller) };
      },
      async allowed(life, body, caller) {
        await requireOwn(life, body, caller);
        const { conclusion } = life;
        const { visitedAt: at } = body;
        if (conclusion && dayOf(at, zone) > dayOf(conclusion.at, zone))
          refuseField(
            '/visitedAt',
            `not after the conclusion, ${whenText(conclusion.at)}; it was ${whenText(at)}`,
          );
      },
    });
    addActRoute(app, desk, {
      ...{ path: 'conclude', act: 'concluded', right, operationId: 'concludeInspection' },
      summary: 'State that the conclusion was issued, or state it anew: the last statement holds',
      body: z
        .strictObject({ ...again, concludedAt, conclusionNumber })
        .meta({ 'x-example': { concludedAt: '2026-05-28', conclusionNumber: '45/TB-VP' } }),
      async statement(body, seen, caller) {
        requirePast('concludedAt', body.concludedAt);
        return { kind: INSPECTION_ACTS.concluded, data: await statedOf(seen, body, caller) };
      },
      async allowed(life, body, caller) {
        await requireOwn(life, body, caller);
        const last = life.visits.at(-1);
        const { concludedAt: at } = body;
        if (last && dayOf(at, zone) < dayOf(last.at, zone))
          refuseField(
            '/concludedAt',
            `not before the last visit, ${whenText(last.at)}; it was ${whenText(at)}`,
          );
      },
    });
    addActRoute(app, desk, {
      ...{ path: 'find', act: 'found', right, operationId: 'stateFinding' },
      summary: 'State what an inspection found and asks to mend, or state it anew: the last statement holds',
      body: z
        .strictObject({
          findingId: findingId.optional().describe('Left out: the next number.'),
          ...{ description, clause, dueAt, unitId: mendedBy, corrects: again.corrects, on },
        })
        .meta({ 'x-example': { description: 'Chưa niêm yết 3 thủ tục mới', dueAt: '2026-06-30' } }),
      async statement(body, { id, life }, caller) {
        requirePast('on', body.on);
        await desk.requireNamed(caller, '/unitId', body.unitId);
        return {
          kind: INSPECTION_ACTS.found,
          data: { inspectionId: id, ...body, findingId: body.findingId ?? nextNumber(life) },
        };
      },
      async allowed(life, body, caller) {
        await requireOwn(life, body, caller);
        await requireAboveMender(life, body.findingId, caller);
      },
    });
    addActRoute(app, desk, {
      ...{ path: 'close-finding', act: 'mended', right, operationId: 'closeFinding' },
      summary: 'State that a finding was mended, and that this was checked',
      body: z
        .strictObject({ findingId, closedAt, evidence, corrects: again.corrects })
        .meta({ 'x-example': { findingId: '1', closedAt: '2026-06-25', evidence: '31/BC-P.HC' } }),
      statement(body, { id }) {
        requirePast('closedAt', body.closedAt);
        return { kind: INSPECTION_ACTS.mended, data: { inspectionId: id, ...body } };
      },
      async allowed(life, body, caller) {
        await requireOwn(life, body, caller);
        const { findingId: named } = body;
        if (!life.lines.some(({ finding }) => finding === named))
          refuseField('/findingId', `a finding of this inspection; it was ${named}`);
        await requireAboveMender(life, named, caller);
      },
    });
  };
}

/** The number after the greatest that a finding has. */
function nextNumber({ lines }: InspectionLife): string {
  const numbers = lines.map(({ finding }) => Number(finding)).filter(Number.isSafeInteger);
  return String(Math.max(0, ...numbers) + 1);
}
