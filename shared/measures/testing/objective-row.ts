import { eventId } from '../../contracts/ids.ts';
import type { Moment } from '../../kernel/clock.ts';
import type { DeclaredRow } from '../../office/declared.ts';
import type { ObjectiveDefinition } from '../definition.ts';
import { statedDefinition } from '../stated-definition.ts';

/** The row of a ledger in which a definition was stated. @param otherwise fields as another version of this system states them */
export function objectiveRow(
  row: number,
  definition: ObjectiveDefinition,
  { knownAt, otherwise = {} }: { readonly knownAt: Moment; readonly otherwise?: Record<string, unknown> },
): DeclaredRow {
  const { id, version } = definition;
  const stated = { ...statedDefinition(definition), ...otherwise };
  return {
    version: row,
    order: { time: row, assertedAt: row, event: eventId('objectives', `${row}`) },
    declared: { kind: 'objective', record: { id, version, definition: stated, knownAt } },
  };
}
