import type { DefinitionsQuery, FigureQuery } from '../client/api.ts';

/** Which end stands in for a missing one. */
export const OPEN_ENDS = ['cut', 'window-end'] as const satisfies readonly DefinitionsQuery['openEnd'][];
export type OpenEnd = (typeof OPEN_ENDS)[number];

/** The question of a figure to other definitions, which have one due date. */
export const definitionQuery = ({ basis: _, ...query }: FigureQuery, openEnd: OpenEnd): DefinitionsQuery => ({
  ...query,
  openEnd,
});
