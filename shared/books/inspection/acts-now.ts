import type { InspectionSummary } from './summary.ts';

/** What a person states about an inspection, in the order of its life. */
export const INSPECTION_STATED = ['planned', 'cancelled', 'visited', 'concluded', 'found', 'mended'] as const;
export type InspectionAct = (typeof INSPECTION_STATED)[number];

/**
 * The acts that are possible now, for any person. Statements come in any order, as documents reach the desk; only a plan is cancelled,
 * and only a finding is closed. Nothing is stated of an inspection that no event states itself.
 */
export function inspectionActsNow({
  account,
  kind,
  allFindings,
}: Pick<InspectionSummary, 'account' | 'kind' | 'allFindings'>): readonly InspectionAct[] {
  if (kind === null) return [];
  const isBarred: Partial<Record<InspectionAct, boolean>> = {
    cancelled: account !== 'planned',
    mended: allFindings === 0,
  };
  return INSPECTION_STATED.filter((act) => !isBarred[act]);
}
