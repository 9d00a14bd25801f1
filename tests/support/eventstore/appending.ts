import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams, { type AppendReq, type AppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerReadableStream, StatusObject, sendUnaryData } from '@grpc/grpc-js';
import { AnyOrder } from './any-order.ts';
import { appendTooLarge, eventTooLarge, failed, streamDeleted, timedOut, unavailable } from './errors.ts';
import type { EventLog } from './event-log.ts';
import type { Faults } from './faults.ts';
import { proposedOf, sizeOf, textOf } from './messages.ts';
import type { Decision, Expected, ProposedEvent } from './stored-event.ts';

/** Serves `Streams.Append`. */
export class Appending {
  readonly #log: EventLog;
  readonly #faults: Faults;
  readonly #order = new AnyOrder();
  /** Streams and ids of the appends that wait to be decided. */
  readonly #waiting = new Set<string>();
  /** Calls of `Append` that are open now. */
  inFlight = 0;
  mostInFlight = 0;
  appends = 0;

  constructor(log: EventLog, faults: Faults) {
    this.#log = log;
    this.#faults = faults;
  }

  async serve(
    call: ServerReadableStream<AppendReq, AppendResp>,
    answer: sendUnaryData<AppendResp>,
  ): Promise<void> {
    this.appends++;
    this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight);
    let open = true;
    const done = () => {
      if (open) this.inFlight--;
      open = false;
    };
    call.once('cancelled', done);
    let options: AppendReq.Options | undefined;
    const events: ProposedEvent[] = [];
    try {
      for await (const request of call) {
        options ??= request.getOptions();
        const message = request.getProposedMessage();
        if (message) events.push(proposedOf(message));
      }
    } catch {
      done();
      return;
    }
    // A client that died midway has sent a part of its append, or none: nothing of it counts.
    if (call.cancelled) return;
    const stream = textOf(options?.getStreamIdentifier()?.getStreamName() ?? '');
    await this.#faults.passed(stream);
    const refused = this.#faults.refusal(call.metadata);
    if (!refused && this.#faults.hangsAppend()) return;
    // The server loses the answer to an append that comes again while it is being written.
    const key = [stream, ...events.map(({ id }) => id)].join();
    const repeated = this.#waiting.has(key);
    if (!refused && !repeated) {
      this.#waiting.add(key);
      await this.#order.turn(stream);
      this.#waiting.delete(key);
    }
    done();
    const fault = refused ?? this.#faultOf(stream, events) ?? (repeated ? timedOut() : undefined);
    if (fault) {
      answer(fault);
    } else {
      const decision = this.#log.append(stream, expectedOf(options), events);
      if (decision.kind === 'deleted') answer(streamDeleted(stream));
      else if (this.#faults.losesAnswer()) answer(unavailable());
      else answer(null, appendAnswer(decision, options));
    }
  }

  /** Why an append is refused before its stream is looked at. */
  #faultOf(stream: string, events: readonly ProposedEvent[]): StatusObject | undefined {
    const { maxAppendSize, maxAppendEventSize } = this.#faults;
    if (stream === '' || events.length === 0 || events.some(({ type }) => type === '')) return failed();
    if (sizeOf(events) > maxAppendSize) return appendTooLarge(maxAppendSize);
    const giant = events.find((event) => sizeOf([event]) > maxAppendEventSize);
    return giant && eventTooLarge(giant.id, sizeOf([giant]), maxAppendEventSize);
  }
}

function expectedOf(options: AppendReq.Options | undefined): Expected {
  if (options?.hasRevision()) return BigInt(options.getRevision());
  if (options?.hasNoStream()) return 'no-stream';
  return options?.hasStreamExists() ? 'stream-exists' : 'any';
}

function appendAnswer(
  decision: Exclude<Decision, { kind: 'deleted' }>,
  options: AppendReq.Options | undefined,
): AppendResp {
  if (decision.kind === 'written') {
    const success = new streams.AppendResp.Success().setCurrentRevision(String(decision.revision));
    if (decision.position === undefined) success.setNoPosition(new shared.Empty());
    else success.setPosition(positionMessage(decision.position));
    return new streams.AppendResp().setSuccess(success);
  }
  const wrong = new streams.AppendResp.WrongExpectedVersion();
  if (decision.current < 0) wrong.setCurrentNoStream(new shared.Empty());
  else wrong.setCurrentRevision(String(decision.current));
  if (options?.hasRevision()) wrong.setExpectedRevision(options.getRevision());
  else if (options?.hasNoStream()) wrong.setExpectedNoStream(new shared.Empty());
  else if (options?.hasStreamExists()) wrong.setExpectedStreamExists(new shared.Empty());
  else wrong.setExpectedAny(new shared.Empty());
  return new streams.AppendResp().setWrongExpectedVersion(wrong);
}

const positionMessage = (position: bigint) =>
  new streams.AppendResp.Position().setCommitPosition(String(position)).setPreparePosition(String(position));
