import { realpathSync } from 'node:fs';
import { BroadcastChannel } from 'node:worker_threads';

/** Threads of this process that have the same store file open meet on a channel of this name. */
const channelName = (path: string) => `nhip-events:${realpathSync(path)}`;

/** Tells every thread of the process that a store file has new events. */
export class CommitAnnouncer {
  readonly #channel: BroadcastChannel;

  constructor(path: string) {
    this.#channel = new BroadcastChannel(channelName(path));
  }

  announce(): void {
    this.#channel.postMessage(null);
  }

  close(): void {
    this.#channel.close();
  }
}

/** Waits for commits to a store file. One that came since the last wait is not missed. */
export class CommitSignal {
  readonly #channel: BroadcastChannel;
  readonly #ended: AbortSignal;
  #committed = false;
  #wake: (() => void) | undefined;

  constructor(path: string, ended: AbortSignal) {
    this.#channel = new BroadcastChannel(channelName(path));
    this.#channel.onmessage = () => {
      this.#committed = true;
      this.#wake?.();
    };
    this.#ended = ended;
    ended.addEventListener('abort', this.#onAbort);
  }

  /** Resolves after a commit, or when the signal it was made with aborts. */
  async next(): Promise<void> {
    if (!this.#committed && !this.#ended.aborted) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#committed = false;
  }

  close(): void {
    this.#channel.close();
    this.#ended.removeEventListener('abort', this.#onAbort);
  }

  readonly #onAbort = (): void => this.#wake?.();
}
