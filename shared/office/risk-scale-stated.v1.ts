import { z } from 'zod';
import { described } from '../contracts/described.ts';
import { streamName } from '../contracts/ids.ts';
import type { OwnKind } from '../contracts/own-kind.ts';
import { prose } from '../contracts/register-fields.ts';
import { lineSchema } from '../contracts/schema-parts.ts';

/** Not `risk-scale`: that would be the stream of a risk. */
export const RISK_SCALE_STREAM = streamName('scale-of-risks');

const word = lineSchema(200).min(1);
const words = z.strictObject({ vi: word, en: word });
const score = z.int().min(2).max(25);

const example = {
  from: { medium: 4, high: 9, 'very-high': 16 },
  levels: {
    low: { vi: 'Thấp', en: 'Low' },
    medium: { vi: 'Trung bình', en: 'Medium' },
    high: { vi: 'Cao', en: 'High' },
    'very-high': { vi: 'Rất cao', en: 'Very high' },
  },
  words: ['Rất thấp', 'Thấp', 'Vừa', 'Cao', 'Rất cao'].map((vi, index) => ({ vi, en: `Step ${index + 1}` })),
};

/** `risk-scale.stated.v1`: how the office assesses risks from now on. The last one of its number of steps is in force for those. */
export const riskScaleStatedV1 = () =>
  z
    .strictObject({
      steps: described(z.union([z.literal(3), z.literal(5)]), {
        meaning: 'Steps of likelihood and of impact',
        vi: 'thang điểm',
        example: 5,
      }),
      from: described(z.strictObject({ medium: score, high: score, 'very-high': score }), {
        meaning: 'Least score of each level above the lowest; a score is likelihood × impact',
        vi: 'ngưỡng',
        example: example.from,
      }),
      levels: described(z.strictObject({ low: words, medium: words, high: words, 'very-high': words }), {
        meaning: 'Words for the levels',
        vi: 'mức độ rủi ro',
        example: example.levels,
      }),
      likelihood: described(z.array(words).min(3).max(5), {
        meaning: 'Words for the steps of likelihood, the least first',
        vi: 'khả năng xảy ra',
        example: example.words,
      }),
      impact: described(z.array(words).min(3).max(5), {
        meaning: 'Words for the steps of impact, the least first',
        vi: 'mức độ ảnh hưởng',
        example: example.words,
      }),
      reason: described(prose, {
        meaning: 'Why',
        vi: 'lý do',
        example: 'Quyết định 12/QĐ-VP',
      }),
    })
    .superRefine(({ steps, from, ...rest }, context) => {
      const fault = (path: PropertyKey[], message: string) =>
        context.addIssue({ code: 'custom', path, message });
      for (const name of ['likelihood', 'impact'] as const)
        if (rest[name].length !== steps) fault([name], `${steps} words, one for each step`);
      if (from.high <= from.medium) fault(['from', 'high'], `more than ${from.medium}, where medium begins`);
      if (from['very-high'] <= from.high)
        fault(['from', 'very-high'], `more than ${from.high}, where high begins`);
      if (from['very-high'] > steps * steps)
        fault(['from', 'very-high'], `up to ${steps * steps}, the greatest score`);
    });

export type RiskScaleStatedV1 = z.output<ReturnType<typeof riskScaleStatedV1>>;

/** How an office assesses risks: the steps of likelihood and impact, the scores at which levels begin, and their words. */
export type RiskScale = Omit<RiskScaleStatedV1, 'reason'>;

export const riskScaleStated: OwnKind<RiskScaleStatedV1> = {
  type: 'risk-scale.stated.v1',
  schema: riskScaleStatedV1,
  whenFields: [],
  streamOf: () => RISK_SCALE_STREAM,
};
