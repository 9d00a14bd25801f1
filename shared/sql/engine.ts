import type { Kysely } from 'kysely';
import type { StoreError } from '../kernel/store-error.ts';

/** A database of an adapter: queries are written once, in Kysely, and run on every engine. */
export interface SqlEngine<Tables> {
  /** For the few statements that differ between engines. */
  readonly kind: 'sqlite' | 'postgres';
  /** Runs queries without a transaction. @throws StoreError */
  run<Value>(queries: (db: Kysely<Tables>) => Promise<Value>): Promise<Value>;
  /**
   * Runs queries as one transaction, durable when it resolves; they must use the given `db`. On SQLite no other query runs between
   * them; on PostgreSQL each query sees earlier commits of others (read committed), so an earlier query must lock the rows that a
   * later one relies on. @throws StoreError
   */
  transaction<Value>(queries: (db: Kysely<Tables>) => Promise<Value>): Promise<Value>;
  /**
   * Removes deleted content from the files, as far as this engine can. @returns false while another program reads the file, so that its
   * write-ahead log still has it @throws StoreError
   */
  erase(): Promise<boolean>;
  /** Closes resources of the engine alone: the file of SQLite, nothing of a pool. */
  close(): Promise<void>;
}

export interface EngineParts<Tables> {
  readonly kind: SqlEngine<Tables>['kind'];
  readonly db: Kysely<Tables>;
  /** Translates an error of the driver. */
  readonly storeErrorOf: (error: unknown) => StoreError;
  readonly erase: () => Promise<boolean>;
  readonly close: () => Promise<void>;
}

export function sqlEngine<Tables>({
  kind,
  db,
  storeErrorOf,
  erase,
  close,
}: EngineParts<Tables>): SqlEngine<Tables> {
  const guarded = async <Value>(work: () => Promise<Value>): Promise<Value> => {
    try {
      return await work();
    } catch (error) {
      throw storeErrorOf(error);
    }
  };
  return {
    kind,
    run: (queries) => guarded(() => queries(db)),
    transaction: (queries) => guarded(() => db.transaction().execute(queries)),
    erase: () => guarded(erase),
    close: () => guarded(close),
  };
}

/** PostgreSQL's text cannot hold the character NUL: one in a message must not fail the whole statement. */
export const storable = (text: string): string => text.replaceAll('\0', '\ufffd');
