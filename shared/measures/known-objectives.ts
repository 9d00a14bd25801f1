import type { LocalDay } from '../calendar/zone.ts';
import type { ObjectiveRecord } from '../office/declared.ts';
import type { StatedObjective } from '../office/stated-objectives.ts';
import type { ObjectiveDefinition } from './definition.ts';
import type { Measure } from './measure.ts';
import { type ParentLink, parentsWithoutCircle } from './parents.ts';
import { definitionReader, type ReadDefinition, statedDefinition } from './stated-definition.ts';

/** The definitions that a process was started with. */
export interface FileObjectives {
  /** In the order in which answers list them. */
  readonly definitions: readonly ObjectiveDefinition[];
  /** OBJECTIVES_FILE, or those of Decision 124/QĐ-VP, which name what they know and deny nothing else. */
  readonly from: 'file' | 'built-in';
}

/** One objective, as known at a moment. */
export interface KnownObjective {
  readonly id: string;
  /** By number. */
  readonly versions: readonly ReadDefinition[];
  /** Its last day, inclusive; null while it is open. */
  readonly lastDay: LocalDay | null;
  /** The file states it otherwise. */
  readonly differs: boolean;
}

export type DefinitionOutcome =
  | {
      readonly kind: 'in-force';
      readonly read: ReadDefinition;
      /** Its time is over and no later version has begun: it goes on, and every answer says so. */
      readonly carriedOver: boolean;
    }
  | { readonly kind: 'not-yet-in-force'; readonly from: LocalDay }
  | { readonly kind: 'closed'; readonly lastDay: LocalDay };

/** The version of an objective that holds on a day: the last to have begun. */
export function definitionOn({ versions, lastDay }: KnownObjective, day: LocalDay): DefinitionOutcome {
  const from = (one: ReadDefinition) => one.definition.validFrom;
  const begun = versions.filter((one) => from(one) <= day);
  const [read] = begun.sort((a, b) => from(b) - from(a) || b.definition.version - a.definition.version);
  if (lastDay !== null && day > lastDay) return { kind: 'closed', lastDay };
  if (!read) return { kind: 'not-yet-in-force', from: Math.min(...versions.map(from)) as LocalDay };
  return { kind: 'in-force', read, carriedOver: day > read.definition.validTo };
}

/** Of how many days the parents are kept. */
const MOST_DAYS = 100;

/** The objectives as known at a moment: as they were stated, and as the file has them of which nothing was stated. */
export class KnownObjectives {
  /** In the order of the file; those that it does not name follow, by id. */
  readonly ids: readonly string[];
  readonly #file: ReadonlyMap<string, readonly ObjectiveDefinition[]>;
  readonly #from: FileObjectives['from'];
  readonly #stated: ReadonlyMap<string, StatedObjective>;
  readonly #read: (record: ObjectiveRecord) => ReadDefinition;
  readonly #known = new Map<string, KnownObjective | undefined>();
  readonly #parents = new Map<LocalDay, ReadonlyMap<string, string>>();

  constructor(
    { definitions, from }: FileObjectives,
    stated: ReadonlyMap<string, StatedObjective>,
    read: (record: ObjectiveRecord) => ReadDefinition,
  ) {
    this.#file = Map.groupBy(definitions, ({ id }) => id);
    this.#from = from;
    this.#stated = stated;
    this.#read = read;
    const others = [...stated.keys()].filter((id) => !this.#file.has(id)).sort();
    this.ids = [...this.#file.keys(), ...others];
  }

  get(id: string): KnownObjective | undefined {
    if (!this.#known.has(id)) this.#known.set(id, this.#find(id));
    return this.#known.get(id);
  }

  /** The parents that count on a day, by the id of the objective. */
  parentsOn(day: LocalDay): ReadonlyMap<string, string> {
    const known = this.#parents.get(day) ?? parentsWithoutCircle(this.#linksOn(day));
    // Figures of the past ask for many days.
    if (this.#parents.size >= MOST_DAYS) this.#parents.clear();
    this.#parents.set(day, known);
    return known;
  }

  #linksOn(day: LocalDay): readonly ParentLink[] {
    return this.ids.flatMap((id) => {
      const objective = this.get(id);
      const inForce = objective && definitionOn(objective, day);
      if (inForce?.kind !== 'in-force') return [];
      const { definition, knownAt } = inForce.read;
      return definition.parent === undefined ? [] : [{ id, parent: definition.parent, knownAt }];
    });
  }

  /** Those that the file states otherwise. */
  get differing(): readonly string[] {
    return this.ids.filter((id) => this.get(id)?.differs);
  }

  #find(id: string): KnownObjective | undefined {
    const inFile = this.#file.get(id)?.toSorted((a, b) => a.version - b.version) ?? [];
    const stated = this.#stated.get(id);
    const ofEvents = stated?.versions.map((record) => this.#read(record)) ?? [];
    const ofFile = inFile.map(ofFileOf);
    const versions = ofEvents.length > 0 ? ofEvents : ofFile;
    if (versions.length === 0) return undefined;
    const lastDay = stated?.lastDay ?? null;
    const isClosed = lastDay !== null;
    const differs =
      inFile.length === 0
        ? this.#from === 'file' && !isClosed
        : isClosed || textOf(versions) !== textOf(ofFile);
    return { id, versions, lastDay, differs };
  }
}

const ofFileOf = (definition: ObjectiveDefinition): ReadDefinition => ({
  ...{ definition, notUnderstood: null, stated: statedDefinition(definition), knownAt: 0 },
});

const textOf = (versions: readonly ReadDefinition[]): string =>
  JSON.stringify(
    versions.map(({ definition, notUnderstood }) => [statedDefinition(definition), notUnderstood]),
  );

/** Reads what is known of objectives, each statement once for as long as it is known. */
export function objectiveReader(
  file: FileObjectives,
  measures: readonly Measure[],
): (stated: ReadonlyMap<string, StatedObjective>) => KnownObjectives {
  const definitions = new WeakMap<ObjectiveRecord, ReadDefinition>();
  const all = new WeakMap<ReadonlyMap<string, StatedObjective>, KnownObjectives>();
  const readNew = definitionReader(measures);
  const read = (record: ObjectiveRecord): ReadDefinition => {
    const known = definitions.get(record) ?? readNew(record);
    definitions.set(record, known);
    return known;
  };
  return (stated) => {
    const known = all.get(stated) ?? new KnownObjectives(file, stated, read);
    all.set(stated, known);
    return known;
  };
}
