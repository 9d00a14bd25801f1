import type { EventId, StreamName } from '../../../shared/contracts/ids.ts';
import type { EventToRecord } from '../../../shared/contracts/stored-event.ts';
import { type Position, type RecordedEvent, START } from '../../../shared/contracts/stored-event.ts';
import { addHash, eventHash } from '../../../shared/event-store/digest.ts';
import { StoreError } from '../../../shared/kernel/store-error.ts';
import { obstacleIn, type StreamDifference } from './compare.ts';
import type { Source, Target } from './stores.ts';

const PAGE = 1_000;
/** Of the streams that stand in the way so many are named. */
const SHOWN = 10;

export type CopyOutcome =
  /** The target holds all that the source held up to this position. */
  | { readonly kind: 'copied'; readonly upTo: Position; readonly copied: number; readonly known: number }
  /** The target holds what the source does not, so it cannot become equal. Nothing was written. */
  | { readonly kind: 'in-the-way'; readonly streams: readonly StreamDifference[] }
  /** The target knows this id with other content; what comes before it has been copied. */
  | { readonly kind: 'id-reused'; readonly id: EventId };

/**
 * Copies every event that the target has not, in order, until at most a page was written to the source meanwhile. It may be
 * interrupted and run again: it continues after the events that both have.
 * @param onProgress called with the position reached and the source's head
 * @throws StoreError
 */
export async function copyEvents(
  source: Source,
  target: Target,
  onProgress: (position: Position, head: Position) => void = () => {},
): Promise<CopyOutcome> {
  const start = await beginning(source, target);
  if (start.streams.length > 0) return { kind: 'in-the-way', streams: start.streams };
  let { after, known } = start;
  let copied = 0;
  for (;;) {
    const page = await source.readAll(after, PAGE);
    // One after the other: the target's order must be the source's, or the ledger would know things in another one.
    for (const run of runsOf(page.events)) {
      const { outcomes } = await target.record(run.events.map(toRecord), run.recordedAt);
      const reused = outcomes.findIndex(({ kind }) => kind === 'id-reused');
      const stranger = run.events[reused];
      if (stranger) return { kind: 'id-reused', id: stranger.id };
      const unfit = outcomes.findIndex(({ kind }) => kind === 'too-large');
      const giant = run.events[unfit];
      if (giant) throw new StoreError('too-large', `the target accepts no event as large as ${giant.id}`);
      for (const [at, outcome] of outcomes.entries()) {
        if (outcome.kind !== 'refused') continue;
        throw new StoreError('refused', `the target refuses ${run.events[at]?.id}: ${outcome.reason}`);
      }
      const recorded = outcomes.filter(({ kind }) => kind === 'recorded').length;
      copied += recorded;
      known += outcomes.length - recorded;
    }
    after = page.position;
    onProgress(after, page.head);
    if (page.events.length === 0 || after >= page.head) return { kind: 'copied', upTo: after, copied, known };
  }
}

interface Beginning {
  /** Position in the source up to which the target holds the same events. */
  readonly after: Position;
  readonly known: number;
  /** Streams of the target that are no beginning of the source's. */
  readonly streams: readonly StreamDifference[];
}

/** A target may have put events that were recorded at once in another order: so their sums are compared, not each in turn. */
async function beginning(source: Source, target: Source): Promise<Beginning> {
  const ours = eventsAfter(source, START);
  let [after, reached, known] = [START, START, 0];
  let [seen, difference] = [0, 0n];
  for await (const theirs of eventsAfter(target, START)) {
    const { value: mine } = await ours.next();
    if (!mine) break;
    seen++;
    difference = addHash(difference, eventHash(mine) - eventHash(theirs));
    if (difference === 0n) [after, reached, known] = [mine.position, theirs.position, seen];
  }
  return { after, known, streams: await inTheWay(source, target, reached) };
}

/** An earlier copy in another order is no obstacle, as long as each stream in it is a beginning of the source's. */
async function inTheWay(
  source: Source,
  target: Source,
  after: Position,
): Promise<readonly StreamDifference[]> {
  const asked = new Set<StreamName>();
  const found: StreamDifference[] = [];
  for await (const { stream } of eventsAfter(target, after)) {
    if (asked.has(stream)) continue;
    asked.add(stream);
    const difference = await obstacleIn(stream, source, target);
    if (difference) found.push(difference);
    if (found.length === SHOWN) break;
  }
  return found;
}

async function* eventsAfter(store: Source, after: Position): AsyncGenerator<RecordedEvent, undefined> {
  for (let page = await store.readAll(after, PAGE); page.events.length > 0; ) {
    yield* page.events;
    page = await store.readAll(page.position, PAGE);
  }
}

interface Run {
  readonly recordedAt: number;
  readonly events: RecordedEvent[];
}

/** Neighbours that were recorded at the same moment, since the store accepts one moment a call. */
function runsOf(events: readonly RecordedEvent[]): readonly Run[] {
  const runs: Run[] = [];
  for (const event of events) {
    const last = runs.at(-1);
    if (last?.recordedAt === event.recordedAt) last.events.push(event);
    else runs.push({ recordedAt: event.recordedAt, events: [event] });
  }
  return runs;
}

const toRecord = ({ id, type, stream, data, metadata }: RecordedEvent): EventToRecord => ({
  id,
  type,
  stream,
  data,
  metadata,
});
