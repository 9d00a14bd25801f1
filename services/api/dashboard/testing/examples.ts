import { readFileSync } from 'node:fs';
import type { Evidence, Objective, Series } from '../client/api.ts';

/** Answers of a real server, as the OpenAPI document has them. */
const { paths } = JSON.parse(readFileSync(new URL('../../../../openapi.json', import.meta.url), 'utf8'));
const exampleOf = (path: string) => paths[path].get.responses[200].content['application/json'].example;

export const objectives: readonly Objective[] = exampleOf('/v1/objectives').objectives;
export const evidence: Evidence = exampleOf('/v1/objectives/{id}/evidence');
export const series: Series = exampleOf('/v1/objectives/{id}/series');

/** The first objective of the examples, with other figures. */
export function objective(change: Partial<Objective> = {}): Objective {
  const [first] = objectives;
  if (!first) throw new Error('openapi.json has no example of an objective');
  return { ...first, ...change };
}
