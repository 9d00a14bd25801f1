import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { hasOrigin, type Origin } from './requests.ts';
import { asArrays, numberOf } from './rows.ts';

/** A feed that gives every message its own source would fill the memory otherwise. */
const REMEMBERED = 10_000;

/** Gives event types and origins (source, feed, rank, by) the small integers that stand for them in `events`. */
export class Dictionary {
  readonly #typeKeys = new Map<string, number>();
  readonly #originKeys = new Map<string, number>();
  /** The last one that was asked for: events of a feed come together, and comparing costs half of a name for the map. */
  #last: { readonly origin: Origin; readonly key: number } | undefined;
  readonly #findType: StatementSync;
  readonly #addType: StatementSync;
  readonly #findOrigin: StatementSync;
  readonly #addOrigin: StatementSync;

  constructor(db: DatabaseSync) {
    this.#findType = asArrays(db.prepare('SELECT key FROM types WHERE name = ?'));
    this.#addType = db.prepare('INSERT INTO types (name) VALUES (?)');
    this.#findOrigin = asArrays(
      db.prepare('SELECT key FROM origins WHERE source = ? AND feed = ? AND rank = ? AND by = ?'),
    );
    this.#addOrigin = db.prepare('INSERT INTO origins (source, feed, rank, by) VALUES (?, ?, ?, ?)');
  }

  typeKey(type: string): number {
    const known = this.#typeKeys.get(type);
    if (known !== undefined) return known;
    const key = numberOf(this.#findType, type) || Number(this.#addType.run(type).lastInsertRowid);
    return remember(this.#typeKeys, type, key);
  }

  originKey(origin: Origin): number {
    const last = this.#last;
    if (last && hasOrigin(origin, last.origin)) return last.key;
    const key = this.#originKeyOf(origin);
    this.#last = { origin, key };
    return key;
  }

  #originKeyOf({ source, feed, rank, by = '' }: Origin) {
    // The lengths keep ("a", "bc") and ("ab", "c") apart.
    const name = `${rank}:${by.length}:${feed.length}:${by}${feed}${source}`;
    const known = this.#originKeys.get(name);
    if (known !== undefined) return known;
    const key =
      numberOf(this.#findOrigin, source, feed, rank, by) ||
      Number(this.#addOrigin.run(source, feed, rank, by).lastInsertRowid);
    return remember(this.#originKeys, name, key);
  }

  /** After a rollback: what was added in that transaction does not exist. */
  forget(): void {
    this.#typeKeys.clear();
    this.#originKeys.clear();
    this.#last = undefined;
  }
}

function remember(keys: Map<string, number>, name: string, key: number): number {
  if (keys.size >= REMEMBERED) keys.clear();
  keys.set(name, key);
  return key;
}
