import {
  assertContinues,
  ChainKeeper,
  chainUpTo,
  type KeptChain,
} from '../../shared/event-store/chain-keeper.ts';
import { chainingLog } from '../../shared/event-store/chaining-log.ts';
import type { EventStore } from '../../shared/event-store/port.ts';
import { type Clock, momentText } from '../../shared/kernel/clock.ts';
import type { Checkpoint } from '../../shared/ledger/port.ts';
import type { Log } from '../../shared/platform/log.ts';
import type { EventSource } from './projection.ts';

/**
 * The events behind a ledger, each page with the links that are stored with it. The store must be the one whose events were read
 * before; pages are read in their order, and each is posted. @throws StoreError `corrupt` where it is not, also while reading
 */
export async function chainedEvents(
  { store, chain, clock, log }: { store: EventStore; chain: KeptChain; clock: Clock; log: Log },
  ledger: Checkpoint,
): Promise<EventSource> {
  await chainUpTo(ledger, store, chain, clock(), {
    onBegin: ({ store, begunAt, covered }) =>
      log.info(
        { store, covered, since: momentText(begunAt) },
        'event store: the chain begins; it proves of the events up to the position covered that they have not changed since then',
      ),
    onProgress: chainingLog(log),
  });
  await assertContinues(store, chain);
  const keeper = await ChainKeeper.open(store, chain, ledger.position);
  return {
    readAll: async (...asked) => keeper.chained(await store.readAll(...asked)),
    async *subscribe(options) {
      for await (const page of store.subscribe(options)) yield await keeper.chained(page);
    },
  };
}
