import type { Generated } from 'kysely';
import { type Remembered, remembered } from '../platform/remembered.ts';
import type { SqlEngine } from './engine.ts';

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
  };
  /** One row: the bytes of all `raw`. Whoever adds or deletes letters holds it, so that they come one after the other. */
  readonly dead_letter_content: { readonly bytes: number };
}

/** What is known of them may be so old. */
const REMEMBERED_MS = 1_000;

/**
 * How many dead letters are open, by event type; `''` counts those whose type nobody could read. Wanted for every figure, so it
 * is counted at most once a second. @throws StoreError from `get`
 */
export const openDeadLetters = (
  engine: SqlEngine<DeadLetterTables>,
): Remembered<ReadonlyMap<string, number>> =>
  remembered(async () => {
    const rows = await engine.run((db) =>
      db
        .selectFrom('dead_letter')
        .select(({ fn }) => ['type', fn.countAll<number>().as('open')])
        .where('state', '=', 'open')
        .groupBy('type')
        .execute(),
    );
    const byType = new Map<string, number>();
    for (const { type, open } of rows) byType.set(type ?? '', (byType.get(type ?? '') ?? 0) + open);
    return byType;
  }, REMEMBERED_MS);
