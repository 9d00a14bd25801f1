import type { AllStreamSubscription } from '@eventstore/db-client';
import type { Position } from '../../contracts/stored-event.ts';
import type { Received } from './event-codec.ts';

/** Up to this many events wait to be consumed; beyond it the server is not read from. */
export const BUFFERED_EVENTS = 256;

type CheckpointReached = (_: unknown, position: { readonly commit: bigint }) => void;

/** What a subscription of the client brings, in a form that can be waited for. */
export class Arrivals {
  readonly #subscription: AllStreamSubscription;
  #wake: (() => void) | undefined;
  #checkpoint: Position | undefined;
  #caughtUp = false;
  #failure: Error | undefined;
  /** The server has answered. */
  confirmed = false;

  constructor(open: (checkpointReached: CheckpointReached) => AllStreamSubscription) {
    this.#subscription = open((_, { commit }) => {
      this.#checkpoint = Number(commit) as Position;
      this.#stir();
    });
    this.#subscription
      .on('readable', () => this.#stir())
      .on('error', (error) => this.#fail(error))
      .on('end', () => this.#fail(new Error('the server has ended the subscription')))
      .on('confirmation', () => {
        this.confirmed = true;
        this.#stir();
      })
      .on('caughtUp', () => {
        this.#caughtUp = true;
        this.#stir();
      });
  }

  /** The next event that has arrived; null when none waits, undefined for one that has been deleted. */
  next(): Received | undefined | null {
    const next: { event?: Received } | null = this.#subscription.read();
    return next === null ? null : next.event;
  }

  /** Nothing waits to be consumed. Marks come ahead of the events that were sent before them, so they hold only then. */
  get drained(): boolean {
    return this.#subscription.readableLength === 0;
  }

  /** Once drained: everything up to here has arrived. */
  consumeCheckpoint(): Position | undefined {
    const checkpoint = this.#checkpoint;
    this.#checkpoint = undefined;
    return checkpoint;
  }

  /** Once drained: everything that was stored when the subscription began has arrived. */
  consumeCaughtUp(): boolean {
    const caughtUp = this.#caughtUp;
    this.#caughtUp = false;
    return caughtUp;
  }

  get failure(): Error | undefined {
    return this.#failure;
  }

  get #quiet(): boolean {
    return this.drained && this.#checkpoint === undefined && !this.#caughtUp && this.#failure === undefined;
  }

  /** Waits for a sign of life. @returns false when none came in time, or the signal has aborted */
  async wait(ms: number, signal: AbortSignal): Promise<boolean> {
    if (!this.#quiet) return true;
    if (signal.aborted) return false;
    const came = await new Promise<boolean>((resolve) => {
      const timer = setTimeout(resolve, ms, false);
      const onAbort = () => resolve(false);
      signal.addEventListener('abort', onAbort, { once: true });
      this.#wake = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        resolve(true);
      };
      if (signal.aborted) onAbort();
    });
    this.#wake?.();
    this.#wake = undefined;
    return came;
  }

  close(): void {
    this.#subscription.unsubscribe().catch(() => {});
    // What is still on its way flows off: the call behind it ends only once it has been read to its end.
    this.#subscription.removeAllListeners('readable').resume();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#stir();
  }

  #stir(): void {
    this.#wake?.();
  }
}
