import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { EventId } from '../../contracts/ids.ts';
import { asArrays, numberOf, oneRow } from './rows.ts';

/**
 * Which ids are taken, and at which positions. An id's slot is its first 48 bits as the rowid of a table of two integers, so an
 * entry takes 14 bytes instead of the 26 of a blob key. Ids that share these bits (by chance, or made to by a sender) stand in
 * the following slots, and a hit is believed only when the whole id of the event at that position is the same.
 */
export class IdIndex {
  readonly #positionAt: StatementSync;
  readonly #idAt: StatementSync;
  readonly #insert: StatementSync;

  constructor(db: DatabaseSync) {
    this.#positionAt = asArrays(db.prepare('SELECT position FROM ids WHERE slot = ?'));
    this.#idAt = asArrays(db.prepare('SELECT id FROM events WHERE position = ?'));
    this.#insert = db.prepare('INSERT INTO ids (slot, position) VALUES (?, ?) ON CONFLICT DO NOTHING');
  }

  find(id: EventId): number | undefined {
    for (let slot = slotOf(id); ; slot++) {
      const position = numberOf(this.#positionAt, slot);
      if (position === 0) return undefined;
      if (this.#holds(position, id)) return position;
    }
  }

  /** Takes the id for the position; when it is taken already, gives the position it is taken for and changes nothing. */
  claim(id: EventId, position: number): number | undefined {
    for (let slot = slotOf(id); ; slot++) {
      if (this.#insert.run(slot, position).changes === 1) return undefined;
      const taken = numberOf(this.#positionAt, slot);
      if (this.#holds(taken, id)) return taken;
    }
  }

  #holds(position: number, id: EventId): boolean {
    return oneRow(this.#idAt, position)?.[0] === id;
  }
}

/** The first 48 bits of a UUID in its text form (`xxxxxxxx-xxxx-…`): the most that an exact double and a short varint hold. */
function slotOf(id: EventId): number {
  return Number.parseInt(id.slice(0, 8), 16) * 0x1_0000 + Number.parseInt(id.slice(9, 13), 16);
}
