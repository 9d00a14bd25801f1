import type { Decoded } from '../../../shared/contracts/decode.ts';
import type { Fault } from '../../../shared/contracts/fault.ts';
import type { Position } from '../../../shared/contracts/stored-event.ts';
import type { Caller } from '../../../shared/platform/caller.ts';

/** One message of a feed, decoded or not, with what a dead letter would have to keep. */
export interface IntakeInput {
  readonly decoded: Decoded;
  /** The message as it came, asked for only when it must be kept as a dead letter. */
  readonly raw: () => Uint8Array | string;
  /** Kafka coordinates, file and line, `http`. */
  readonly origin: string;
}

export interface Rejected {
  /** Place in the batch, from 0. */
  readonly index: number;
  readonly faults: readonly Fault[];
  /** Id of the dead letter that keeps the message. */
  readonly deadLetter: string;
}

/** One answer lists up to this many names of dropped fields. */
export const DROPPED_LIMIT = 50;

/** How a batch came. */
export type Carrier =
  /** `traceparent`: that header of the request, as it was sent. */
  | { readonly kind: 'http'; readonly traceparent?: string | undefined; readonly caller?: Caller | undefined }
  | { readonly kind: 'kafka'; readonly topic: string; readonly partition: number }
  /** `caller`: the account that imports; absent in a demonstration. */
  | { readonly kind: 'file'; readonly caller?: Caller };

export type InputOutcome = 'accepted' | 'duplicate' | 'rejected';

export interface IntakeResult {
  /** One for each input, in the same order. */
  readonly outcomes: readonly InputOutcome[];
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly Rejected[];
  /** Names that no contract has and whose values were not kept, each once: the first {@link DROPPED_LIMIT}. */
  readonly dropped: readonly string[];
  readonly position: Position;
}

/**
 * The one entry: every feed ends here. Resolves once the good events are durable in the store and the bad ones are durable
 * dead letters; rejects (StoreError) when that is not known, and then the same batch may be given again.
 */
export interface Intake {
  receive(inputs: readonly IntakeInput[], carrier: Carrier): Promise<IntakeResult>;
}
