import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { allIn, type Selection } from '../../../../shared/bookkeeping/selection.ts';
import { DUTY_STATES } from '../../../../shared/books/duty/accounts.ts';
import { type DutyItem, dutyBook, dutyItem } from '../../../../shared/books/duty/book.ts';
import { DUTY_STATED, dutyActsNow } from '../../../../shared/books/duty/timeline.ts';
import { formatDay, type LocalDay } from '../../../../shared/calendar/zone.ts';
import type { Moment } from '../../../../shared/kernel/clock.ts';
import { problemAnswers } from '../../../../shared/platform/problem.ts';
import type { ApiContext } from '../../context.ts';
import { day, findingSchema, historyQuery, pageFields, possibleActs } from '../../schema-parts.ts';
import { findingView } from '../../views.ts';
import { actSchema } from '../act-history.ts';
import { subjectParams } from '../act-routes.ts';
import { type From, RegisterLists, registerQuery } from '../register-lists.ts';
import { dutyRegister } from './duty-register.ts';

const config = { right: 'read' } as const;
const tags = ['duties'];
const person = z.string().nullable();

const dutySchema = z
  .object({
    id: z.string(),
    unit: z.string().nullable(),
    state: z.enum(DUTY_STATES),
    overdue: z.boolean().meta({ description: 'Asked for, not submitted, and the last day is over.' }),
    communicated: z
      .object({
        ...{ year: z.int(), objective: z.string().nullable(), on: day, means: z.string() },
        ...{ reached: z.int(), of: z.int(), evidence: z.string(), person },
      })
      .nullable(),
    requested: z
      .object({ askedBy: z.string(), form: z.string(), from: day, to: day, on: day, due: day, person })
      .nullable(),
    submitted: z.object({ on: day, number: z.string(), evidence: z.string(), person }).nullable(),
    withdrawn: z.object({ reason: z.string(), person }).nullable(),
    possibleActs: possibleActs(DUTY_STATED),
    findings: z.array(findingSchema),
  })
  .meta({ id: 'Duty' });

const DUTY = {
  ...{ id: 'BC-2026-06:H19.12', unit: 'H19.12', state: 'submitted/in-time', overdue: false },
  ...{ communicated: null, withdrawn: null, findings: [], statements: 2, acts: [] },
  requested: {
    ...{ askedBy: 'Ban Chỉ đạo ISO', form: 'Mẫu số 05', from: '2026-01-01', to: '2026-06-30' },
    ...{ on: '2026-06-20', due: '2026-07-10', person: null },
  },
  submitted: { on: '2026-07-08', number: '15/BC-VP', evidence: 'Báo cáo số 15/BC-VP', person: 'nva' },
  possibleActs: ['submitted' as const, 'withdrawn' as const],
  position: '5001',
  asOf: '2026-07-08T03:00:00.000Z',
};

export const dutiesSchema = z.object({ items: z.array(dutySchema), ...pageFields });

/** The duties of units, and one of them with its history. */
export function dutyLists(context: ApiContext): FastifyPluginAsyncZod {
  const lists = new RegisterLists(context, dutyBook);
  const view = (duty: DutyItem, { pin }: From) => dutyView(duty, context.zone.dayOf(pin.now));
  return async (app) => {
    app.get(
      '/duties',
      {
        config,
        schema: {
          tags,
          operationId: 'listDuties',
          summary: 'What Article 2 asks of units: objectives passed on, and reports',
          description: 'Reports that are asked for come by their last day; the others after them.',
          querystring: z.strictObject({
            ...registerQuery,
            state: z
              .enum(['all', 'overdue', ...DUTY_STATES])
              .default('all')
              .meta({ description: '`overdue`: asked for, and the last day is over.' }),
          }),
          response: { 200: dutiesSchema },
        },
      },
      (request, reply) => {
        const { state } = request.query;
        return lists.send(request, reply, ({ pin }) => selectionsOf(state, pin.now), view);
      },
    );

    app.get(
      '/duties/:id',
      {
        config,
        schema: {
          tags,
          operationId: 'getDuty',
          summary: 'One duty, and every act upon it',
          params: subjectParams,
          querystring: z.strictObject(historyQuery),
          response: {
            200: dutySchema.extend(actSchema).meta({ examples: [DUTY] }),
            ...problemAnswers(404),
          },
        },
      },
      (request, reply) =>
        lists.sendOne(request, reply, dutyRegister, (subject, from) =>
          view(dutyItem(subject, context.zone), from),
        ),
    );
  };
}

function selectionsOf(
  state: (typeof DUTY_STATES)[number] | 'overdue' | 'all',
  now: Moment,
): readonly Selection[] {
  if (state === 'all') return allIn(...DUTY_STATES);
  if (state === 'overdue') return [{ account: 'asked', due: { on: 'adjusted', until: now } }];
  return allIn(state);
}

function dutyView({ id, unit, state = 'asked', findings, ...life }: DutyItem, today: LocalDay) {
  const { communicated, requested, submitted, withdrawn } = life;
  return {
    ...{ id, unit, state },
    requested: requested && withoutSubject(requested),
    submitted: submitted && withoutSubject(submitted),
    withdrawn: withdrawn && withoutSubject(withdrawn),
    overdue: state === 'asked' && requested !== null && requested.due < formatDay(today),
    communicated: communicated && communicationView(communicated),
    possibleActs: dutyActsNow({ state }),
    findings: findings.map(findingView),
  };
}

/** The duty and its unit stand beside what was stated. */
function withoutSubject<Statement extends { readonly dutyId: string; readonly unitId?: string }>(
  statement: Statement,
): Omit<Statement, 'dutyId' | 'unitId'> {
  const { dutyId: _, unitId: __, ...stated } = statement;
  return stated;
}

function communicationView({ objectiveId, ...stated }: NonNullable<DutyItem['communicated']>) {
  return { ...withoutSubject(stated), objective: objectiveId ?? null };
}
