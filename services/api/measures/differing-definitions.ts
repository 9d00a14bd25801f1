import type { Log } from '../../../shared/platform/log.ts';
import { type WatchedReference, watchReference } from '../reference-watch.ts';

/** Ids in one line of the log. */
const SHOWN = 50;

/**
 * Logs which objectives the file states otherwise than the store, at the start and whenever that changes: the statements in the store
 * hold, and a person who edits the file alone would wait in vain. @returns a function that ends it
 */
export function watchDefinitions(watched: WatchedReference & { readonly log: Log }): () => void {
  const { log } = watched;
  let logged = '';
  return watchReference(watched, ({ objectives: { differing } }) => {
    const now = differing.join(' ');
    if (now === logged) return;
    logged = now;
    if (differing.length === 0) log.info('objectives: the store and the file agree again');
    else
      log.warn(
        { definitionsDiffer: differing.slice(0, SHOWN), count: differing.length },
        'objectives: the file differs from the statements in the store, which hold; `nhip objectives diff` lists the fields',
      );
  });
}
