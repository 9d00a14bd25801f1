import type { FeedName } from '../contracts/ids.ts';
import type { RecordedEvent } from '../contracts/stored-event.ts';
import type { Moment } from '../kernel/clock.ts';

/** The events of one type from one source, that were stored with one feed and rank. */
export interface SourceRecord {
  readonly source: string;
  readonly feed: FeedName;
  readonly rank: number;
  readonly type: string;
  readonly events: number;
  readonly firstRecordedAt: Moment;
  /** When the last new event was recorded. */
  readonly lastRecordedAt: Moment;
}

type Mutable<Record> = { -readonly [Field in keyof Record]: Record[Field] };

/** Names and types hold no control characters. */
const SEPARATOR = '\n';

/** What a batch adds to the records of sources. */
export class SourceCounts {
  readonly #records = new Map<string, Mutable<SourceRecord>>();

  get records(): readonly SourceRecord[] {
    return [...this.#records.values()];
  }

  count({ type, recordedAt, metadata: { source, feed, rank } }: RecordedEvent): void {
    const key = type + SEPARATOR + rank + SEPARATOR + feed + SEPARATOR + source;
    const known = this.#records.get(key);
    if (known) {
      known.events += 1;
      known.firstRecordedAt = Math.min(known.firstRecordedAt, recordedAt);
      known.lastRecordedAt = Math.max(known.lastRecordedAt, recordedAt);
    } else {
      const [firstRecordedAt, lastRecordedAt] = [recordedAt, recordedAt];
      this.#records.set(key, { source, feed, rank, type, events: 1, firstRecordedAt, lastRecordedAt });
    }
  }
}
