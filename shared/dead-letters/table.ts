import type { Generated } from 'kysely';
import { z } from 'zod';
import { feedName } from '../contracts/ids.ts';
import { type Remembered, remembered } from '../kernel/remembered.ts';
import type { OpenLetters } from '../measures/trust.ts';
import type { SqlEngine } from '../sql/engine.ts';

/** Ingest's tables of dead letters. Here, since processes that evaluate objectives count what is open. */
export interface DeadLetterTables {
  readonly dead_letter: {
    readonly seq: Generated<number>;
    readonly id: string;
    readonly received_at: number;
    readonly origin: string;
    readonly feed: string | null;
    readonly source: string | null;
    readonly type: string | null;
    readonly raw: Uint8Array;
    readonly size: number;
    readonly faults: string;
    readonly state: Generated<string>;
    readonly attempts: Generated<number>;
    /** A JSON array of event types; null where the letter's own type, or its feed, says what it casts its doubt on. */
    readonly doubted_types: string | null;
    readonly erased_at: number | null;
    readonly closed_at: number | null;
    readonly closed_by: string | null;
    readonly close_reason: string | null;
  };
  /** The event types that were read from each topic of a broker. */
  readonly topic_type: { readonly topic: string; readonly type: string };
  /** One row: the bytes of all `raw`. Adding and deleting letters locks it, so that these run one after the other. */
  readonly dead_letter_content: { readonly bytes: number };
}

/** What is known of them may be so old. */
const REMEMBERED_MS = 1_000;

/**
 * The open dead letters, by what they cast their doubt on. Wanted for every figure, so they are counted at most once a second.
 * @throws StoreError from `get`
 */
export const lettersStillOpen = (engine: SqlEngine<DeadLetterTables>): Remembered<readonly OpenLetters[]> =>
  remembered(async () => {
    const rows = await engine.run((db) =>
      db
        .selectFrom('dead_letter')
        .select(({ fn }) => ['type', 'feed', 'doubted_types', fn.countAll<number>().as('open')])
        .where('state', '=', 'open')
        .groupBy(['type', 'feed', 'doubted_types'])
        .execute(),
    );
    return rows.map(({ type, feed, doubted_types, open }) => ({
      type,
      feed: feed === null ? null : feedName(feed),
      doubted: doubted_types === null ? null : typesIn.parse(JSON.parse(doubted_types)),
      open,
    }));
  }, REMEMBERED_MS);

const typesIn = z.array(z.string());
