import { z } from 'zod';
import type { Balance } from '../bookkeeping/balance.ts';
import { type Selection, selects } from '../bookkeeping/selection.ts';
import { type Level, RULE_SETS, type RuleSet } from '../books/staff/staff-fields.ts';
import type { UnitId } from '../contracts/ids.ts';
import { decimalOf, type Fraction, isShare } from './rate.ts';

const share = z.string().refine(isShare, 'a decimal from 0 to 1 as text, e.g. "0.20"');

const cap = z.strictObject({
  /** The people of whom it is a share: those rated good with the excellent, or without them. The texts of the decrees allow both. */
  of: z.enum(['good-and-excellent', 'good']),
  share,
  /** Where the unit itself is rated excellent. */
  shareInExcellentUnit: share,
});

/** The cap of the excellent (tỷ lệ hoàn thành xuất sắc) by rule set: under NĐ 90 as for party members, under NĐ 335 and NĐ 233 20 or 25 %. */
export const excellentCaps = z.strictObject({ 'nd-90-48': cap, 'nd-335': cap, 'nd-233': cap }).default({
  'nd-90-48': { of: 'good-and-excellent', share: '0.20', shareInExcellentUnit: '0.20' },
  'nd-335': { of: 'good-and-excellent', share: '0.20', shareInExcellentUnit: '0.25' },
  'nd-233': { of: 'good-and-excellent', share: '0.20', shareInExcellentUnit: '0.25' },
});
export type ExcellentCaps = z.output<typeof excellentCaps>;

/** Whether a group of like tasks in a unit keeps the cap. A check that is reported: it corrects no rating. */
export interface CapCheck {
  readonly unit: UnitId | null;
  readonly ruleSet: RuleSet;
  /** Null: the records state no group. */
  readonly group: string | null;
  readonly excellent: number;
  readonly good: number;
  /** The share that applies, as decimal text, and how many it allows; null where it is not checkable. */
  readonly share: string | null;
  readonly allowed: number | null;
  readonly outcome: 'kept' | 'exceeded' | 'not-checkable';
  readonly reason: 'no-group' | 'no-unit-rating' | null;
}

/** What a check reads: balances by unit, group and rule set, in this order. */
export const CAP_GROUPS = ['unit', 'group', 'ruleSet'] as const;

export interface CapSources {
  readonly rows: readonly Pick<Balance, 'account' | 'due' | 'dueOriginal' | 'original' | 'key' | 'count'>[];
  /** What is selected as excellent, and as good. */
  readonly selected: Readonly<Record<'excellent' | 'good', readonly Selection[]>>;
  readonly unitLevels: ReadonlyMap<unknown, Level>;
}

/** The checks of all groups with anybody rated good or excellent, by unit, rule set and group. */
export function capChecks(
  { rows, selected, unitLevels }: CapSources,
  caps: ExcellentCaps,
): readonly CapCheck[] {
  const counted = Map.groupBy(rows, ({ key }) => JSON.stringify(key));
  const count = (of: CapSources['rows'], selections: readonly Selection[]) =>
    of.reduce((sum, row) => sum + (selections.some((one) => selects(one, row)) ? row.count : 0), 0);
  return [...counted.values()]
    .flatMap((of): readonly CapCheck[] => {
      const [unit, group, ruleSet] = of[0]?.key ?? [];
      const known = RULE_SETS.find((one) => one === ruleSet);
      const [excellent, good] = [count(of, selected.excellent), count(of, selected.good)];
      if (!known || excellent + good === 0) return [];
      const place = { unit: (unit ?? null) as UnitId | null, group: group === null ? null : String(group) };
      return [
        {
          ...place,
          ruleSet: known,
          excellent,
          good,
          ...judged(place, excellent, good, caps[known], unitLevels),
        },
      ];
    })
    .sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
}

const orderOf = ({ unit, ruleSet, group }: CapCheck): string => JSON.stringify([unit, ruleSet, group]);

function judged(
  { unit, group }: Pick<CapCheck, 'unit' | 'group'>,
  excellent: number,
  good: number,
  { of, share: usual, shareInExcellentUnit }: ExcellentCaps[RuleSet],
  unitLevels: ReadonlyMap<unknown, Level>,
): Pick<CapCheck, 'share' | 'allowed' | 'outcome' | 'reason'> {
  const level = unitLevels.get(unit);
  const unchecked = { share: null, allowed: null, outcome: 'not-checkable' } as const;
  if (group === null) return { ...unchecked, reason: 'no-group' };
  if (level === undefined && usual !== shareInExcellentUnit)
    return { ...unchecked, reason: 'no-unit-rating' };
  const applies = level === 'excellent' ? shareInExcellentUnit : usual;
  const allowed = atMost(of === 'good' ? good : good + excellent, decimalOf(applies));
  return { share: applies, allowed, outcome: excellent > allowed ? 'exceeded' : 'kept', reason: null };
}

/** Rounded down: a share that is not to be exceeded. */
const atMost = (people: number, { numerator, denominator }: Fraction): number =>
  Number((BigInt(people) * BigInt(numerator)) / BigInt(denominator));
