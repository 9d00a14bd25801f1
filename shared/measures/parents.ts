import type { Moment } from '../kernel/clock.ts';

/** An office, its departments, their rooms, and as many again. */
export const MOST_LEVELS = 10;

/** Why an objective cannot have a parent. */
export type ParentFault =
  | { readonly kind: 'unknown' }
  /** From the objective by way of its parents to the objective itself. */
  | { readonly kind: 'circle'; readonly path: readonly string[] }
  | { readonly kind: 'too-deep' };

/** @param parentOf null: it has none; undefined: there is no such objective */
export function parentFault(
  id: string,
  parent: string,
  parentOf: (id: string) => string | null | undefined,
): ParentFault | undefined {
  const path = [id];
  for (let above: string | null = parent; above !== null; ) {
    path.push(above);
    if (above === id) return { kind: 'circle', path };
    if (path.length > MOST_LEVELS) return { kind: 'too-deep' };
    const next = parentOf(above);
    // What stands further up was checked when it was stated.
    if (next === undefined) return above === parent ? { kind: 'unknown' } : undefined;
    above = next;
  }
  return undefined;
}

export function parentFaultText(fault: ParentFault): string {
  switch (fault.kind) {
    case 'unknown':
      return 'the id of an objective that is there';
    case 'circle':
      return `no circle: ${fault.path.join(' → ')}`;
    case 'too-deep':
      return `up to ${MOST_LEVELS} levels of objectives`;
  }
}

/** The parent that an objective names, and since when that is known. */
export interface ParentLink {
  readonly id: string;
  readonly parent: string;
  readonly knownAt: Moment;
}

/**
 * The parent of each objective without a circle. Two writers who each see no circle can close one together: of its links the last to be
 * stated does not count, whoever reads them and in whatever order; of two of one moment that of the greater id.
 */
export function parentsWithoutCircle(links: readonly ParentLink[]): ReadonlyMap<string, string> {
  const parents = new Map<string, string>();
  for (const { id, parent } of links.toSorted(byTime)) {
    let above: string | undefined = parent;
    while (above !== undefined && above !== id) above = parents.get(above);
    if (above === undefined) parents.set(id, parent);
  }
  return parents;
}

const byTime = (a: ParentLink, b: ParentLink): number => a.knownAt - b.knownAt || (a.id < b.id ? -1 : 1);
