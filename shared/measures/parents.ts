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
