import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { builtinObjectives } from '../objectives/builtin.ts';
import { definitionFile, type ObjectiveDefinition } from '../objectives/definition.ts';

/**
 * The objectives in force: those of the file, or the built-in ones of Decision 124/QĐ-VP.
 * @throws Error that names every fault of the file
 */
export function readObjectives(path: string | undefined): readonly ObjectiveDefinition[] {
  if (path === undefined) return builtinObjectives();
  const parsed = definitionFile.safeParse(JSON.parse(readFileSync(path, 'utf8')));
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return parsed.data.objectives;
}
