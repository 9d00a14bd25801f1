import { z } from 'zod';
import { localDaySchema } from '../calendar/local-day-schema.ts';
import { NAMED_WINDOWS } from '../calendar/windows.ts';
import { formatDay, type LocalDay } from '../calendar/zone.ts';
import { unitId } from '../contracts/ids.ts';
import type { Moment } from '../kernel/clock.ts';
import type { ObjectiveRecord } from '../office/declared.ts';
import { bilingualSchema } from './bilingual.ts';
import { type ObjectiveDefinition, objectiveDefinition } from './definition.ts';
import { type Measure, measureNamed } from './measure.ts';
import { statedPlan } from './plan.ts';

/** Why a stored definition cannot be computed: a newer version of this system wrote it. */
export type NotUnderstood = 'formula-unknown' | 'definition-unknown';

/** A definition, as far as this version of the system understands it. */
export interface ReadDefinition {
  readonly definition: ObjectiveDefinition;
  /** Null when all of it is understood. Otherwise it has no alerts, and its target and comparator mean nothing. */
  readonly notUnderstood: NotUnderstood | null;
  /** As a file states it. */
  readonly stated: StatedDefinition;
  /** When it was stated; 0 for what a file stated. */
  readonly knownAt: Moment;
}

export type StatedDefinition = ObjectiveRecord['definition'];

/** A definition as a file states it, and as its event keeps it: equal definitions have equal JSON. */
export const statedDefinition = (definition: ObjectiveDefinition): StatedDefinition => ({
  ...definition,
  ...(definition.path && {
    path: definition.path.map(({ by, ...point }) => ({ ...point, by: formatDay(by) })),
  }),
  ...(definition.plan && { plan: statedPlan(definition.plan) }),
  validFrom: formatDay(definition.validFrom),
  validTo: formatDay(definition.validTo),
});

/** Reads stored definitions, whatever version of this system wrote them. */
export function definitionReader(measures: readonly Measure[]): (record: ObjectiveRecord) => ReadDefinition {
  const schema = objectiveDefinition(measures);
  return (record) => {
    const { definition: stated, knownAt } = record;
    const parsed = schema.safeParse(stated);
    if (parsed.success) return { definition: parsed.data, notUnderstood: null, stated, knownAt };
    const definition = leastOf(record);
    const isKnown = measureNamed(measures, definition.formula) !== undefined;
    const notUnderstood = isKnown ? 'definition-unknown' : 'formula-unknown';
    return { definition, notUnderstood, stated, knownAt };
  };
}

/** What a person needs to recognize an objective; what cannot be read is empty. */
function leastOf({ id, version, definition }: ObjectiveRecord): ObjectiveDefinition {
  const { title: written, text, ...least } = LEAST.parse(definition);
  const title = written ?? { vi: id, en: id };
  return {
    ...least,
    ...{ id, version, title, text: text ?? title, validTo: least.validTo ?? least.validFrom },
    ...{ target: '0', comparator: '>=', alerts: [] },
  };
}

const LEAST = z.object({
  title: bilingualSchema.nullable().catch(null),
  text: bilingualSchema.nullable().catch(null),
  source: z.string().catch(''),
  formula: z.object({ name: z.string(), version: z.int() }).catch({ name: '', version: 0 }),
  aspirational: z.boolean().catch(false),
  window: z.enum(NAMED_WINDOWS).catch('year'),
  unit: z.string().transform(unitId).nullable().catch(null),
  owner: bilingualSchema.catch({ vi: '', en: '' }),
  validFrom: localDaySchema.catch(0 as LocalDay),
  validTo: localDaySchema.nullable().catch(null),
  dueSoonWorkingHours: z.number().positive().catch(1),
  feedSilentWorkingHours: z.number().positive().catch(1),
});
