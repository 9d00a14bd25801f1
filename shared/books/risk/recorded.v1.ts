import { z } from 'zod';
import { described } from '../../contracts/described.ts';
import type { EventKind } from '../../contracts/event-kind.ts';
import { streamName } from '../../contracts/ids.ts';
import { roomOfRows } from '../../contracts/register-fields.ts';
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

/** More statements about one risk than a person reads. */
export const RISK_EVENTS = 2_000;

export const riskStream = (riskId: string) => streamName(`risk-${riskId}`);

/**
 * `risk.recorded.v1`: a row of a unit's table of risks (Bảng nhận diện, đánh giá, giải quyết rủi ro và cơ hội) as an office keeps it
 * in a file. A later row of the same risk changes what it states otherwise. Verification and effectiveness are stated here only,
 * by people with keys.
 */
export const riskRecordedV1 = () =>
  z.object({
    riskId: riskIdField,
    ...descriptionFields,
    assessment: described(
      z
        .object({
          likelihood: likelihoodField,
          impact: impactField,
          scale: described(scaleField, {
            meaning: 'Steps of the scale, 3 or 5',
            vi: 'thang điểm',
            example: 5,
            omit: 'the scale has five steps',
          }).optional(),
        })
        .superRefine(({ likelihood, impact, scale = 5 }, context) => {
          for (const [name, value] of Object.entries({ likelihood, impact }))
            if (value > scale)
              context.addIssue({
                code: 'custom',
                path: [name],
                message: `1 to ${scale}, the steps of the scale`,
              });
        }),
      {
        meaning: 'Likelihood and impact with the controls in place; the score is computed',
        vi: 'đánh giá',
        example: { likelihood: 4, impact: 3 },
        omit: 'it was not assessed',
      },
    ).optional(),
    plan: described(z.object(planFields), {
      meaning: 'The treatment that is planned',
      vi: 'kế hoạch xử lý',
      example: {
        treatment: 'reduce',
        measures: 'Điều hai người sang thẩm định',
        owner: 'Trưởng phòng Đất đai',
        due: '2026-12-15',
      },
      omit: 'none is planned',
    }).optional(),
    treated: described(z.object({ evidence: evidenceField }), {
      meaning: 'That the treatment was carried out; it is yet to be verified',
      vi: 'đã thực hiện',
      example: { evidence: 'Báo cáo số 15/BC-VP ngày 10/12/2026' },
      omit: 'it was not',
    }).optional(),
    reviewedOn: described(dateSchema, {
      meaning: 'Day on which it was last reviewed, and stands',
      vi: 'ngày rà soát',
      example: '2026-11-02',
      omit: 'it was not reviewed',
    }).optional(),
  });

export type RiskRecordedV1 = z.output<ReturnType<typeof riskRecordedV1>>;

export const riskRecorded: EventKind<RiskRecordedV1> = {
  type: 'risk.recorded.v1',
  schema: riskRecordedV1,
  whenFields: [],
  streamOf: ({ riskId }) => riskStream(riskId),
  streamLimit: roomOfRows(RISK_EVENTS),
};
