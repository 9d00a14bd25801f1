import type { DeclaredRow } from './declared.ts';
import { compareOrders } from './records.ts';
import type { RiskScale } from './risk-scale-stated.v1.ts';

/** The levels of a risk (mức độ rủi ro), by its score; the words for them are the office's. */
export const RISK_LEVELS = ['low', 'medium', 'high', 'very-high'] as const;
export type RiskLevel = (typeof RISK_LEVELS)[number];

export const levelOf = ({ from }: Pick<RiskScale, 'from'>, score: number): RiskLevel => {
  if (score >= from['very-high']) return 'very-high';
  if (score >= from.high) return 'high';
  return score >= from.medium ? 'medium' : 'low';
};

const levels: RiskScale['levels'] = {
  low: { vi: 'Thấp', en: 'Low' },
  medium: { vi: 'Trung bình', en: 'Medium' },
  high: { vi: 'Cao', en: 'High' },
  'very-high': { vi: 'Rất cao', en: 'Very high' },
};

/** Used until the office states its own: 1-3 low, 4-8 medium, 9-15 high, 16-25 very high. */
const FIVE: RiskScale = {
  steps: 5,
  from: { medium: 4, high: 9, 'very-high': 16 },
  levels,
  likelihood: [
    { vi: 'Hiếm khi', en: 'Rare' },
    { vi: '1–2 lần một năm', en: 'Once or twice a year' },
    { vi: '3–5 lần một năm', en: 'Three to five times a year' },
    { vi: 'Thường xuyên', en: 'Often' },
    { vi: 'Gần như chắc chắn', en: 'Almost certain' },
  ],
  impact: [
    { vi: 'Không đáng kể', en: 'Negligible' },
    { vi: 'Nhỏ', en: 'Minor' },
    { vi: 'Vừa', en: 'Moderate' },
    { vi: 'Lớn', en: 'Major' },
    { vi: 'Nghiêm trọng', en: 'Severe' },
  ],
};
const THREE: RiskScale = {
  steps: 3,
  from: { medium: 3, high: 6, 'very-high': 9 },
  levels,
  likelihood: [
    { vi: 'Hiếm khi', en: 'Rare' },
    { vi: 'Có thể', en: 'Possible' },
    { vi: 'Thường xuyên', en: 'Often' },
  ],
  impact: [
    { vi: 'Nhỏ', en: 'Minor' },
    { vi: 'Vừa', en: 'Moderate' },
    { vi: 'Nghiêm trọng', en: 'Severe' },
  ],
};

/** The scale in force, and the last one of the other steps, by which earlier assessments are read. */
export interface RiskScales {
  readonly inForce: RiskScale;
  readonly of: Readonly<Record<RiskScale['steps'], RiskScale>>;
}

/** @param rows of which of each key one is there, the one in force */
export function riskScalesIn(rows: readonly DeclaredRow[]): RiskScales {
  const stated = rows
    .flatMap(({ declared, order }) =>
      declared.kind === 'risk-scale' ? [{ order, scale: declared.record.scale }] : [],
    )
    .sort((a, b) => compareOrders(a.order, b.order))
    .map(({ scale }) => scale);
  const of = (steps: RiskScale['steps']) => stated.find((scale) => scale.steps === steps);
  return { inForce: stated.at(-1) ?? FIVE, of: { 3: of(3) ?? THREE, 5: of(5) ?? FIVE } };
}
