import type pg from 'pg';
import type { Book } from '../../bookkeeping/book.ts';
import type { Dimensions } from '../../bookkeeping/leg.ts';
import {
  type DimensionRow,
  leafKey,
  leafRow,
  REMEMBERED,
  rollUpRows,
  VALUE_COLUMNS,
} from '../sql/cuboids.ts';
import { arrayLiteral, columnLiterals } from './array-literal.ts';
import { preparedFor } from './queries.ts';
import type { LedgerSchema } from './schema.ts';

/** A combination of dimensions of one book. */
export interface Combination {
  readonly book: Book;
  readonly dimensions: Dimensions;
}

/** Numbers of combinations of dimensions, assigned at first use; in bulk, since each look-up is a round trip to the server. */
export class DimensionNumbers {
  readonly #schema: LedgerSchema;
  readonly #leaves = new Map<string, number>();
  readonly #rollUps = new Map<number, readonly number[]>();

  constructor(schema: LedgerSchema) {
    this.#schema = schema;
  }

  /** Loads or assigns the numbers that {@link leaf} and {@link rollUps} return for these combinations. */
  async learn(client: pg.ClientBase, all: Iterable<Combination>): Promise<void> {
    const unknown = new Map<string, Combination>();
    for (const one of all) {
      const key = leafKey(one.book, one.dimensions);
      if (!this.#leaves.has(key)) unknown.set(key, one);
    }
    if (unknown.size === 0) return;
    const wanted = [...unknown].map(([key, { book, dimensions }]) => ({
      key,
      leaf: leafRow(book, dimensions),
      rollUps: rollUpRows(book, dimensions),
    }));
    const ids = await this.#numbers(
      client,
      wanted.flatMap(({ leaf, rollUps }) => [leaf, ...rollUps]),
    );
    const idOf = (row: DimensionRow) => {
      const id = ids.get(keyOf(row));
      if (id === undefined) throw new Error('A combination of dimensions has no number');
      return id;
    };
    for (const { key, leaf, rollUps } of wanted) {
      this.#leaves.set(key, idOf(leaf));
      this.#rollUps.set(idOf(leaf), rollUps.map(idOf));
    }
  }

  /** The journal's number of a loaded combination. */
  leaf(book: Book, dimensions: Dimensions): number {
    const id = this.#leaves.get(leafKey(book, dimensions));
    if (id === undefined) throw new Error('A combination of dimensions was not looked up');
    return id;
  }

  /** The numbers under which each cuboid sums a leaf. */
  rollUps(leaf: number): readonly number[] {
    const ids = this.#rollUps.get(leaf);
    if (ids === undefined) throw new Error('The sums of a combination of dimensions were not looked up');
    return ids;
  }

  /** Frees memory beyond the limit; combinations must be loaded again after it. */
  shrink(): void {
    if (this.#leaves.size > REMEMBERED) this.clear();
  }

  /** Clears all numbers: a rollback may have voided them. */
  clear(): void {
    this.#leaves.clear();
    this.#rollUps.clear();
  }

  async #numbers(client: pg.ClientBase, rows: readonly DimensionRow[]): Promise<Map<string, number>> {
    const byKey = new Map(rows.map((row) => [keyOf(row), row]));
    const ids = new Map<string, number>();
    const found = await client.query<{ id: number; key: string }>({
      ...preparedFor(`SELECT id, key FROM ${this.#schema}.dimensions WHERE key = ANY (?)`),
      values: [arrayLiteral([...byKey.keys()])],
    });
    for (const { id, key } of found.rows) ids.set(key, id);
    const missing = [...byKey.values()].filter((row) => !ids.has(keyOf(row)));
    if (missing.length === 0) return ids;
    const made = await client.query<{ id: number; key: string }>({
      ...preparedFor(`
        INSERT INTO ${this.#schema}.dimensions (cuboid, ${VALUE_COLUMNS.join(', ')}, key)
        SELECT * FROM unnest(?::smallint[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[])
        RETURNING id, key`),
      values: columnLiterals(missing, 8),
    });
    for (const { id, key } of made.rows) ids.set(key, id);
    return ids;
  }
}

const keyOf = (row: DimensionRow): string => String(row.at(-1));
