import { z } from 'zod';
import { RISK_STATES } from '../../../../shared/books/risk/accounts.ts';
import { approvalAwaited } from '../../../../shared/books/risk/acts-now.ts';
import type { RiskItem } from '../../../../shared/books/risk/book.ts';
import { type Assessment, scoreOf } from '../../../../shared/books/risk/cell.ts';
import { TREATMENTS } from '../../../../shared/books/risk/fields.ts';
import { type ReviewSight, reviewNeeded } from '../../../../shared/books/risk/review-needed.ts';
import type { Stated } from '../../../../shared/books/risk/timeline.ts';
import { formatDay } from '../../../../shared/calendar/zone.ts';
import { levelOf, RISK_LEVELS, type RiskScales } from '../../../../shared/office/risk-scale.ts';
import { day, findingSchema } from '../../schema-parts.ts';
import { dayOrNull, findingView } from '../../views.ts';

const assessment = z
  .object({
    likelihood: z.int(),
    impact: z.int(),
    scale: z.int().meta({ description: 'Steps of the scale by which it was assessed.' }),
    score: z.int().meta({ description: 'Likelihood × impact.' }),
    level: z.enum(RISK_LEVELS),
  })
  .meta({ id: 'RiskAssessment' });
const person = z.string().nullable().meta({
  description: 'The person of the key; null where no key named one: then no second person is known.',
});
const stated = { on: day, person };

export const seenSchema = z
  .object({
    objectiveId: z.string(),
    status: z.string(),
    numerator: z.int(),
    denominator: z.int(),
    from: day,
    to: day,
  })
  .nullable()
  .meta({ description: 'The figure of the objective at that moment.' });

export const riskSchema = z.object({
  id: z.string(),
  unit: z.string().nullable(),
  description: z.string(),
  source: z.string(),
  cause: z.string().nullable(),
  objective: z.string().nullable(),
  controls: z.string().nullable(),
  state: z.enum(RISK_STATES).meta({
    description:
      '`acceptance-asked`: the head is to accept it. `approved`: the head approved its plan. `unapproved`: verified, but not by a second person whom keys name. `effective`: the treatment works; it is reviewed yearly. `closed`: it no longer applies.',
  }),
  assessment: assessment
    .nullable()
    .meta({ description: 'With the controls in place, and after a judgement what is left.' }),
  before: assessment.nullable().meta({ description: 'The assessment before the treatment that was judged.' }),
  plan: z
    .object({
      treatment: z.enum(TREATMENTS),
      measures: z.string(),
      owner: z.string(),
      due: day,
      approvedBy: z.string().nullable().meta({ description: 'The person; null until a head approves it.' }),
    })
    .nullable(),
  overdue: z
    .boolean()
    .meta({ description: 'The last day of its plan is over, and nothing was reported done.' }),
  awaitsApproval: z.boolean().meta({
    description:
      'The head is to approve its plan: it is of the greatest level, or is to be accepted. Also where it was assessed anew after its treatment.',
  }),
  treated: z.object({ ...stated, evidence: z.string() }).nullable(),
  verified: z.object({ ...stated, result: z.enum(['met', 'not-met']), comment: z.string() }).nullable(),
  judged: z.object({ ...stated, effective: z.boolean(), comment: z.string() }).nullable(),
  reviewed: z
    .object({
      ...stated,
      outcome: z.enum(['stands', 'no-longer-applies']),
      comment: z.string(),
      seen: seenSchema,
    })
    .nullable(),
  reviewDue: day.nullable().meta({ description: 'Last day for its next review.' }),
  reviewNeeded: z.enum(['yearly', 'objective-missed']).nullable().meta({
    description:
      '`yearly`: that day is over. `objective-missed`: its objective is missed now, and no review in the present window has seen that.',
  }),
  findings: z.array(findingSchema),
});

/** From when, and by what, a risk is looked at. */
export interface RiskSight extends ReviewSight {
  readonly scales: RiskScales;
}

export function riskView(risk: RiskItem, sight: RiskSight) {
  const { today, scales } = sight;
  const {
    id,
    state = 'identified',
    description,
    plan,
    treated,
    verified,
    judged,
    reviewed,
    reviewDue,
  } = risk;
  const assessed = (one: Assessment | null) =>
    one && { ...one, score: scoreOf(one), level: levelOf(scales.of[one.scale], scoreOf(one)) };
  const isUndone = state === 'planned' || state === 'approved' || state === 'acceptance-asked';
  return {
    id,
    unit: description?.unitId ?? null,
    description: description?.description ?? '',
    source: description?.source ?? 'figures',
    cause: description?.cause ?? null,
    objective: description?.objectiveId ?? null,
    controls: description?.controls ?? null,
    state,
    assessment: assessed(risk.assessment),
    before: assessed(risk.before),
    plan: plan && { ...plan },
    overdue: isUndone && plan !== null && plan.due < formatDay(today),
    awaitsApproval: approvalAwaited(risk, scales),
    treated: outlines(treated),
    verified: outlines(verified),
    judged: outlines(judged),
    reviewed: outlines(reviewed),
    reviewDue: dayOrNull(reviewDue),
    reviewNeeded: reviewNeeded(risk, sight),
    findings: risk.findings.map(findingView),
  };
}

const outlines = <Act extends Stated>(act: Act | null) => act && { ...act, on: formatDay(act.on) };
