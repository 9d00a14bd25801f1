import { randomUUID } from 'node:crypto';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import {
  type DUTY_ACTS,
  dutyWithdrawn,
  objectiveCommunicated,
  reportRequested,
  reportSubmitted,
  withdrawalFields,
} from '../../../../shared/books/duty/acts.ts';
import {
  checkDays,
  checkReached,
  communicationFields,
  requestFields,
  submissionFields,
  unitField,
} from '../../../../shared/books/duty/fields.ts';
import type { DutyLife } from '../../../../shared/books/duty/timeline.ts';
import { formatDay } from '../../../../shared/calendar/zone.ts';
import { type UnitId, unitId } from '../../../../shared/contracts/ids.ts';
import { addressIdSchema, identifierSchema } from '../../../../shared/contracts/schema-parts.ts';
import type { Caller } from '../../../../shared/platform/caller.ts';
import { ProblemError, problemAnswers, refuseField } from '../../../../shared/platform/problem.ts';
import type { ApiContext } from '../../context.ts';
import { addActRoute, answerBegun, requireObjective, writtenSchema } from '../act-routes.ts';
import type { RegisterDesk } from '../register-desk.ts';

const right = 'define';
const tags = ['duties'];
type Communication = z.output<z.ZodObject<typeof communicationFields>> & { readonly unitId: UnitId };

/** More units than a province has. */
const MOST_UNITS = 200;

const requestedSchema = z.object({ items: z.array(writtenSchema) }).meta({
  examples: [{ items: [{ id: 'BC-2026-06:H19.12', statements: 1, state: 'asked', position: '5001' }] }],
});

const EVIDENCE = 'Biên bản họp số 07/BB-VP ngày 15/01/2026';
const COMMUNICATION = {
  ...{ unitId: 'H19.12', year: 2026, on: '2026-01-15', means: 'Họp toàn đơn vị' },
  ...{ reached: 18, of: 20, evidence: EVIDENCE },
};
const REQUEST = {
  ...{ askedBy: 'Ban Chỉ đạo ISO', form: 'Mẫu số 05', from: '2026-01-01', to: '2026-06-30' },
  ...{ on: '2026-06-20', due: '2026-07-10' },
};

/** What people state about what Article 2 asks of units. */
export function dutyActs(
  context: Pick<ApiContext, 'observatory' | 'answers' | 'zone' | 'clock'>,
  desk: RegisterDesk<typeof DUTY_ACTS, DutyLife>,
): FastifyPluginAsyncZod {
  const { zone, clock } = context;
  const requirePast = (on: string) => {
    const today = formatDay(zone.dayOf(clock()));
    if (on > today) refuseField('/on', `a day that has come: today is ${today}; it was ${on}`);
  };
  const checkCommunication = async (
    { unitId: unit, on, objectiveId }: Pick<Communication, 'unitId' | 'on' | 'objectiveId'>,
    caller: Caller | undefined,
  ) => {
    requirePast(on);
    await requireObjective(context, objectiveId);
    await desk.requireStanding(caller, '/unitId', unit, { on });
  };

  return async (app) => {
    app.post(
      '/duties/communications',
      {
        config: { right },
        schema: {
          tags,
          operationId: 'communicateObjectives',
          summary: 'State that objectives were passed on to the staff of a unit',
          body: z
            .strictObject({
              id: addressIdSchema(100)
                .refine((id) => !id.includes(':'), 'no colon, which ids of reports have')
                .optional(),
              unitId: unitField,
              ...communicationFields,
            })
            .superRefine(checkReached)
            .meta({ 'x-example': COMMUNICATION }),
          response: { 201: writtenSchema, ...problemAnswers(409) },
        },
      },
      async ({ body: { id = `C-${randomUUID()}`, ...data }, caller }, reply) => {
        await checkCommunication(data, caller);
        const statement = { kind: objectiveCommunicated, data: { dutyId: id, ...data } };
        return answerBegun(reply, desk, await desk.begin(id, statement, caller));
      },
    );

    app.post(
      '/duties/requests',
      {
        config: { right },
        schema: {
          tags,
          operationId: 'requestReports',
          summary: 'Ask units for a report: one duty for each of them',
          description: `The id of each is that of the request, and the unit: \`BC-01:H19.12\`. Sent again, it goes on where it was broken off.`,
          body: z
            .strictObject({
              id: identifierSchema(80),
              units: z.array(identifierSchema().transform(unitId)).min(1).max(MOST_UNITS),
              ...requestFields,
            })
            .superRefine(checkDays)
            .meta({ 'x-example': { id: 'BC-2026-06', units: ['H19.12'], ...REQUEST } }),
          response: { 201: requestedSchema, ...problemAnswers(409) },
        },
      },
      async ({ body: { id, units, ...data }, caller }, reply) => {
        requirePast(data.on);
        for (const [at, unit] of units.entries())
          await desk.requireStanding(caller, `/units/${at}`, unit, { on: data.on, reach: 'below' });
        const requests = [];
        for (const unit of new Set(units)) {
          const dutyId = `${id}:${unit}`;
          const statement = { kind: reportRequested, data: { dutyId, unitId: unit, ...data } };
          requests.push(await desk.beginning(dutyId, statement, caller));
        }
        const items = [];
        for (const state of requests) items.push(await state());
        reply.code(201);
        return { items };
      },
    );

    addActRoute(app, desk, {
      ...{ path: 'communicate', act: 'communicated', right, operationId: 'correctCommunication' },
      summary: 'State anew how objectives were passed on',
      body: z
        .strictObject({ unitId: unitField, ...communicationFields })
        .superRefine(checkReached)
        .meta({ 'x-example': COMMUNICATION }),
      async statement(body, { id: dutyId }, caller) {
        await checkCommunication(body, caller);
        return { kind: objectiveCommunicated, data: { dutyId, ...body } };
      },
    });
    addActRoute(app, desk, {
      ...{ path: 'request', act: 'requested', right, operationId: 'correctReportRequest' },
      summary: 'State anew what is asked for, and until when',
      body: z.strictObject(requestFields).superRefine(checkDays).meta({ 'x-example': REQUEST }),
      async statement(body, { id: dutyId, life }, caller) {
        requirePast(body.on);
        if (!life.requested) throw new ProblemError('conflict', `${dutyId} is no request for a report.`);
        await desk.requireUnits(caller, [life.requested.unitId], 'below');
        return { kind: reportRequested, data: { dutyId, unitId: life.requested.unitId, ...body } };
      },
    });
    addActRoute(app, desk, {
      ...{ path: 'submit', act: 'submitted', right, operationId: 'submitReport' },
      summary: 'State that the unit has reported',
      body: z
        .strictObject(submissionFields)
        .meta({ 'x-example': { on: '2026-07-08', number: '15/BC-VP', evidence: EVIDENCE } }),
      statement: (body, { id: dutyId }) => ({ kind: reportSubmitted, data: { dutyId, ...body } }),
      allowed(life, { on }) {
        requirePast(on);
        const asked = life.requested?.on ?? on;
        if (on < asked) refuseField('/on', `not before the day of the request, ${asked}; it was ${on}`);
      },
    });
    addActRoute(app, desk, {
      ...{ path: 'withdraw', act: 'withdrawn', right, operationId: 'withdrawDuty' },
      summary: 'State that it does not hold, or is asked for no more; its history stays',
      body: z.strictObject(withdrawalFields).meta({ 'x-example': { reason: 'Nhập nhầm đơn vị' } }),
      statement: (body, { id: dutyId }) => ({ kind: dutyWithdrawn, data: { dutyId, ...body } }),
      async allowed(life, _, caller) {
        if (life.requested) await desk.requireUnits(caller, [life.requested.unitId], 'below');
      },
    });
  };
}
