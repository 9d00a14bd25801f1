import type { Commits } from '../../shared/ledger/commits.ts';
import type { Observatory } from '../../shared/measures/observatory.ts';

export interface WatchedReference {
  readonly observatory: Pick<Observatory, 'from'>;
  readonly commits: Commits;
}

type Seen = Parameters<Parameters<Observatory['from']>[1]>[1];

/** Looks at the reference data at the start, and whenever they change. @returns a function that ends it */
export function watchReference(
  { observatory, commits }: WatchedReference,
  look: (seen: Seen) => void,
): () => void {
  let seen: string | undefined;
  const lookAtNew = async () => {
    const { generation, office } = commits.latest;
    if (seen === `${generation} ${office}`) return;
    await observatory.from({}, async (_, now) => look(now));
    seen = `${generation} ${office}`;
  };
  let last = Promise.resolve();
  const soon = () => {
    // A ledger that cannot be read now is asked again at its next commit.
    last = last.then(lookAtNew).catch(() => {});
  };
  soon();
  return commits.subscribe(soon);
}
