import type { LocalDay } from '../calendar/zone.ts';
import type { DeclaredRow, ObjectiveRecord } from './declared.ts';

/** What was stated of one objective. */
export interface StatedObjective {
  /** By number; none where its closing alone is known. */
  readonly versions: readonly ObjectiveRecord[];
  /** Its last day, inclusive; null while it is open. */
  readonly lastDay: LocalDay | null;
}

/** The objectives that statements define, by id. @param rows of which of each key one is there, the one in force */
export function objectivesIn(rows: readonly DeclaredRow[]): ReadonlyMap<string, StatedObjective> {
  const stated = new Map<string, { versions: ObjectiveRecord[]; lastDay: LocalDay | null }>();
  for (const { declared } of rows) {
    if (declared.kind !== 'objective' && declared.kind !== 'objective-closing') continue;
    const { id } = declared.record;
    const known = stated.get(id) ?? { versions: [], lastDay: null };
    stated.set(id, known);
    if (declared.kind === 'objective') known.versions.push(declared.record);
    else known.lastDay = declared.record.lastDay;
  }
  for (const { versions } of stated.values()) versions.sort((a, b) => a.version - b.version);
  return stated;
}
