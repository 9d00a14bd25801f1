import type { DatabaseSync } from 'node:sqlite';
import type { Position } from '../../contracts/stored-event.ts';
import { storeErrorOf } from '../../sql/sqlite/errors.ts';
import type { ChainBeginning, ChainHead, Link, PlacedLink, StoredChain } from '../chain.ts';
import { hasChain, Links, readBeginning } from './links.ts';
import { openForReading } from './schema.ts';

const ROWS_AT_ONCE = 100;

/** Opens the chain of an existing store file for reading, by a connection of its own. @throws StoreError */
export const openStoredChain = (path: string): SqliteChain => new SqliteChain(openForReading(path));

/** What the events in a store file come to; undefined for a store from before the chain. @throws StoreError */
export async function chainHeadIn(path: string): Promise<ChainHead | undefined> {
  const chain = openStoredChain(path);
  try {
    return await chain.head();
  } finally {
    await chain.close();
  }
}

export class SqliteChain implements StoredChain {
  readonly #db: DatabaseSync;
  #links: Links | undefined;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  async beginning(): Promise<ChainBeginning | undefined> {
    return this.#read(() => readBeginning(this.#db));
  }

  async head(): Promise<ChainHead | undefined> {
    return this.#read((links) => {
      const last = links.last();
      return last && { store: readBeginning(this.#db).store, ...last };
    });
  }

  async linkAt(position: Position): Promise<Link | undefined> {
    return this.#read((links) => links.at(position));
  }

  async after(position: Position): Promise<readonly PlacedLink[]> {
    return this.#read((links) => links.after(position, ROWS_AT_ONCE)) ?? [];
  }

  async close(): Promise<void> {
    this.#db.close();
  }

  /** Undefined for a store from before the chain, which gets its tables while this is open. */
  #read<Value>(read: (links: Links) => Value): Value | undefined {
    try {
      if (!this.#links && !hasChain(this.#db)) return undefined;
      this.#links ??= new Links(this.#db);
      return read(this.#links);
    } catch (error) {
      throw storeErrorOf(error);
    }
  }
}
