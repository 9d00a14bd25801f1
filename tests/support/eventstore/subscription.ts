import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import type { StatusObject } from '@grpc/grpc-js';
import type { EventLog } from './event-log.ts';
import { type Filter, filterOf } from './filter.ts';
import { caughtUpMessage, checkpointMessage, confirmationMessage, eventMessage } from './messages.ts';
import { type ReadCall, send } from './send.ts';
import type { StoredEvent } from './stored-event.ts';

/** One subscription to `$all`: the stored events, `caughtUp`, then new ones, with checkpoints when it is filtered. */
export class AllSubscription {
  /** It stays open and sends nothing more. */
  silent = false;
  readonly #call: ReadCall;
  readonly #log: EventLog;
  readonly #filter: Filter;
  readonly #ended: Promise<void>;
  #open = true;
  #end: () => void = () => {};
  /** Index of the next event to look at. */
  #next: number;
  #considered = 0;

  constructor(call: ReadCall, options: ReadReq.Options, log: EventLog) {
    this.#call = call;
    this.#log = log;
    this.#filter = filterOf(options);
    this.#next = firstIndex(log, options);
    this.#ended = new Promise((resolve) => {
      this.#end = () => {
        this.#open = false;
        resolve();
      };
      call.once('cancelled', this.#end);
    });
  }

  /** Resolves when either side has ended it. */
  async run(): Promise<void> {
    await send(this.#call, confirmationMessage(randomUUID()));
    let caughtUp = false;
    while (this.#open) {
      const appended = once(this.#log.signals, 'appended');
      await this.#giveWhatIsThere();
      if (!caughtUp && this.#speaks()) {
        caughtUp = true;
        await send(this.#call, caughtUpMessage());
      }
      if (this.silent || this.#next >= this.#log.events.length) await Promise.race([appended, this.#ended]);
    }
  }

  end(error: StatusObject): void {
    this.#end();
    this.#call.emit('error', error);
  }

  async #giveWhatIsThere(): Promise<void> {
    for (
      let event = this.#log.events[this.#next];
      event && this.#speaks();
      event = this.#log.events[this.#next]
    ) {
      this.#next++;
      await this.#consider(event);
    }
  }

  async #consider(event: StoredEvent): Promise<void> {
    const { matches, checkpointEvery } = this.#filter;
    if (matches(event)) await send(this.#call, eventMessage(event));
    if (checkpointEvery !== undefined && ++this.#considered % checkpointEvery === 0 && this.#open) {
      await send(this.#call, checkpointMessage(event.position));
    }
  }

  #speaks(): boolean {
    return this.#open && !this.silent;
  }
}

/** After the position, which is not given again. */
function firstIndex(log: EventLog, options: ReadReq.Options): number {
  const from = options.getAll();
  const position = from?.getPosition();
  if (position) return log.indexFrom(BigInt(position.getCommitPosition()) + 1n);
  return from?.hasEnd() ? log.events.length : 0;
}
