import { formatDay } from '../calendar/zone.ts';
import type { FileObjectives, KnownObjective } from '../measures/known-objectives.ts';
import { statedDefinition } from '../measures/stated-definition.ts';
import { changesBetween, type FieldChange } from './statement-page.ts';

/** An objective as it holds: the statements in the store, else what the file of the server has. */
export type HeldObjective = Pick<KnownObjective, 'id' | 'versions' | 'lastDay'>;

/** One thing that a file of objectives states otherwise than what holds. */
export type FileDifference = { readonly id: string } & (
  | {
      readonly kind: 'changed';
      readonly version: number;
      /** `before` is what holds, `after` what the file states. */
      readonly changes: readonly FieldChange[];
    }
  | { readonly kind: 'only-in-file'; readonly version: number }
  | { readonly kind: 'version-not-in-file'; readonly version: number }
  | { readonly kind: 'not-in-file' }
  /** In the file, which knows no end. @property lastDay yyyy-MM-dd, inclusive */
  | { readonly kind: 'closed'; readonly lastDay: string }
);

/** Every difference, in the order of the file; objectives that it does not name follow. */
export function fileDifferences(
  { definitions, from }: FileObjectives,
  held: readonly HeldObjective[],
): readonly FileDifference[] {
  const inFile = Map.groupBy(definitions, ({ id }) => id);
  const others = held.filter(({ id, lastDay }) => from === 'file' && !inFile.has(id) && lastDay === null);
  return [
    ...[...inFile].flatMap(([id, versions]) =>
      differencesOf(
        id,
        versions,
        held.find((one) => one.id === id),
      ),
    ),
    ...others.map(({ id }): FileDifference => ({ id, kind: 'not-in-file' })),
  ];
}

function differencesOf(
  id: string,
  inFile: FileObjectives['definitions'],
  held: HeldObjective | undefined,
): readonly FileDifference[] {
  const heldVersions = new Map(held?.versions.map((one) => [one.definition.version, one]));
  const numbers = new Set(inFile.map(({ version }) => version));
  const ofFile = inFile
    .toSorted((a, b) => a.version - b.version)
    .flatMap((wanted): readonly FileDifference[] => {
      const { version } = wanted;
      const one = heldVersions.get(version);
      if (!one) return [{ id, kind: 'only-in-file', version }];
      const before = one.notUnderstood === null ? statedDefinition(one.definition) : one.stated;
      const changes = changesBetween(before, statedDefinition(wanted));
      return changes.length === 0 ? [] : [{ id, kind: 'changed', version, changes }];
    });
  const missing = [...heldVersions.keys()]
    .filter((version) => !numbers.has(version))
    .map((version): FileDifference => ({ id, kind: 'version-not-in-file', version }));
  const lastDay = held?.lastDay ?? null;
  return [
    ...(lastDay === null ? [] : [{ id, kind: 'closed', lastDay: formatDay(lastDay) } as const]),
    ...ofFile,
    ...missing,
  ];
}
