import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { Status } from '@eventstore/db-client/generated/status_pb.js';
import streams, {
  type BatchAppendReq,
  type BatchAppendResp,
} from '@eventstore/db-client/generated/streams_pb.js';
import { type ServerDuplexStream, type StatusObject, status } from '@grpc/grpc-js';
import empties from 'google-protobuf/google/protobuf/empty_pb.js';
import { AnyOrder } from './any-order.ts';
import { unavailable } from './errors.ts';
import type { EventLog } from './event-log.ts';
import type { Faults } from './faults.ts';
import { proposedOf, sizeOf, streamIdentifier, textOf } from './messages.ts';
import {
  badRequest,
  deleted,
  denied,
  notReady,
  timedOut,
  tooLarge,
  wrongExpectedVersion,
} from './rpc-status.ts';
import type { Decision, Expected, ProposedEvent } from './stored-event.ts';

/** Serves `Streams.BatchAppend`: any number of appends by one call, distinguished by their correlation ids. */
export class BatchAppending {
  readonly #log: EventLog;
  readonly #faults: Faults;
  readonly #open = new Set<BatchCall>();
  /** Ever begun. */
  calls = 0;

  constructor(log: EventLog, faults: Faults) {
    this.#log = log;
    this.#faults = faults;
  }

  /** Complete appends without an answer. */
  get underWay(): number {
    return [...this.#open].reduce((sum, call) => sum + call.underWay, 0);
  }

  serve(stream: ServerDuplexStream<BatchAppendReq, BatchAppendResp>): void {
    this.calls++;
    const call = new BatchCall(stream, this.#log, this.#faults, () => this.#open.delete(call));
    this.#open.add(call);
  }

  /** Ends every call: what is under way by it is not answered, with any outcome. */
  drop(error: StatusObject): void {
    for (const call of this.#open) call.fail(error);
  }
}

/** An incomplete append. */
interface Draft {
  readonly correlation: shared.UUID;
  readonly stream: string;
  readonly expected: Expected;
  readonly events: ProposedEvent[];
  readonly deadline: NodeJS.Timeout;
  bytes: number;
}

/** One call, by the rules of the server's `BatchAppendWorker`. */
class BatchCall {
  readonly #stream: ServerDuplexStream<BatchAppendReq, BatchAppendResp>;
  readonly #log: EventLog;
  readonly #faults: Faults;
  readonly #ended: () => void;
  readonly #order = new AnyOrder();
  readonly #drafts = new Map<string, Draft>();
  #open = true;
  /** The client sends no more. */
  #complete = false;
  underWay = 0;

  constructor(
    stream: ServerDuplexStream<BatchAppendReq, BatchAppendResp>,
    log: EventLog,
    faults: Faults,
    ended: () => void,
  ) {
    this.#stream = stream;
    this.#log = log;
    this.#faults = faults;
    this.#ended = ended;
    stream.on('data', (request: BatchAppendReq) => this.#receive(request));
    stream.once('cancelled', () => this.#close());
    stream.once('end', () => {
      this.#complete = true;
      this.#endWhenDone();
    });
  }

  fail(error: StatusObject): void {
    if (this.#close()) this.#stream.emit('error', error);
  }

  #receive(request: BatchAppendReq): void {
    const correlation = request.getCorrelationId();
    if (!this.#open || !correlation) return;
    const key = Buffer.from(correlation.serializeBinary()).toString('hex');
    const options = request.getOptions();
    if (options && !this.#drafts.has(key)) this.#begin(key, correlation, options);
    const draft = this.#drafts.get(key);
    // Of one that was refused more may come.
    if (!draft) return;
    const events = request.getProposedMessagesList().map(proposedOf);
    draft.events.push(...events);
    draft.bytes += sizeOf(events);
    const { maxAppendSize } = this.#faults;
    if (draft.bytes > maxAppendSize) {
      this.#forget(key);
      this.#answer(draft, (answer) => answer.setError(tooLarge(maxAppendSize)));
    } else if (request.getIsFinal()) {
      this.#forget(key);
      void this.#append(draft);
    }
  }

  #begin(key: string, correlation: shared.UUID, options: BatchAppendReq.Options): void {
    const identifier = options.getStreamIdentifier();
    const stream = textOf(identifier?.getStreamName() ?? '');
    const expected = expectedOf(options);
    const leftMs = (options.getDeadline()?.toDate().getTime() ?? Number.POSITIVE_INFINITY) - Date.now();
    const refuse = (error: Status) =>
      this.#answer({ correlation, stream }, (answer) => answer.setError(error));
    if (!identifier || expected === undefined) {
      refuse(
        badRequest(`Required field ${identifier ? 'ExpectedStreamPosition' : 'StreamIdentifier'} not set.`),
      );
      return;
    }
    if (leftMs <= 0) {
      refuse(timedOut());
      return;
    }
    const overdue = () => {
      this.#forget(key);
      refuse(timedOut());
    };
    const deadline = setTimeout(overdue, Math.min(leftMs, LONGEST_MS));
    this.#drafts.set(key, { correlation, stream, expected, events: [], deadline, bytes: 0 });
  }

  async #append(draft: Draft): Promise<void> {
    this.underWay++;
    await this.#faults.passed(draft.stream);
    await this.#order.turn(draft.stream);
    const refused = this.#faults.refusal(this.#stream.metadata);
    if (!refused && this.#faults.hangsAppend()) return;
    this.underWay--;
    if (refused) {
      this.#refuse(draft, refused);
      return;
    }
    const decision = this.#log.append(draft.stream, draft.expected, draft.events);
    if (this.#faults.losesAnswer()) this.fail(unavailable());
    else this.#answer(draft, (answer) => answerOf(answer, draft, decision));
    this.#endWhenDone();
  }

  /** A server that is not ready refuses each append; one that is not the leader ends the call. */
  #refuse(draft: Draft, refused: StatusObject): void {
    if (refused.code === status.UNAVAILABLE) this.#answer(draft, (answer) => answer.setError(notReady()));
    else if (refused.code === status.PERMISSION_DENIED)
      this.#answer(draft, (answer) => answer.setError(denied()));
    else this.fail(refused);
    this.#endWhenDone();
  }

  #answer(
    { correlation, stream }: Pick<Draft, 'correlation' | 'stream'>,
    complete: (answer: BatchAppendResp) => void,
  ): void {
    if (!this.#open) return;
    const answer = new streams.BatchAppendResp()
      .setCorrelationId(correlation)
      .setStreamIdentifier(streamIdentifier(stream));
    complete(answer);
    this.#stream.write(answer);
  }

  #forget(key: string): void {
    clearTimeout(this.#drafts.get(key)?.deadline);
    this.#drafts.delete(key);
  }

  #endWhenDone(): void {
    if (this.#complete && this.underWay === 0 && this.#close()) this.#stream.end();
  }

  /** An incomplete append has no effect. @returns false when it was closed before */
  #close(): boolean {
    if (!this.#open) return false;
    this.#open = false;
    for (const key of this.#drafts.keys()) this.#forget(key);
    this.#ended();
    return true;
  }
}

/** The greatest delay of a timer. */
const LONGEST_MS = 2 ** 31 - 1;

function expectedOf(options: BatchAppendReq.Options): Expected | undefined {
  if (options.hasStreamPosition()) return BigInt(options.getStreamPosition());
  if (options.hasNoStream()) return 'no-stream';
  if (options.hasStreamExists()) return 'stream-exists';
  return options.hasAny() ? 'any' : undefined;
}

function answerOf(answer: BatchAppendResp, { stream, expected }: Draft, decision: Decision): void {
  if (decision.kind === 'deleted') {
    answer.setError(deleted(stream));
  } else if (decision.kind === 'wrong-version') {
    answer.setError(wrongExpectedVersion(decision.current, expected));
  } else {
    const success = new streams.BatchAppendResp.Success().setCurrentRevision(String(decision.revision));
    if (decision.position === undefined) success.setNoPosition(new empties.Empty());
    else success.setPosition(positionMessage(decision.position));
    answer.setSuccess(success);
  }
}

const positionMessage = (position: bigint) =>
  new shared.AllStreamPosition().setCommitPosition(String(position)).setPreparePosition(String(position));
