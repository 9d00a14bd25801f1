import type pg from 'pg';
import type { Position } from '../../contracts/stored-event.ts';
import type { Page } from '../../event-store/port.ts';
import { appendLinks } from '../../event-store/postgres/chain.ts';
import { storeErrorOf } from '../../sql/postgres/errors.ts';
import { inTransaction } from '../../sql/postgres/transaction.ts';
import type { FoldRules } from '../fold.ts';
import { type Checkpoint, LedgerConflict, type LedgerWriter, type Poison, type Posted } from '../port.ts';
import { storedCheckpoint } from '../sql/rows.ts';
import { setAsideAfter } from '../sql/set-aside.ts';
import { LedgerVersionError } from '../sql/version.ts';
import { createFirstLedger, inForceOf, isGone, SELECT_IN_FORCE } from './in-force.ts';
import { PostgresTables } from './ledger-tables.ts';
import { removeLeftovers } from './leftovers.ts';
import { PostgresQueries } from './queries.ts';

/**
 * Opens the ledger in force for writing; creates it when missing, and removes leftovers of interrupted rebuilds. Each post is a
 * separate transaction. Any number of processes may hold a writer: if two post on the same checkpoint, one gets a
 * {@link LedgerConflict}.
 * @throws LedgerVersionError when it must be rebuilt @throws StoreError
 */
export async function openPostgresLedgerWriter(pool: pg.Pool, rules: FoldRules): Promise<LedgerWriter> {
  try {
    await createFirstLedger(pool, rules);
    await removeLeftovers(pool);
    const tables = await tablesInForce(pool, rules);
    return new PostgresLedgerWriter(pool, rules, tables, await tables.reload(pool));
  } catch (error) {
    throw outwards(error);
  }
}

class PostgresLedgerWriter implements LedgerWriter {
  readonly #pool: pg.Pool;
  readonly #rules: FoldRules;
  #tables: PostgresTables;
  #checkpoint: Checkpoint;
  /** After a failure the memory may be void, and the outcome of the last commit is unknown. */
  #isUnsure = false;

  constructor(pool: pg.Pool, rules: FoldRules, tables: PostgresTables, checkpoint: Checkpoint) {
    this.#pool = pool;
    this.#rules = rules;
    this.#tables = tables;
    this.#checkpoint = checkpoint;
  }

  get checkpoint(): Checkpoint {
    return this.#checkpoint;
  }

  /** After a {@link LedgerConflict} `checkpoint` is that of the ledger in force; this writer can continue there. */
  post(page: Parameters<LedgerWriter['post']>[0]): Promise<Posted> {
    return this.#surely(() => this.#commit(page));
  }

  setAside(after: Position, limit: number): Promise<readonly Poison[]> {
    return setAsideAfter(new PostgresQueries(this.#pool, this.#tables.schema), after, limit);
  }

  retry(events: Page['events']): Promise<Posted> {
    return this.#surely(() => {
      const page = { events, position: this.#checkpoint.position };
      return this.#commit(page, (client) => this.#tables.takeBack(client, events));
    });
  }

  async #surely(commit: () => Promise<Posted>): Promise<Posted> {
    try {
      if (this.#isUnsure) await this.#makeSure();
      const posted = await commit();
      this.#checkpoint = posted.checkpoint;
      return posted;
    } catch (error) {
      this.#isUnsure = true;
      const known = this.#checkpoint;
      // Finds out at once whether a commit whose answer was lost succeeded; if this fails, the next post does.
      const conflict = await this.#makeSure().then(
        () => undefined,
        (failure: unknown) => (failure instanceof LedgerConflict ? failure : undefined),
      );
      if (error instanceof LedgerConflict) throw error;
      throw conflict && this.#checkpoint !== known ? conflict : outwards(error);
    }
  }

  async close(): Promise<void> {
    // The caller owns the pool.
  }

  /** @param first runs within the transaction, before the fold */
  #commit(
    page: Parameters<LedgerWriter['post']>[0],
    first = async (_client: pg.ClientBase) => {},
  ): Promise<Posted> {
    const before = this.#checkpoint;
    const tables = this.#tables;
    // Every writer locks the same two rows in the same order before it works, so writers cannot deadlock.
    const begin = [
      'BEGIN',
      `${SELECT_IN_FORCE} FOR SHARE`,
      `SELECT * FROM ${tables.schema}.checkpoint FOR UPDATE`,
    ];
    return inTransaction(this.#pool, begin, async (client, [, inForce, stored]) => {
      if (inForceOf(inForce?.rows[0], this.#rules) !== tables.schema) throw moved();
      const { checkpoint: now } = storedCheckpoint(stored?.rows[0]);
      if (!isSame(now, before)) throw conflictAt(before, now);
      await first(client);
      const { checkpoint, poison } = await tables.fold(client, page, before);
      await tables.save(client);
      await tables.shrink(client);
      await tables.move(client, checkpoint, true);
      if (page.newLinks) await appendLinks(client, page.newLinks.after, page.newLinks.links);
      return { checkpoint, poison };
    });
  }

  /** Reads the checkpoint of the ledger in force. @throws LedgerConflict when it is not the checkpoint of this writer */
  async #makeSure(): Promise<void> {
    const before = this.#checkpoint;
    const tables = await tablesInForce(this.#pool, this.#rules);
    const now = await tables.reload(this.#pool);
    this.#tables = tables;
    this.#isUnsure = false;
    if (isSame(now, before)) return;
    this.#checkpoint = now;
    throw conflictAt(before, now);
  }
}

async function tablesInForce(pool: pg.Pool, rules: FoldRules): Promise<PostgresTables> {
  const { rows } = await pool.query(SELECT_IN_FORCE);
  return new PostgresTables(inForceOf(rows[0], rules), rules);
}

const isSame = (a: Checkpoint, b: Checkpoint): boolean =>
  a.position === b.position && a.entry === b.entry && a.generation === b.generation;

const conflictAt = (before: Checkpoint, now: Checkpoint): LedgerConflict =>
  now.generation === before.generation
    ? new LedgerConflict(`Another writer has moved the ledger from ${before.position} to ${now.position}`)
    : moved();

const moved = () => new LedgerConflict('A rebuilt ledger is in force');

/** The schema does not exist: a rebuild has replaced its ledger. */
function outwards(error: unknown): Error {
  if (error instanceof LedgerVersionError || error instanceof LedgerConflict) return error;
  return isGone(error) ? moved() : storeErrorOf(error);
}
