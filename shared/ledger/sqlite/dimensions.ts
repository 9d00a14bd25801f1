import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Dimensions } from '../leg.ts';
import type { Dimension } from '../port.ts';

type Kept = Dimension | 'recipient';

/**
 * The sums that are kept, the coarsest first: a figure is read from the first that tells apart all it asks for, so that the
 * common ones (the office, a unit, a unit's fields) touch few rows however many dossiers there are. Each costs one more
 * upsert for a movement. Their place is their number in the file, from 1; 0 is the journal's own, with the recipient.
 */
const CUBOIDS: readonly (readonly Dimension[])[] = [
  [],
  ['unit'],
  ['unit', 'field'],
  ['procedure'],
  ['channel'],
  ['unit', 'field', 'procedure', 'channel'],
];
const LEAF: readonly Kept[] = ['unit', 'field', 'procedure', 'channel', 'recipient'];

/** Number of the coarsest cuboid that tells these apart. */
export function cuboidFor(dimensions: Iterable<Dimension>): number {
  const wanted = [...dimensions];
  return CUBOIDS.findIndex((kept) => wanted.every((dimension) => kept.includes(dimension))) + 1;
}

/** More than an office has; beyond it they are looked up again. */
const REMEMBERED = 50_000;

/** Numbers for combinations of dimensions, given out at first use. */
export class DimensionNumbers {
  readonly #find: StatementSync;
  readonly #insert: StatementSync;
  readonly #leaves = new Map<string, number>();
  readonly #rollUps = new Map<number, readonly number[]>();
  readonly #byNumber: StatementSync;

  constructor(db: DatabaseSync) {
    this.#find = db.prepare('SELECT id FROM dimensions WHERE key = ?');
    this.#insert = db.prepare(
      'INSERT INTO dimensions (cuboid, unit, field, procedure, channel, scope, recipient, key) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    );
    this.#byNumber = db.prepare(
      'SELECT unit, field, procedure, channel, scope, recipient FROM dimensions WHERE id = ?',
    );
  }

  /** The journal's number of a combination. */
  leaf(dimensions: Dimensions): number {
    const { unit, field, procedure, channel, scope, recipient } = dimensions;
    const key = `${unit}\n${field}\n${procedure}\n${channel}\n${scope}\n${recipient}`;
    let id = this.#leaves.get(key);
    if (id === undefined) {
      id = this.#number(0, LEAF, dimensions);
      if (this.#leaves.size >= REMEMBERED) this.#leaves.clear();
      this.#leaves.set(key, id);
    }
    return id;
  }

  /** The numbers under which every cuboid sums a leaf. */
  rollUps(leaf: number): readonly number[] {
    let ids = this.#rollUps.get(leaf);
    if (ids === undefined) {
      // The row was written by leaf() with just these columns.
      const dimensions = this.#byNumber.get(leaf) as unknown as Dimensions;
      ids = CUBOIDS.map((kept, index) => this.#number(index + 1, kept, dimensions));
      if (this.#rollUps.size >= REMEMBERED) this.#rollUps.clear();
      this.#rollUps.set(leaf, ids);
    }
    return ids;
  }

  /** After a rollback numbers may be void. */
  clear(): void {
    this.#leaves.clear();
    this.#rollUps.clear();
  }

  #number(cuboid: number, kept: readonly Kept[], dimensions: Dimensions): number {
    const of = (dimension: Kept) => (kept.includes(dimension) ? dimensions[dimension] : null);
    const row = [of('unit'), of('field'), of('procedure'), of('channel'), dimensions.scope, of('recipient')];
    const key = JSON.stringify([cuboid, ...row]);
    const found = this.#find.get(key);
    return Number(found ? found.id : this.#insert.run(cuboid, ...row, key).lastInsertRowid);
  }
}
