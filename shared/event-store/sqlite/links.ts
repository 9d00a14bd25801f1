import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Position } from '../../contracts/stored-event.ts';
import { StoreError } from '../../kernel/store-error.ts';
import {
  type ChainBeginning,
  firstLink,
  type Link,
  nextLink,
  type PlacedLink,
  type StoreId,
} from '../chain.ts';
import type { EventBytes } from '../event-bytes.ts';
import { allRows, asArrays, oneRow, type Row } from './rows.ts';

/**
 * `chain` is the first record of the chain, `links` has a link for each event, and under 0 that of the first record. A row holds the
 * links of up to {@link LINKS_A_ROW} positions that follow each other, the last of which is its key: a row for each event cost the
 * writer as much as hashing. A table apart from the events: a store from before the chain is chained without rewriting its events.
 */
export const CHAIN_TABLES = `
CREATE TABLE chain (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  store TEXT NOT NULL,
  begun_at INTEGER NOT NULL,
  covered INTEGER NOT NULL,
  copy_of_store TEXT, copy_of_position INTEGER, copy_of_link TEXT
) STRICT;
CREATE TABLE links (last INTEGER PRIMARY KEY, run BLOB NOT NULL) STRICT;
CREATE TRIGGER links_are_not_changed BEFORE UPDATE ON links BEGIN SELECT RAISE(ABORT, 'links are append-only'); END;
CREATE TRIGGER links_are_not_deleted BEFORE DELETE ON links BEGIN SELECT RAISE(ABORT, 'links are append-only'); END;
`;

/** Whether the store has a chain: one from before it gets it when it is first opened for writing. */
export const hasChain = (db: DatabaseSync): boolean =>
  db.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'chain'`).get() !== undefined;

export function writeBeginning(db: DatabaseSync, beginning: ChainBeginning): void {
  const { store, begunAt, covered, copyOf } = beginning;
  db.prepare('INSERT INTO chain VALUES (1, ?, ?, ?, ?, ?, ?)').run(
    store,
    begunAt,
    covered,
    copyOf?.store ?? null,
    copyOf?.position ?? null,
    copyOf?.link ?? null,
  );
  const links = new Links(db);
  links.add(0, firstLink(beginning));
  links.settle();
}

/** @throws StoreError `corrupt` */
export function readBeginning(db: DatabaseSync): ChainBeginning {
  const row = oneRow(asArrays(db.prepare('SELECT * FROM chain')));
  if (!row) throw new StoreError('corrupt', 'the first record of its chain is missing');
  const [, store, begunAt, covered, copyStore, copyPosition, copyLink] = row;
  return {
    store: String(store) as StoreId,
    begunAt: Number(begunAt),
    covered: Number(covered) as Position,
    ...(copyStore !== null && {
      copyOf: {
        store: String(copyStore) as StoreId,
        position: Number(copyPosition) as Position,
        link: String(copyLink) as Link,
      },
    }),
  };
}

/** Two rows fill a page of 4 KiB. */
const LINKS_A_ROW = 63;
const LINK_BYTES = 32;

/** The links of a store file. */
export class Links {
  readonly #insert: StatementSync;
  readonly #last: StatementSync;
  readonly #rowOf: StatementSync;
  readonly #rowsAfter: StatementSync;
  /** Links that wait to be a row, and the position of the last of them. */
  readonly #waiting = Buffer.alloc(LINKS_A_ROW * LINK_BYTES);
  #waitingBytes = 0;
  #waitingLast = 0;

  constructor(db: DatabaseSync) {
    this.#insert = db.prepare('INSERT INTO links VALUES (?, ?)');
    this.#last = asArrays(db.prepare('SELECT last, run FROM links ORDER BY last DESC LIMIT 1'));
    this.#rowOf = asArrays(db.prepare('SELECT last, run FROM links WHERE last >= ? ORDER BY last LIMIT 1'));
    this.#rowsAfter = asArrays(
      db.prepare('SELECT last, run FROM links WHERE last > ? ORDER BY last LIMIT ?'),
    );
  }

  /** First in a transaction. @returns the last link */
  begin(): PlacedLink | undefined {
    this.#waitingBytes = 0;
    return this.last();
  }

  add(position: number, link: Link): void {
    if (position !== this.#waitingLast + 1 || this.#waitingBytes === this.#waiting.length) this.settle();
    this.#waiting.write(link, this.#waitingBytes, 'hex');
    this.#waitingBytes += LINK_BYTES;
    this.#waitingLast = position;
  }

  /** Last in a transaction. */
  settle(): void {
    if (this.#waitingBytes > 0)
      this.#insert.run(this.#waitingLast, this.#waiting.subarray(0, this.#waitingBytes));
    this.#waitingBytes = 0;
  }

  last(): PlacedLink | undefined {
    const [position, run] = oneRow(this.#last) ?? [];
    // Only the last of its row is read: the writer asks at the start of each transaction.
    return position !== undefined && run instanceof Uint8Array
      ? linksIn([position, run.subarray(-LINK_BYTES)]).at(-1)
      : undefined;
  }

  at(position: Position): Link | undefined {
    return linksIn(oneRow(this.#rowOf, position)).find((one) => one.position === position)?.link;
  }

  /** The links of some rows, from the one after a position on, in order; none after the last. */
  after(position: Position, rows: number): readonly PlacedLink[] {
    return allRows(this.#rowsAfter, position, rows)
      .flatMap(linksIn)
      .filter((one) => one.position > position);
  }
}

/** The end of the chain, which the writer lengthens by the events of a transaction. */
export class ChainEnd {
  readonly #links: Links;
  #link: Link | undefined;

  constructor(db: DatabaseSync) {
    this.#links = new Links(db);
  }

  /**
   * First in a transaction, with the greatest position.
   * @throws StoreError when someone else has added or removed events: a chain that went on would hide it.
   */
  begin(lastPosition: number): void {
    const last = this.#links.begin();
    if (last?.position !== lastPosition) {
      throw new StoreError(
        'corrupt',
        `its last event has position ${lastPosition}, its chain ends at ${last?.position ?? 'no'} position: events were removed or inserted`,
      );
    }
    this.#link = last.link;
  }

  add(position: Position, revision: number, bytes: EventBytes): void {
    if (this.#link === undefined) throw new StoreError('unavailable', 'no transaction is open');
    this.#link = nextLink(this.#link, bytes, position, revision);
    this.#links.add(position, this.#link);
  }

  /** Last in a transaction. */
  settle(): void {
    this.#links.settle();
  }
}

function linksIn(row: Row | undefined): readonly PlacedLink[] {
  const [last, run] = row ?? [];
  if (!(run instanceof Uint8Array)) return [];
  const hex = Buffer.from(run).toString('hex');
  const links = hex.match(/.{64}/g) ?? [];
  return links.map((link, index) => ({
    position: (Number(last) - links.length + 1 + index) as Position,
    link: link as Link,
  }));
}
