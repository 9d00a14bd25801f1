import type { Position } from '../contracts/stored-event.ts';
import type { EventStore } from '../event-store/port.ts';
import type { Checkpoint } from './port.ts';

/** How long one look for the head of the store lasts. */
const LOOK_MS = 1_000;

/** Publishes each commit of the ledger, so that readers wait for one instead of polling. */
export class Commits {
  #latest: Checkpoint;
  readonly #listeners = new Set<(checkpoint: Checkpoint) => void>();

  constructor(latest: Checkpoint) {
    this.#latest = latest;
  }

  get latest(): Checkpoint {
    return this.#latest;
  }

  publish(checkpoint: Checkpoint): void {
    this.#latest = checkpoint;
    for (const listener of this.#listeners) listener(checkpoint);
  }

  /** @returns a function that ends the subscription. */
  subscribe(listener: (checkpoint: Checkpoint) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves to true once the ledger reflects the position, to false after the timeout. */
  reached(position: Position, timeoutMs: number): Promise<boolean> {
    if (this.#latest.position >= position) return Promise.resolve(true);
    return new Promise((resolve) => {
      const finish = (reached: boolean) => {
        clearTimeout(timer);
        end();
        resolve(reached);
      };
      const timer = setTimeout(finish, timeoutMs, false);
      const end = this.subscribe((checkpoint) => {
        if (checkpoint.position >= position) finish(true);
      });
    });
  }

  /** Waits until the ledger reflects all that the store has now, or the signal aborts. @throws StoreError */
  async caughtUp(store: Pick<EventStore, 'head'>, signal: AbortSignal): Promise<void> {
    const head = await store.head();
    while (!signal.aborted) if (await this.reached(head, LOOK_MS)) return;
  }
}
