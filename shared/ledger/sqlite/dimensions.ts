import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Book } from '../../bookkeeping/book.ts';
import type { Dimensions } from '../../bookkeeping/leg.ts';
import type { BookRegistry } from '../registry.ts';
import {
  bookNumberOf,
  type DimensionRow,
  dimensionsIn,
  leafKey,
  leafRow,
  REMEMBERED,
  rollUpRows,
  VALUE_COLUMNS,
} from '../sql/cuboids.ts';

/** Numbers of combinations of dimensions, assigned at first use. */
export class DimensionNumbers {
  readonly #books: BookRegistry;
  readonly #find: StatementSync;
  readonly #insert: StatementSync;
  readonly #leaves = new Map<string, number>();
  readonly #rollUps = new Map<number, readonly number[]>();
  readonly #byNumber: StatementSync;

  constructor(db: DatabaseSync, books: BookRegistry) {
    this.#books = books;
    this.#find = db.prepare('SELECT id FROM dimensions WHERE key = ?');
    this.#insert = db.prepare(
      `INSERT INTO dimensions (cuboid, ${VALUE_COLUMNS.join(', ')}, key) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#byNumber = db.prepare('SELECT * FROM dimensions WHERE id = ?');
  }

  /** The journal's number of a combination. */
  leaf(book: Book, dimensions: Dimensions): number {
    const key = leafKey(book, dimensions);
    let id = this.#leaves.get(key);
    if (id === undefined) {
      id = this.#number(leafRow(book, dimensions));
      if (this.#leaves.size >= REMEMBERED) this.#leaves.clear();
      this.#leaves.set(key, id);
    }
    return id;
  }

  /** The numbers under which each cuboid sums a leaf. */
  rollUps(leaf: number): readonly number[] {
    let ids = this.#rollUps.get(leaf);
    if (ids === undefined) {
      const stored = this.#byNumber.get(leaf) ?? {};
      const book = this.#books.numbered(bookNumberOf(Number(stored.cuboid)));
      ids = rollUpRows(book, dimensionsIn(book, stored)).map((row) => this.#number(row));
      if (this.#rollUps.size >= REMEMBERED) this.#rollUps.clear();
      this.#rollUps.set(leaf, ids);
    }
    return ids;
  }

  /** Clears all numbers: a rollback may have voided them. */
  clear(): void {
    this.#leaves.clear();
    this.#rollUps.clear();
  }

  #number(row: DimensionRow): number {
    const found = this.#find.get(row.at(-1) ?? null);
    return Number(found ? found.id : this.#insert.run(...row).lastInsertRowid);
  }
}
