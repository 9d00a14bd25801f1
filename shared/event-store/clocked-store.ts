import { randomUUID } from 'node:crypto';
import { streamName } from '../contracts/ids.ts';
import type { Moment } from '../kernel/clock.ts';
import type { ClockGuard } from '../platform/clock-guard.ts';
import { eventsOfStream } from './events-of-stream.ts';
import { ownEvent } from './own-events.ts';
import type { EventStore } from './port.ts';
import { withWrites } from './with-writes.ts';

/** The statements about the clock; each is an event of this stream. */
const CLOCK_STREAM = streamName('clock');
const CLOCK_ACCEPTED = 'clock.accepted.v1';

const LOOK_EVERY_MS = 1_000;

/** `clock.accepted.v1`: a person declared the clock of a process to be right. */
export interface ClockAcceptedV1 {
  /** The moment by that clock. */
  readonly at: Moment;
  /** The key's name; null on a server without keys. */
  readonly by: string | null;
  /** What had made the time unsure; null when nothing had. */
  readonly problem: string | null;
  /** The greatest `recordedAt` that is after `at`: events up to it were recorded by a wrong clock. Null when there is none. */
  readonly accepted: Moment | null;
}

export interface ClockedStore {
  readonly store: EventStore;
  /** Reads once what was recorded before. @throws StoreError */
  learn(): Promise<void>;
  /** Looks at the clock every second, so that an idle process notices too. @returns the end of it */
  watch(): () => void;
  /** Declares the clock to be right; the declaration is an event. @throws StoreError */
  accept(by: string | null): Promise<ClockAcceptedV1>;
}

/** The store, recording nothing while the time is not sure, and no moment before an earlier one. */
export function clockedStore(store: EventStore, clock: ClockGuard): ClockedStore {
  let learnt: Promise<void> | undefined;
  const learn = () => {
    learnt ??= readInto(store, clock).catch((error) => {
      learnt = undefined;
      throw error;
    });
    return learnt;
  };
  return {
    learn,
    watch() {
      const looking = setInterval(() => {
        clock.problem();
        // A store that is unreachable now is asked again in a second.
        learn().catch(() => {});
      }, LOOK_EVERY_MS);
      looking.unref();
      return () => clearInterval(looking);
    },
    async accept(by) {
      await learn();
      const { problem, accepted } = clock.accept();
      const at = clock.recordedAt(clock.wall());
      const fact: ClockAcceptedV1 = { at: clock.wall(), by, problem: problem ?? null, accepted };
      await store.append(CLOCK_STREAM, 'any', [ownEvent(`clock/${randomUUID()}`, CLOCK_ACCEPTED, fact)], at);
      return fact;
    },
    store: withWrites(store, {
      async record(events, recordedAt) {
        await learn();
        return store.record(events, clock.recordedAt(recordedAt));
      },
      async append(stream, expected, events, recordedAt) {
        await learn();
        return store.append(stream, expected, events, clock.recordedAt(recordedAt));
      },
    }),
  };
}

async function readInto(store: EventStore, clock: ClockGuard): Promise<void> {
  const last = await store.lastRecordedAt();
  const moments: Moment[] = [];
  for await (const { type, data } of eventsOfStream(store, CLOCK_STREAM)) {
    if (type !== CLOCK_ACCEPTED) continue;
    const { accepted }: ClockAcceptedV1 = JSON.parse(data);
    if (accepted !== null) moments.push(accepted);
  }
  clock.learn({ last, accepted: moments.length === 0 ? null : Math.max(...moments) });
}
