import type { Window } from '../calendar/windows.ts';
import type { Filter, Knowledge, ListQuery } from '../ledger/port.ts';
import type { ObjectiveDefinition } from './definition.ts';
import type { EvaluationContext } from './evaluate.ts';
import { type PartName, partsOf } from './parts.ts';
import { balanceQuery, countParts, type Slice } from './tally.ts';

/** One part of a figure. */
export interface CountedPart {
  /** How many the figure counts. */
  readonly count: number;
  /** What lists them. */
  readonly query: Omit<ListQuery, 'limit' | 'after'>;
}

export type CountedParts = ReadonlyMap<PartName, CountedPart>;

interface Frame {
  readonly definition: ObjectiveDefinition;
  readonly window: Window;
  readonly filter: Filter;
  readonly known: Knowledge;
}

/** The parts of a figure, by the slice that it is counted from. */
export function countedParts(
  { definition, window, filter: asked, known }: Frame,
  slice: Slice,
  context: EvaluationContext,
): CountedParts {
  const parts = partsOf(definition, context.basis, context);
  const counts = countParts(parts, slice);
  const { filter, from, to } = balanceQuery(definition, window, asked);
  return new Map(
    [...counts].map(([name, count]) => {
      const query = { anyOf: parts[name] ?? [], filter, from, to, ...known };
      return [name, { count, query }];
    }),
  );
}
