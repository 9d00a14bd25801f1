import { z } from 'zod';
import { described } from '../../contracts/described.ts';
import type { EventId } from '../../contracts/ids.ts';
import { ownKind, personField } from '../../contracts/own-kind.ts';
import { commentField, seenFigure } from '../../contracts/register-fields.ts';
import { dateSchema } from '../../contracts/schema-parts.ts';
import {
  descriptionFields,
  evidenceField,
  impactField,
  likelihoodField,
  planFields,
  riskIdField,
  scaleField,
} from './fields.ts';
import { riskStream } from './recorded.v1.ts';

/** What people state about a risk. Each belongs to this system and is taken at no door for feeds. */

const subject = { riskId: riskIdField, ...personField };
const ofRisk = ({ riskId }: { readonly riskId: string }) => riskStream(riskId);
/** `risk.identified.v1`: what a risk is; a later one replaces it as a whole. */
export const riskIdentified = ownKind('risk.identified.v1', { ...subject, ...descriptionFields }, ofRisk);

export const assessmentFields = { likelihood: likelihoodField, impact: impactField };
/** `risk.assessed.v1`. The scale is that in force. */
export const riskAssessed = ownKind(
  'risk.assessed.v1',
  { ...subject, ...assessmentFields, scale: scaleField },
  ofRisk,
);

/** `risk.treatment-planned.v1`: a later one replaces it, and needs an approval anew. */
export const riskPlanned = ownKind('risk.treatment-planned.v1', { ...subject, ...planFields }, ofRisk);

export const approvalFields = { comment: commentField.optional() };
/**
 * `risk.treatment-approved.v1`: the head approves the plan: that of a risk of the greatest level, or to accept a risk. `approves` is the
 * event whose plan or assessment the head had in view, so that one that comes later and is dated before is not approved with it.
 */
export const riskApproved = ownKind(
  'risk.treatment-approved.v1',
  { ...subject, ...approvalFields, approves: z.custom<EventId>().optional() },
  ofRisk,
);

export const treatedFields = { evidence: evidenceField };
/** `risk.treated.v1`: the treatment was carried out. */
export const riskTreated = ownKind('risk.treated.v1', { ...subject, ...treatedFields }, ofRisk);

export const verificationFields = {
  result: described(z.enum(['met', 'not-met']), {
    meaning: 'Whether the treatment was carried out as planned',
    vi: 'kết quả kiểm tra',
    example: 'met',
    values: { met: 'It was (đạt)', 'not-met': 'It was not: it is planned again (chưa đạt)' },
  }),
  comment: commentField,
};
/** `risk.verified.v1`: another person than the one who treated it looked. */
export const riskVerified = ownKind('risk.verified.v1', { ...subject, ...verificationFields }, ofRisk);

export const judgementFields = {
  effective: described(z.boolean(), {
    meaning: 'Whether the treatment works; otherwise the risk is open again',
    vi: 'hiệu lực',
    example: true,
  }),
  ...assessmentFields,
  comment: commentField,
};
/** `risk.judged.v1`: whether the treatment is effective, with likelihood and impact that are left. */
export const riskJudged = ownKind(
  'risk.judged.v1',
  { ...subject, ...judgementFields, scale: scaleField },
  ofRisk,
);

export const riskReviewFields = {
  outcome: described(z.enum(['stands', 'no-longer-applies']), {
    meaning: 'Whether the risk still stands',
    vi: 'kết luận rà soát',
    example: 'stands',
    values: {
      stands: 'It stands, or stands again (còn)',
      'no-longer-applies': 'It leaves the register, and keeps its history (không còn)',
    },
  }),
  comment: commentField,
  next: described(dateSchema, {
    meaning: 'Day of the next review, within a year',
    vi: 'ngày rà soát tiếp theo',
    example: '2027-06-01',
    omit: 'it is a year from now',
  }).optional(),
};
/** `risk.reviewed.v1`: at least yearly, and when its objective is missed. */
export const riskReviewed = ownKind(
  'risk.reviewed.v1',
  { ...subject, ...riskReviewFields, seen: seenFigure.nullable() },
  ofRisk,
);

export const dismissalFields = { reason: commentField };
/** `risk.suggestion-dismissed.v1`: a person does not take a suggestion for a risk; with its words, since figures go on. */
export const riskDismissed = ownKind(
  'risk.suggestion-dismissed.v1',
  { ...subject, ...dismissalFields, suggested: z.object({ vi: z.string(), en: z.string() }) },
  ofRisk,
);
