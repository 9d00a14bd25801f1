import type { Position } from '../../../shared/contracts/stored-event.ts';
import { contentsOf, type EventToRecord, formerIdOf } from '../../../shared/contracts/stored-event.ts';
import type { EventStore, RecordOutcome } from '../../../shared/event-store/port.ts';
import type { Moment } from '../../../shared/kernel/clock.ts';
import { StoreError, type StoreErrorCode } from '../../../shared/kernel/store-error.ts';

export interface StandInStore extends EventStore {
  /** What it holds, in order. */
  readonly events: readonly EventToRecord[];
  readonly recordedAts: readonly Moment[];
  /** How often `record` was called. */
  calls: number;
  /** Fails the next calls of `record`, having stored nothing. */
  failWith: StoreErrorCode | undefined;
  /** An event with more characters is too large for it. */
  largest: number;
}

const unused = (): never => {
  throw new Error('the stand-in store only records');
};

/** A stand-in for an event store, in memory, for tests of what stands before it. The real ones pass `contract-suite.ts`. */
export function standInStore(): StandInStore {
  const events: EventToRecord[] = [];
  const recordedAts: Moment[] = [];
  const positionById = new Map<string, number>();
  const record = (event: EventToRecord): RecordOutcome => {
    const known = positionById.get(formerIdOf(event) ?? '') ?? positionById.get(event.id);
    const bytes = event.data.length;
    if (bytes > store.largest) return { kind: 'too-large', bytes, limit: store.largest };
    if (known === undefined) {
      events.push(event);
      positionById.set(event.id, events.length);
      return { kind: 'recorded', position: events.length as Position };
    }
    const same = contentsOf(event).includes(events[known - 1]?.data ?? '');
    return { kind: same ? 'duplicate' : 'id-reused', position: known as Position };
  };
  const store: StandInStore = {
    events,
    recordedAts,
    calls: 0,
    failWith: undefined,
    largest: Number.POSITIVE_INFINITY,
    async record(given, recordedAt) {
      this.calls += 1;
      if (this.failWith) throw new StoreError(this.failWith, 'as the test asked');
      recordedAts.push(recordedAt);
      const outcomes = given.map(record);
      return { outcomes, position: Math.max(0, ...outcomes.flatMap(positionIn)) as Position };
    },
    head: async () => events.length as Position,
    lastRecordedAt: async () => recordedAts.at(-1) ?? null,
    // Of the audit stream: it is not looked at here.
    append: async () => ({ kind: 'appended', revision: 0, position: events.length as Position }),
    readStream: unused,
    readAll: unused,
    subscribe: unused,
    close: async () => {},
  };
  return store;
}

const positionIn = (outcome: RecordOutcome): Position[] => ('position' in outcome ? [outcome.position] : []);
