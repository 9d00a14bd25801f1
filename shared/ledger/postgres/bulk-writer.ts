import type pg from 'pg';
import { transaction } from '../../sql/postgres/transaction.ts';
import type { FoldRules } from '../fold.ts';
import type { Checkpoint, LedgerWriter, Posted } from '../port.ts';
import { SUMS_HELD } from '../sql/balance-sums.ts';
import { createLedger } from './in-force.ts';
import { PostgresTables } from './ledger-tables.ts';
import { indexesOf, type LedgerSchema } from './schema.ts';

/** Limit for building indexes on large tables; no request waits for it. */
const LONG_MS = 3_600_000;

/**
 * Builds a ledger in a new schema from the first event on, on one connection. Until {@link BulkLedgerWriter.finish} the schema is
 * disposable, so no commit is synced, subjects and sums stay in memory until evicted, and indexes come last.
 */
export class BulkLedgerWriter implements Pick<LedgerWriter, 'checkpoint' | 'post'> {
  readonly #client: pg.ClientBase;
  readonly #tables: PostgresTables;
  #checkpoint: Checkpoint;

  private constructor(client: pg.ClientBase, tables: PostgresTables, checkpoint: Checkpoint) {
    this.#client = client;
    this.#tables = tables;
    this.#checkpoint = checkpoint;
  }

  static async create(client: pg.ClientBase, rules: FoldRules): Promise<BulkLedgerWriter> {
    const schema = await transaction(client, ['BEGIN'], () => createLedger(client));
    const tables = new PostgresTables(schema, rules);
    return new BulkLedgerWriter(client, tables, await tables.reload(client));
  }

  get schema(): LedgerSchema {
    return this.#tables.schema;
  }

  get checkpoint(): Checkpoint {
    return this.#checkpoint;
  }

  async post(page: Parameters<LedgerWriter['post']>[0]): Promise<Posted> {
    const begin = ['BEGIN', 'SET LOCAL synchronous_commit = off'];
    const posted = await transaction(this.#client, begin, async () => {
      const folded = await this.#tables.fold(this.#client, page, this.#checkpoint);
      await this.#tables.shrink(this.#client);
      if (this.#tables.sums > SUMS_HELD) await this.#tables.saveSums(this.#client);
      return folded;
    });
    this.#checkpoint = posted.checkpoint;
    return posted;
  }

  /** Completes the tables. From then on the schema is a normal ledger, and {@link postWithin} continues it. */
  async finish(): Promise<void> {
    await transaction(this.#client, ['BEGIN', `SET LOCAL statement_timeout = ${LONG_MS}`], async () => {
      await this.#tables.save(this.#client);
      await this.#tables.move(this.#client, this.#checkpoint, false);
      await this.#long(indexesOf(this.schema));
    });
    // The planner needs statistics before the first query, not minutes later.
    await this.#client.query(`SET statement_timeout = ${LONG_MS}`);
    const { rows } = await this.#client.query('SELECT tablename FROM pg_tables WHERE schemaname = $1', [
      this.schema,
    ]);
    await this.#long(
      `VACUUM (ANALYZE) ${rows.map(({ tablename }) => `${this.schema}.${tablename}`).join(', ')}`,
    );
    await this.#client.query('RESET statement_timeout');
  }

  /** Posts a page within the caller's transaction and saves all of it. */
  async postWithin(page: Parameters<LedgerWriter['post']>[0]): Promise<Posted> {
    const posted = await this.#tables.fold(this.#client, page, this.#checkpoint);
    await this.#tables.save(this.#client);
    await this.#tables.shrink(this.#client);
    await this.#tables.move(this.#client, posted.checkpoint, false);
    this.#checkpoint = posted.checkpoint;
    return posted;
  }

  async #long(text: string): Promise<void> {
    // The types of pg omit this option: how long the client waits for the answer.
    const query: pg.QueryConfig & { readonly query_timeout: number } = { text, query_timeout: LONG_MS };
    await this.#client.query(query);
  }
}
