import streams, { type ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import { type StatusObject, status } from '@grpc/grpc-js';
import { failed, failure, streamDeleted } from './errors.ts';
import type { EventLog } from './event-log.ts';
import type { Faults } from './faults.ts';
import { eventMessage, notFoundMessage, textOf } from './messages.ts';
import { type ReadCall, send } from './send.ts';
import type { StoredEvent } from './stored-event.ts';
import { AllSubscription } from './subscription.ts';

const { BACKWARDS } = streams.ReadReq.Options.ReadDirection;

/** Serves `Streams.Read`: pages of a stream or of `$all`, and subscriptions to `$all`. */
export class Reading {
  readonly #log: EventLog;
  readonly #faults: Faults;
  readonly #open = new Set<AllSubscription>();
  /** Subscriptions ever begun, and pages ever asked for. */
  begun = 0;
  pages = 0;

  constructor(log: EventLog, faults: Faults) {
    this.#log = log;
    this.#faults = faults;
  }

  get subscriptions(): number {
    return this.#open.size;
  }

  /** Ends every subscription, as a server does that goes down or finds a reader too slow. */
  drop(error: StatusObject): void {
    for (const subscription of this.#open) subscription.end(error);
  }

  /** Those that are open stay open and send nothing more; new ones are as good as ever. */
  silence(): void {
    for (const subscription of this.#open) subscription.silent = true;
  }

  async serve(call: ReadCall): Promise<void> {
    const refused = this.#faults.refusal(call.metadata);
    if (refused) {
      call.emit('error', refused);
      return;
    }
    const options = call.request.getOptions();
    if (!options) call.emit('error', failure(status.INVALID_ARGUMENT, 'no options'));
    else if (options.hasSubscription() && !options.hasAll())
      call.emit('error', failure(status.UNIMPLEMENTED, 'The stand-in serves no subscription to one stream'));
    else if (options.hasSubscription()) await this.#subscribe(call, options);
    else await this.#page(call, options);
  }

  async #page(call: ReadCall, options: ReadReq.Options): Promise<void> {
    this.pages++;
    if (Number(options.getCount()) === 0) {
      call.emit('error', failed());
      return;
    }
    const events = options.hasAll() ? this.#ofAll(options) : this.#ofStream(options);
    if (typeof events === 'function') {
      call.emit('error', events());
      return;
    }
    if (events === undefined) {
      await send(call, notFoundMessage(streamOf(options)));
    } else {
      const count = Number(options.getCount());
      for (const event of events.slice(0, count)) {
        if (!(await send(call, eventMessage(event)))) return;
      }
    }
    call.end();
  }

  /** Forwards from the event at the position on, backwards from the one before it. */
  #ofAll(options: ReadReq.Options): readonly StoredEvent[] {
    const from = options.getAll();
    const position = from?.getPosition();
    const { events } = this.#log;
    const count = Number(options.getCount());
    const index = position
      ? this.#log.indexFrom(BigInt(position.getCommitPosition()))
      : from?.hasEnd()
        ? events.length
        : 0;
    return options.getReadDirection() === BACKWARDS
      ? events.slice(Math.max(0, index - count), index).reverse()
      : events.slice(index, index + count);
  }

  #ofStream(options: ReadReq.Options): readonly StoredEvent[] | undefined | (() => StatusObject) {
    const name = streamOf(options);
    const events = this.#log.stream(name);
    if (events === 'deleted') return () => streamDeleted(name);
    const from = options.getStream();
    const revision = from?.hasRevision() ? Number(from.getRevision()) : undefined;
    if (options.getReadDirection() === BACKWARDS) {
      return events?.filter((event) => event.revision <= (revision ?? Number.POSITIVE_INFINITY)).reverse();
    }
    return events?.filter((event) => event.revision >= (revision ?? 0));
  }

  async #subscribe(call: ReadCall, options: ReadReq.Options): Promise<void> {
    const subscription = new AllSubscription(call, options, this.#log);
    if (this.#faults.silent) subscription.silent = true;
    this.#open.add(subscription);
    this.begun++;
    await subscription.run();
    this.#open.delete(subscription);
  }
}

const streamOf = (options: ReadReq.Options): string =>
  textOf(options.getStream()?.getStreamIdentifier()?.getStreamName() ?? '');
