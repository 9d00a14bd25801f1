import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { StreamName } from '../../contracts/ids.ts';
import { asArrays, numberOf, oneRow } from './rows.ts';

/** The end of a stream. */
interface Head {
  readonly key: number;
  readonly stream: StreamName;
  /** Of its last event; −1 before the first. */
  revision: number;
  /** Of its last event; 0 before the first. */
  position: number;
  /** Whether the open transaction has moved it. */
  isMoved: boolean;
}

/** So many heads are remembered from one transaction to the next (about 10 MiB). */
const REMEMBERED = 50_000;

/**
 * The heads of all streams. A head is two integers under an integer key, and keys are given in the order of first use: so the
 * streams that are busy at a time share few pages. Heads kept under their names dirtied some hundred pages a transaction.
 */
export class Heads {
  readonly #find: StatementSync;
  readonly #greatestKey: StatementSync;
  readonly #addName: StatementSync;
  readonly #write: StatementSync;
  readonly #heads = new Map<StreamName, Head>();
  /** By the open transaction. */
  #moved: Head[] = [];
  #keys = 0;
  #storedKeys = 0;
  /** The greatest position when the last transaction ended: another one now means that someone else wrote. */
  #lastPosition = -1;

  constructor(db: DatabaseSync) {
    this.#find = asArrays(
      db.prepare('SELECT key, revision, position FROM streams JOIN heads ON stream = key WHERE name = ?'),
    );
    this.#greatestKey = asArrays(db.prepare('SELECT max(stream) FROM heads'));
    this.#addName = db.prepare('INSERT INTO streams (name, key) VALUES (?, ?)');
    this.#write = db.prepare('REPLACE INTO heads (stream, revision, position) VALUES (?, ?, ?)');
  }

  /** First in a transaction, with the greatest position. */
  begin(lastPosition: number): void {
    if (lastPosition !== this.#lastPosition || this.#heads.size > REMEMBERED) this.#heads.clear();
    this.#moved = [];
    this.#storedKeys = numberOf(this.#greatestKey);
    this.#keys = this.#storedKeys;
  }

  revisionOf(stream: StreamName): number {
    return this.#head(stream)?.revision ?? -1;
  }

  /** Moves the head of a stream to a new event, and gives where it was. */
  advance(stream: StreamName, position: number): { readonly revision: number; readonly previous: number } {
    let head = this.#head(stream);
    if (!head) {
      head = { key: ++this.#keys, stream, revision: -1, position: 0, isMoved: false };
      this.#heads.set(stream, head);
    }
    const previous = head.position;
    head.revision++;
    head.position = position;
    if (!head.isMoved) this.#moved.push(head);
    head.isMoved = true;
    return { revision: head.revision, previous };
  }

  /** Last in a transaction. */
  settle(): void {
    for (const head of this.#moved) {
      const { key, stream, revision, position } = head;
      if (key > this.#storedKeys) this.#addName.run(stream, key);
      this.#write.run(key, revision, position);
      head.isMoved = false;
    }
  }

  committed(lastPosition: number): void {
    this.#lastPosition = lastPosition;
  }

  rolledBack(): void {
    this.#heads.clear();
  }

  #head(stream: StreamName): Head | undefined {
    const remembered = this.#heads.get(stream);
    if (remembered) return remembered;
    const [key, revision, position] = oneRow(this.#find, stream)?.map(Number) ?? [];
    if (key === undefined || revision === undefined || position === undefined) return undefined;
    const head = { key, stream, revision, position, isMoved: false };
    this.#heads.set(stream, head);
    return head;
  }
}
