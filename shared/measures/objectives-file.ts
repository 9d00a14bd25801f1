import { readFileSync } from 'node:fs';
import { wrongFieldsText } from '../contracts/issue-text.ts';
import { composedJson } from '../kernel/written-text.ts';
import type { Config } from '../platform/config.ts';
import { type ConfigFault, faultyFile } from '../platform/config-fault.ts';
import { builtinObjectives } from './builtin.ts';
import { definitionFile } from './definition.ts';
import type { FileObjectives } from './known-objectives.ts';
import type { Measure } from './measure.ts';

/** The objectives of the file, or the built-in ones of Decision 124/QĐ-VP: what holds as long as nothing else was stated. */
export function objectivesOf(
  { OBJECTIVES_FILE: path }: Pick<Config, 'OBJECTIVES_FILE'>,
  measures: readonly Measure[],
):
  | { readonly kind: 'objectives'; readonly objectives: FileObjectives }
  | { readonly kind: 'invalid'; readonly faults: readonly ConfigFault[] } {
  if (path === undefined)
    return { kind: 'objectives', objectives: { definitions: builtinObjectives(), from: 'built-in' } };
  try {
    const written = composedJson(readFileSync(path, 'utf8'));
    const parsed = definitionFile(measures).safeParse(written);
    if (!parsed.success) throw new Error(wrongFieldsText(parsed.error, written));
    return { kind: 'objectives', objectives: { definitions: parsed.data.objectives, from: 'file' } };
  } catch (error) {
    return { kind: 'invalid', faults: [faultyFile('OBJECTIVES_FILE', path, error)] };
  }
}
