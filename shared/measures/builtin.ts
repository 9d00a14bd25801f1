import decision124 from './decision-124.json' with { type: 'json' };
import { definitionFile, type ObjectiveDefinition } from './definition.ts';
import { MEASURES } from './registry.ts';

/** The objectives of Decision 124/QĐ-VP that are fed by events. @throws ZodError when the file is wrong */
export const builtinObjectives = (): readonly ObjectiveDefinition[] =>
  definitionFile(MEASURES).parse(decision124).objectives;
