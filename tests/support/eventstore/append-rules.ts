import type { Decision, Expected, ProposedEvent, StoredEvent } from './stored-event.ts';

/**
 * What is said of an append that is not to be carried out; undefined when it is. By the rules of the server's index writer
 * (`CheckCommit`).
 * @param before the first revision that a soft deletion has left to be read
 */
export function checkAppend(
  all: readonly StoredEvent[],
  before: number,
  expected: Expected,
  proposed: readonly ProposedEvent[],
): Decision | undefined {
  const last = all.length - 1;
  const current = last >= before ? last : -1;
  const wrong: Decision = { kind: 'wrong-version', current };
  if (expected === 'any' || expected === 'stream-exists') {
    if (expected === 'stream-exists' && current < 0) return wrong;
    const earlier = earlierTryAnywhere(all, proposed);
    if (earlier === 'in-part') return wrong;
    return earlier && written(earlier);
  }
  const wanted = expected === 'no-stream' ? -1 : Number(expected);
  if (wanted === last) return undefined;
  if (wanted > last) return wrong;
  const earlier = earlierTryAt(all, wanted + 1, proposed);
  if (earlier) return written(earlier);
  // A soft-deleted stream may be begun again, and goes on counting.
  return wanted === -1 && current < 0 ? undefined : wrong;
}

export const written = ({ revision, position }: StoredEvent): Decision => ({
  kind: 'written',
  revision,
  position,
});

/** With an expected revision the same events must stand just behind it. */
function earlierTryAt(
  all: readonly StoredEvent[],
  from: number,
  proposed: readonly ProposedEvent[],
): StoredEvent | undefined {
  return proposed.every(({ id }, index) => all[from + index]?.id === id)
    ? all[from + proposed.length - 1]
    : undefined;
}

/** Without one the server goes by the ids alone. */
function earlierTryAnywhere(
  all: readonly StoredEvent[],
  proposed: readonly ProposedEvent[],
): StoredEvent | 'in-part' | undefined {
  const found = proposed.map(({ id }) => all.find((event) => event.id === id));
  if (found[0] === undefined) return undefined;
  return found.every((event) => event !== undefined) ? found.at(-1) : 'in-part';
}
