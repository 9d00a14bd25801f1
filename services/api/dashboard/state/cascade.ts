import type { CascadedObjective, CascadeUnit } from '../client/api.ts';
import { type Verdict, verdictOf } from './verdict.ts';

export const CASCADE_CHOICES = ['all', 'attention', 'without'] as const;
export type CascadeChoice = (typeof CASCADE_CHOICES)[number];

/** Those that a person has to look at: nothing says that they are well. */
const NEEDS_ATTENTION: ReadonlySet<Verdict> = new Set(['breached', 'at-risk', 'doubtful', 'no-source']);

/** The units to show, each with the objectives to show. */
export function cascadeShown(
  units: readonly CascadeUnit[],
  choice: CascadeChoice,
  isCurrent: boolean,
): readonly CascadeUnit[] {
  switch (choice) {
    case 'all':
      return units;
    case 'without':
      return units.filter(isWithout);
    case 'attention': {
      const needs = (one: CascadedObjective) => NEEDS_ATTENTION.has(verdictOf(one, isCurrent));
      return units
        .map((unit) => ({ ...unit, objectives: unit.objectives.filter(needs) }))
        .filter(({ objectives }) => objectives.length > 0);
    }
  }
}

const isWithout = ({ objectives, status }: CascadeUnit): boolean =>
  objectives.length === 0 && status === 'active';

export const cascadeSums = (units: readonly CascadeUnit[], isCurrent: boolean) => {
  const all = units.flatMap(({ objectives }) => objectives);
  return {
    all: all.length,
    met: all.filter((one) => verdictOf(one, isCurrent) === 'assured').length,
    units: units.filter(isWithout).length,
  };
};
