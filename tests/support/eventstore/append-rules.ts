import type { Decision, Expected, ProposedEvent, StoredEvent } from './stored-event.ts';

/** What bears on an append beside the events of the stream. */
export interface Standing {
  /** The first revision that a deletion has left readable; Infinity after a deletion with nothing behind it. */
  readonly before: number;
  /** The stream has metadata, which is enough for it to exist. */
  readonly described: boolean;
}

/**
 * The answer to an append that is not carried out; undefined when it is. By the rules of the server's index writer
 * (`CheckCommit`) and by what a server 23.10.8 answered.
 */
export function checkAppend(
  all: readonly StoredEvent[],
  { before, described }: Standing,
  expected: Expected,
  proposed: readonly ProposedEvent[],
): Decision | undefined {
  const last = all.length - 1;
  const isDeleted = last >= 0 && before === Number.POSITIVE_INFINITY;
  const wrong: Decision = { kind: 'wrong-version', current: last };
  if (expected === 'stream-exists' && isDeleted) return { kind: 'deleted' };
  if (expected === 'stream-exists' && last < 0 && !described) return wrong;
  if (expected === 'any' || expected === 'stream-exists') {
    const earlier = earlierTryAnywhere(all, proposed);
    if (earlier === 'in-part') return wrong;
    return earlier && known(earlier, before);
  }
  const wanted = expected === 'no-stream' ? -1 : Number(expected);
  if (wanted === last) return undefined;
  if (wanted > last) return wrong;
  const earlier = earlierTryAt(all, wanted + 1, proposed);
  if (earlier) return known(earlier, before);
  // A soft-deleted stream may be begun again, and goes on counting.
  return wanted === -1 && isDeleted ? undefined : wrong;
}

export const written = ({ revision, position }: StoredEvent): Decision => ({
  kind: 'written',
  revision,
  position,
});

/** The server does not name the place of an event that a deletion hides. */
const known = (event: StoredEvent, before: number): Decision =>
  event.revision < before
    ? { kind: 'written', revision: event.revision, position: undefined }
    : written(event);

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
