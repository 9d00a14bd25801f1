import type { ChainHead, StoredChain } from './chain.ts';

/** Why events are not those that another file has seen; undefined where they are. */
export async function contradiction(chain: StoredChain, seen: ChainHead): Promise<string | undefined> {
  const beginning = await chain.beginning();
  const head = await chain.head();
  if (!beginning || !head) return 'it has no chain';
  const { copyOf } = beginning;
  if (beginning.store !== seen.store) {
    if (copyOf?.store === seen.store && copyOf.position >= seen.position) return undefined;
    return `it is the store ${beginning.store}, and not ${seen.store}`;
  }
  if (head.position < seen.position)
    return `it ends at position ${head.position}, and not at ${seen.position} or later`;
  if ((await chain.linkAt(seen.position)) === seen.link) return undefined;
  return `its events up to position ${seen.position} are not the same`;
}
