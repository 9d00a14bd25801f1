import shared from '@eventstore/db-client/generated/shared_pb.js';
import statuses from '@eventstore/db-client/generated/status_pb.js';
import streams, {
  type AppendReq,
  type AppendResp,
  type BatchAppendReq,
  type BatchAppendResp,
} from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerDuplexStream, ServerReadableStream, sendUnaryData } from '@grpc/grpc-js';
import any from 'google-protobuf/google/protobuf/any_pb.js';
import { appendTooLarge, streamDeleted, unavailable } from './errors.ts';
import type { Decision, EventLog, Expected, ProposedEvent } from './event-log.ts';
import type { Faults } from './faults.ts';
import { proposedOf, sizeOf, streamIdentifier, textOf } from './messages.ts';

/** Serves `Streams.Append` and `Streams.BatchAppend`. */
export class Appending {
  readonly #log: EventLog;
  readonly #faults: Faults;
  /** Calls of `Append` that are open now. */
  inFlight = 0;
  mostInFlight = 0;
  /** Appends asked for, by the call they came in. */
  readonly asked = { append: 0, batchAppend: 0 };

  constructor(log: EventLog, faults: Faults) {
    this.#log = log;
    this.#faults = faults;
  }

  async serve(
    call: ServerReadableStream<AppendReq, AppendResp>,
    answer: sendUnaryData<AppendResp>,
  ): Promise<void> {
    this.asked.append++;
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
    await this.#faults.passed();
    const refused = this.#faults.refusal(call.metadata);
    const { maxAppendSize } = this.#faults;
    if (!refused && this.#faults.hangAppends > 0) {
      this.#faults.hangAppends--;
      return;
    }
    done();
    if (refused) {
      answer(refused);
    } else if (sizeOf(events) > maxAppendSize) {
      answer(appendTooLarge(maxAppendSize));
    } else {
      const stream = textOf(options?.getStreamIdentifier()?.getStreamName() ?? '');
      const decision = this.#log.append(stream, expectedOf(options), events);
      if (decision.kind === 'deleted') answer(streamDeleted(stream));
      else if (this.#answerIsLost()) answer(unavailable());
      else answer(null, appendAnswer(decision, options));
    }
  }

  serveBatches(call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>): void {
    const pending = new Map<
      string,
      { options: BatchAppendReq.Options | undefined; events: ProposedEvent[] }
    >();
    call.on('end', () => call.end());
    call.on('data', (request: BatchAppendReq) => {
      const correlation = request.getCorrelationId();
      const key = correlation?.getString() ?? '';
      const batch = pending.get(key) ?? { options: request.getOptions(), events: [] };
      pending.set(key, batch);
      batch.events.push(...request.getProposedMessagesList().map(proposedOf));
      if (!request.getIsFinal()) return;
      pending.delete(key);
      this.asked.batchAppend++;
      const refused = this.#faults.refusal(call.metadata);
      if (refused) {
        call.emit('error', refused);
        return;
      }
      const stream = textOf(batch.options?.getStreamIdentifier()?.getStreamName() ?? '');
      const response = new streams.BatchAppendResp()
        .setCorrelationId(correlation)
        .setStreamIdentifier(streamIdentifier(stream));
      const { maxAppendSize } = this.#faults;
      if (sizeOf(batch.events) > maxAppendSize) {
        const detail = new shared.MaximumAppendSizeExceeded().setMaxappendsize(maxAppendSize);
        call.write(response.setError(statusOf('MaximumAppendSizeExceeded', detail)));
        return;
      }
      const decision = this.#log.append(stream, expectedOfBatch(batch.options), batch.events);
      if (this.#answerIsLost()) call.emit('error', unavailable());
      else call.write(batchAnswer(response, decision, stream));
    });
  }

  #answerIsLost(): boolean {
    if (this.#faults.loseAnswers === 0) return false;
    this.#faults.loseAnswers--;
    return true;
  }
}

function expectedOf(options: AppendReq.Options | undefined): Expected {
  if (options?.hasRevision()) return BigInt(options.getRevision());
  if (options?.hasNoStream()) return 'no-stream';
  return options?.hasStreamExists() ? 'stream-exists' : 'any';
}

function expectedOfBatch(options: BatchAppendReq.Options | undefined): Expected {
  if (options?.hasStreamPosition()) return BigInt(options.getStreamPosition());
  if (options?.hasNoStream()) return 'no-stream';
  return options?.hasStreamExists() ? 'stream-exists' : 'any';
}

function appendAnswer(
  decision: Exclude<Decision, { kind: 'deleted' }>,
  options: AppendReq.Options | undefined,
): AppendResp {
  if (decision.kind === 'written') {
    const position = new streams.AppendResp.Position()
      .setCommitPosition(String(decision.position))
      .setPreparePosition(String(decision.position));
    return new streams.AppendResp().setSuccess(
      new streams.AppendResp.Success().setCurrentRevision(String(decision.revision)).setPosition(position),
    );
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

function batchAnswer(response: BatchAppendResp, decision: Decision, stream: string): BatchAppendResp {
  switch (decision.kind) {
    case 'written':
      return response.setSuccess(
        new streams.BatchAppendResp.Success()
          .setCurrentRevision(String(decision.revision))
          .setPosition(
            new shared.AllStreamPosition()
              .setCommitPosition(String(decision.position))
              .setPreparePosition(String(decision.position)),
          ),
      );
    case 'wrong-version': {
      const wrong = new shared.WrongExpectedVersion();
      if (decision.current >= 0) wrong.setCurrentStreamRevision(String(decision.current));
      return response.setError(statusOf('WrongExpectedVersion', wrong));
    }
    case 'deleted':
      return response.setError(
        statusOf('StreamDeleted', new shared.StreamDeleted().setStreamIdentifier(streamIdentifier(stream))),
      );
  }
}

function statusOf(name: string, detail: { serializeBinary(): Uint8Array }) {
  const packed = new any.Any();
  packed.pack(detail.serializeBinary(), `event_store.client.${name}`);
  return new statuses.Status().setMessage(name).setDetails(packed);
}
