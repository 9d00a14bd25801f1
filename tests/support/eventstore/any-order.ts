import { setImmediate as nextTurn } from 'node:timers/promises';

/** Appends to one stream are decided as they came, those to different streams in an order that no client can rely on. */
export class AnyOrder {
  readonly #last = new Map<string, Promise<void>>();

  /** Resolves when the append that came just now is to be decided. */
  turn(stream: string): Promise<void> {
    const before = this.#last.get(stream) ?? Promise.resolve();
    const turn = before.then(someTurns);
    this.#last.set(stream, turn);
    return turn.then(() => {
      if (this.#last.get(stream) === turn) this.#last.delete(stream);
    });
  }
}

async function someTurns(): Promise<void> {
  for (let left = 1 + Math.floor(3 * Math.random()); left > 0; left--) await nextTurn();
}
