import type { Decoder } from '../../../shared/contracts/decode.ts';
import type { Clock, Moment } from '../../../shared/kernel/clock.ts';
import type { Log } from '../../../shared/platform/log.ts';
import type { Intake, IntakeResult } from '../intake/intake.ts';

/** How a broker feed stands. `since` is when it came to stand so. */
export type FeedHealth =
  | { readonly kind: 'consuming' | 'stopped'; readonly since: Moment }
  /** It recovers by itself; nothing is dropped meanwhile. */
  | {
      readonly kind: 'connecting' | 'broker-away' | 'store-away';
      readonly since: Moment;
      readonly reason: string;
    }
  /** It has given up; its process is to end and be started again. */
  | { readonly kind: 'failed'; readonly since: Moment; readonly reason: string };

/** One partition that this process reads. Offsets are as the broker counts them. */
export interface PartitionLag {
  readonly topic: string;
  readonly partition: number;
  /** The first offset that is not durable here yet; undefined until something of it was read or committed. */
  readonly position: bigint | undefined;
  /** Where its last message that may be read ends, as last heard of. */
  readonly end: bigint;
}

/** A running feed from a message broker. */
export interface BrokerFeed {
  health(): FeedHealth;
  lag(): readonly PartitionLag[];
  /** Ends after the batch in hand is durable and committed, at the latest after `graceMs`. */
  stop(graceMs?: number): Promise<void>;
}

/** Messages that the broker removed before they were read here. */
export interface MessagesLost {
  readonly topic: string;
  readonly partition: number;
  readonly firstOffset: bigint;
  readonly lastOffset: bigint;
}

/** What the feed reports for metrics. */
export interface FeedObserver {
  /** A chunk of one partition became durable. `messages` counts what the broker sent, tombstones too. */
  received(chunk: {
    readonly topic: string;
    readonly partition: number;
    readonly messages: number;
    readonly tombstones: number;
    readonly result: IntakeResult;
  }): void;
}

/** What a broker feed needs of its process. */
export interface FeedParts {
  readonly decode: Decoder;
  readonly intake: Intake;
  /** A message of more bytes, headers included, is not parsed; without limit when omitted. */
  readonly messageBytes?: number;
  readonly log: Log;
  readonly clock: Clock;
  readonly observer?: FeedObserver;
  /** Keeps a loss; the feed continues behind it once that is durable. @returns the id of its dead letter. @throws StoreError */
  readonly keepLoss: (lost: MessagesLost) => Promise<string>;
  /** Called once, after a failure that a retry cannot repair: the process should exit non-zero. */
  readonly onFatal: (error: Error) => void;
}
