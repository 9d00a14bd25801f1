import { createRequire } from 'node:module';

/** A member of a group asked for an offset that its partition does not have. */
export interface OutOfRange {
  readonly topic: string;
  readonly partition: number;
  /** The offset: everything before it was resolved or committed. */
  readonly next: bigint;
  /** Tells the broker that this member lives. @throws when the group wants the partitions back */
  heartbeat(): Promise<void>;
}

/** @returns the offset to continue from; it is committed */
export type Recovery = (found: OutOfRange) => Promise<bigint>;

/** As far as it is used: kafkajs types none of it. */
interface ConsumerGroup {
  readonly memberId: string;
  readonly offsetManager: {
    nextOffset(topic: string, partition: number): { toString(): string };
    resolveOffset(place: { topic: string; partition: number; offset: string }): void;
    commitOffsets(): Promise<void>;
  };
  heartbeat(options: { interval: number }): Promise<void>;
  recoverFromOffsetOutOfRange(error: { readonly topic: string; readonly partition: number }): Promise<void>;
}

const recoveries = new Map<string, Recovery>();
const mended = new WeakSet<ConsumerGroup>();

/** From now on this member recovers so. @returns forgets it */
export function recoverBy(memberId: string, recovery: Recovery): () => void {
  recoveries.set(memberId, recovery);
  return () => recoveries.delete(memberId);
}

/**
 * kafkajs 2.2.4 answers "offset out of range" by committing "the earliest" in place of the offset, whatever was lost in between:
 * it could not be known afterwards. So a member that has a {@link Recovery} is asked first, while its offset is still known.
 */
export function mendOutOfRange(): void {
  const { prototype }: { prototype: ConsumerGroup } = createRequire(import.meta.url)(
    'kafkajs/src/consumer/consumerGroup',
  );
  if (mended.has(prototype)) return;
  mended.add(prototype);
  const reset = prototype.recoverFromOffsetOutOfRange;
  prototype.recoverFromOffsetOutOfRange = async function (error) {
    const { topic, partition } = error;
    const recovery = recoveries.get(this.memberId);
    if (recovery === undefined) return reset.call(this, error);
    const next = BigInt(this.offsetManager.nextOffset(topic, partition).toString());
    const from = await recovery({ topic, partition, next, heartbeat: () => this.heartbeat({ interval: 0 }) });
    this.offsetManager.resolveOffset({ topic, partition, offset: String(from - 1n) });
    await this.offsetManager.commitOffsets();
  };
}
