import type { ChainHead, StoredChain } from './chain.ts';

/** Why events are not those that another file has seen; undefined where they are, or where the store began as a copy of them. */
export async function contradiction(chain: StoredChain, seen: ChainHead): Promise<string | undefined> {
  const copyOf = (await chain.beginning())?.copyOf;
  const isContinued = copyOf?.store === seen.store && copyOf.position >= seen.position;
  return isContinued ? undefined : differenceFrom(chain, seen);
}

/** Why a store does not hold all that it held when its head was this one; undefined where it does. */
export async function differenceFrom(chain: StoredChain, seen: ChainHead): Promise<string | undefined> {
  const beginning = await chain.beginning();
  const head = await chain.head();
  if (!beginning || !head) return 'it has no chain';
  if (beginning.store !== seen.store) {
    const continues = beginning.copyOf?.store === seen.store ? ', which it began as a copy of' : '';
    return `it is the store ${beginning.store}, and not ${seen.store}${continues}`;
  }
  if (head.position < seen.position)
    return `it ends at position ${head.position}, and not at ${seen.position} or later`;
  if ((await chain.linkAt(seen.position)) === seen.link) return undefined;
  return `its events up to position ${seen.position} are not the same`;
}
