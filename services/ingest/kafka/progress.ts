import type { Moment } from '../../../shared/kernel/clock.ts';
import type { PartitionLag } from './port.ts';

interface Entry {
  readonly topic: string;
  readonly partition: number;
  position: bigint | undefined;
  end: bigint;
  /** Since when it was seen with messages to read and not moving. */
  waitingSince: Moment | undefined;
}

/** Where this member stands in each partition it was given. Offsets come as the broker's client writes them, in decimal text. */
export interface ProgressTracker {
  /** The partitions this member now has, by topic; those it keeps keep their place. */
  assigned(partitions: Readonly<Record<string, readonly number[]>>): void;
  /** Everything up to this offset is durable. */
  durable(topic: string, partition: number, lastOffset: string): void;
  /** Where reading would begin, heard from the broker; ignored once something was read. */
  begins(topic: string, partition: number, offset: string): void;
  /** Where the partition ends, heard from the broker. */
  ends(topic: string, partition: number, offset: string): void;
  lag(): readonly PartitionLag[];
  /** Partitions that have had messages to read for `limitMs` and have not moved. Each call is one look at them. */
  stalled(now: Moment, limitMs: number): readonly string[];
  /** Standing still is no fault now: the time starts again. */
  excuse(): void;
}

export function trackProgress(): ProgressTracker {
  let entries = new Map<string, Entry>();
  const entry = (topic: string, partition: number) => entries.get(`${topic}/${partition}`);
  return {
    assigned(partitions) {
      const next = new Map<string, Entry>();
      for (const [topic, numbers] of Object.entries(partitions)) {
        for (const partition of numbers) {
          const fresh = { topic, partition, position: undefined, end: 0n, waitingSince: undefined };
          next.set(`${topic}/${partition}`, entry(topic, partition) ?? fresh);
        }
      }
      entries = next;
    },
    durable(topic, partition, lastOffset) {
      const known = entry(topic, partition);
      if (known === undefined) return;
      known.position = BigInt(lastOffset) + 1n;
      if (known.end < known.position) known.end = known.position;
      known.waitingSince = undefined;
    },
    begins(topic, partition, offset) {
      const known = entry(topic, partition);
      if (known !== undefined) known.position ??= BigInt(offset);
    },
    ends(topic, partition, offset) {
      const known = entry(topic, partition);
      if (known !== undefined) known.end = BigInt(offset);
    },
    lag: () =>
      [...entries.values()].map(({ topic, partition, position, end }) => ({
        topic,
        partition,
        position,
        end,
      })),
    stalled(now, limitMs) {
      const found: string[] = [];
      for (const [name, known] of entries) {
        const behind = known.position !== undefined && known.position < known.end;
        known.waitingSince = behind ? (known.waitingSince ?? now) : undefined;
        if (known.waitingSince !== undefined && now - known.waitingSince >= limitMs) found.push(name);
      }
      return found;
    },
    excuse() {
      for (const known of entries.values()) known.waitingSince = undefined;
    },
  };
}
