import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { composedJson } from '../kernel/written-text.ts';
import type { Config } from '../platform/config.ts';
import { type ConfigFault, faultyFile } from '../platform/config-fault.ts';
import { builtinObjectives } from './builtin.ts';
import { definitionFile, type ObjectiveDefinition } from './definition.ts';
import type { Measure } from './measure.ts';

/** The objectives in force: those of the file, or the built-in ones of Decision 124/QĐ-VP. */
export function objectivesOf(
  { OBJECTIVES_FILE: path }: Pick<Config, 'OBJECTIVES_FILE'>,
  measures: readonly Measure[],
):
  | { readonly kind: 'objectives'; readonly objectives: readonly ObjectiveDefinition[] }
  | { readonly kind: 'invalid'; readonly faults: readonly ConfigFault[] } {
  if (path === undefined) return { kind: 'objectives', objectives: builtinObjectives() };
  try {
    const parsed = definitionFile(measures).safeParse(composedJson(readFileSync(path, 'utf8')));
    if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
    return { kind: 'objectives', objectives: parsed.data.objectives };
  } catch (error) {
    return { kind: 'invalid', faults: [faultyFile('OBJECTIVES_FILE', path, error)] };
  }
}
