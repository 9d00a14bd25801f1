import type { EventStore } from '../event-store/port.ts';
import { Backoff } from '../kernel/backoff.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Commits } from '../ledger/commits.ts';
import type { LedgerReader } from '../ledger/port.ts';
import type { Log } from '../platform/log.ts';
import { wait } from '../platform/wait.ts';
import { FeedBook } from './feed-book.ts';
import type { Feed } from './feeds.ts';
import { firstStatements, laterStatements } from './file-statements.ts';

export interface FeedImport {
  /** Null without FEEDS_FILE: then nothing is stated. */
  readonly file: readonly Feed[] | null;
  readonly store: Pick<EventStore, 'append' | 'readStream' | 'head'>;
  readonly ledger: Pick<LedgerReader, 'snapshot'>;
  readonly commits: Commits;
  readonly clock: Clock;
  readonly log: Log;
}

const DELAYS = { firstMs: 1_000, longestMs: 60_000 };
/** How long the statement is waited for in the ledger. */
const REACHED_MS = 1_000;

/** States what FEEDS_FILE says, once after a start, and tries again until it has. One process of an office does so. */
export async function importFeeds(
  { file, store, ledger, commits, clock, log }: FeedImport,
  signal: AbortSignal,
): Promise<void> {
  if (file === null) return;
  const book = new FeedBook(store, clock);
  const sourcesStored = async () => {
    await commits.caughtUp(store, signal);
    return ledger.snapshot((snapshot) => snapshot.sources());
  };
  const backoff = new Backoff(DELAYS);
  while (!signal.aborted) {
    try {
      let stated: readonly string[] = [];
      const position = await book.state(async () => {
        const statements = book.isEmpty
          ? firstStatements(file, await sourcesStored())
          : laterStatements(file, book);
        if (signal.aborted) return [];
        stated = statements.map(({ data }) => data.name);
        return statements;
      });
      if (position === undefined) return;
      log.info({ feeds: [...new Set(stated)], position }, 'feeds: FEEDS_FILE was stated in the store');
      await commits.reached(position, REACHED_MS);
      return;
    } catch (error) {
      const waitMs = backoff.next();
      log.error({ err: error, waitMs }, 'feeds: FEEDS_FILE could not be stated, trying again after the wait');
      await wait(waitMs, signal);
    }
  }
}
