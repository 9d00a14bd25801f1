import { randomUUID } from 'node:crypto';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import {
  approvalFields,
  assessmentFields,
  judgementFields,
  riskApproved,
  riskAssessed,
  riskIdentified,
  riskJudged,
  riskPlanned,
  riskReviewed,
  riskReviewFields,
  riskTreated,
  riskVerified,
  treatedFields,
  verificationFields,
} from '../../../../shared/books/risk/acts.ts';
import type { RISK_ACTS } from '../../../../shared/books/risk/fact.ts';
import { descriptionFields, planFields, riskIdField } from '../../../../shared/books/risk/fields.ts';
import { type RiskLife, yearLater } from '../../../../shared/books/risk/timeline.ts';
import { formatDay } from '../../../../shared/calendar/zone.ts';
import type { EventId } from '../../../../shared/contracts/ids.ts';
import { problemAnswers, refuseField } from '../../../../shared/platform/problem.ts';
import { requirePerson, requireSecondPerson } from '../../../../shared/platform/two-people.ts';
import type { ApiContext } from '../../context.ts';
import { addActRoute, answerBegun, requireObjective, writtenSchema } from '../act-routes.ts';
import { figureSeen } from '../missed.ts';
import type { RegisterDesk } from '../register-desk.ts';

const writing = 'define';
const tags = ['risks'];

const DESCRIPTION = {
  unitId: 'H19.12',
  description: 'Hồ sơ đất đai dồn vào cuối tháng, quá hạn hàng loạt',
  source: 'internal-audit' as const,
  cause: 'Thiếu người ở bộ phận thẩm định',
  objectiveId: 'dossier-on-time',
  controls: 'Nhắc việc hằng ngày',
};
const COMMENT = 'Đã kiểm tra tại chỗ ngày 12/12/2026';

/** What people state about risks: `POST /risks`, and the acts upon one. */
export function riskActs(
  context: Pick<ApiContext, 'observatory' | 'answers' | 'zone' | 'clock'>,
  desk: RegisterDesk<typeof RISK_ACTS, RiskLife>,
): FastifyPluginAsyncZod {
  const { observatory, zone, clock } = context;
  const requireWithinYear = (next: string | undefined): void => {
    const today = zone.dayOf(clock());
    const [first, last] = [formatDay(today), formatDay(yearLater(today))];
    if (next !== undefined && (next < first || next > last))
      refuseField('/next', `a day from ${first} to ${last}, within a year; it was ${next}`);
  };
  /** The scale in force, for likelihood and impact within its steps. */
  const scaleFor = async (given: { readonly likelihood: number; readonly impact: number }) => {
    const { steps } = await observatory.from({}, async (_, { riskScales }) => riskScales.inForce);
    for (const name of ['likelihood', 'impact'] as const)
      if (given[name] > steps)
        refuseField(`/${name}`, `1 to ${steps}, the steps of the scale; it was ${given[name]}`);
    return steps;
  };

  return async (app) => {
    app.post(
      '/risks',
      {
        config: { right: writing },
        schema: {
          tags,
          operationId: 'identifyRisk',
          summary: 'Enter a risk into the register of a unit',
          body: z
            .strictObject({ id: riskIdField.optional(), ...descriptionFields })
            .meta({ 'x-example': DESCRIPTION }),
          response: { 201: writtenSchema, ...problemAnswers(409) },
        },
      },
      async ({ body: { id = `R-${randomUUID().slice(0, 8)}`, ...data }, caller }, reply) => {
        await requireObjective(context, data.objectiveId);
        await desk.requireStanding(caller, '/unitId', data.unitId);
        const statement = { kind: riskIdentified, data: { riskId: id, ...data } };
        return answerBegun(reply, desk, await desk.begin(id, statement, caller));
      },
    );

    addActRoute(app, desk, {
      ...{ path: '', method: 'PUT', act: 'identified', right: writing, operationId: 'describeRisk' },
      summary: 'State anew what a risk is',
      body: z.strictObject(descriptionFields).meta({ 'x-example': DESCRIPTION }),
      async statement(body, { id: riskId }, caller) {
        await requireObjective(context, body.objectiveId);
        await desk.requireNamed(caller, '/unitId', body.unitId);
        return { kind: riskIdentified, data: { riskId, ...body } };
      },
    });
    addActRoute(app, desk, {
      ...{ path: 'assess', act: 'assessed', right: writing, operationId: 'assessRisk' },
      summary: 'Assess likelihood and impact, with the controls in place',
      description: 'The score is computed; the level follows from the scale of the office.',
      body: z.strictObject(assessmentFields).meta({ 'x-example': { likelihood: 4, impact: 3 } }),
      statement: async (body, { id: riskId }) => ({
        kind: riskAssessed,
        data: { riskId, ...body, scale: await scaleFor(body) },
      }),
    });
    addActRoute(app, desk, {
      ...{ path: 'plan', act: 'planned', right: writing, operationId: 'planRiskTreatment' },
      summary: 'Plan the treatment: what is done, by whom, until when',
      description: 'The head approves the plan of a risk of the greatest level, and that a risk is accepted.',
      body: z.strictObject(planFields).meta({
        'x-example': {
          treatment: 'reduce',
          measures: 'Điều hai người từ bộ phận tiếp nhận sang thẩm định',
          owner: 'Trưởng phòng Đất đai',
          due: '2026-12-15',
        },
      }),
      statement: (body, { id: riskId }) => ({ kind: riskPlanned, data: { riskId, ...body } }),
    });
    addActRoute(app, desk, {
      ...{ path: 'approve', act: 'approved', right: 'approve', operationId: 'approveRiskTreatment' },
      summary: 'Approve the plan, as the head of the unit',
      body: z.strictObject(approvalFields).meta({ 'x-example': { comment: COMMENT } }),
      statement(body, { id: riskId, life }) {
        const inView: { approves?: EventId | undefined } = { approves: life.toApprove?.event };
        return { kind: riskApproved, data: { riskId, ...body, ...inView } };
      },
      allowed: (_, __, caller) => requirePerson(caller),
    });
    addActRoute(app, desk, {
      ...{ path: 'report-treated', act: 'treated', right: writing, operationId: 'reportRiskTreated' },
      summary: 'Report that the treatment was carried out, with its evidence',
      body: z
        .strictObject(treatedFields)
        .meta({ 'x-example': { evidence: 'Báo cáo số 15/BC-VP ngày 10/12/2026' } }),
      statement: (body, { id: riskId }) => ({ kind: riskTreated, data: { riskId, ...body } }),
    });
    addActRoute(app, desk, {
      ...{ path: 'verify', act: 'verified', right: [writing, 'approve'], operationId: 'verifyRiskTreatment' },
      summary: 'Verify the treatment, as another person than the one who reported it',
      description: 'Without keys it is recorded, and the risk stays `unapproved`.',
      body: z.strictObject(verificationFields).meta({ 'x-example': { result: 'met', comment: COMMENT } }),
      statement: (body, { id: riskId }) => ({ kind: riskVerified, data: { riskId, ...body } }),
      allowed: ({ treated }, _, caller) =>
        requireSecondPerson(treated?.person ?? null, caller, 'the report that the risk was treated'),
    });
    addActRoute(app, desk, {
      ...{ path: 'judge', act: 'judged', right: [writing, 'approve'], operationId: 'judgeRiskTreatment' },
      summary: 'State whether the treatment works, with the likelihood and impact that are left',
      description: '`effective: false` opens the risk again.',
      body: z
        .strictObject(judgementFields)
        .meta({ 'x-example': { effective: true, likelihood: 2, impact: 3, comment: COMMENT } }),
      statement: async (body, { id: riskId }) => ({
        kind: riskJudged,
        data: { riskId, ...body, scale: await scaleFor(body) },
      }),
    });
    addActRoute(app, desk, {
      ...{ path: 'review', act: 'reviewed', right: writing, operationId: 'reviewRisk' },
      summary: 'Review a risk: at least yearly, and when its objective is missed',
      description: 'The figure of its objective at this moment is kept with the review.',
      body: z.strictObject(riskReviewFields).meta({ 'x-example': { outcome: 'stands', comment: COMMENT } }),
      async statement(body, { id: riskId, life }) {
        requireWithinYear(body.next);
        const seen = await figureSeen(observatory, life.description?.objectiveId);
        return { kind: riskReviewed, data: { riskId, ...body, seen } };
      },
    });
  };
}
