import { type RecordedEvent, START } from '../../shared/contracts/stored-event.ts';
import { causesIn } from '../../shared/event-store/causes.ts';
import type { EventStore } from '../../shared/event-store/port.ts';
import type { Checkpoint, LedgerWriter, PageToPost, Poison, Posted } from '../../shared/ledger/port.ts';
import type { Log } from '../../shared/platform/log.ts';
import { inSpan } from '../../shared/platform/tracing.ts';
import { type PageNote, UNFIT } from './page-note.ts';
import { PAGE_SIZE } from './page-size.ts';

export type EventSource = Pick<EventStore, 'subscribe' | 'readAll'>;

/** A page that was posted, and what it took. */
export interface PostedPage extends Posted {
  readonly events: number;
  readonly seconds: number;
}

/** What a projection reads, where it posts, and where it notes each page before. */
export interface Projection {
  readonly events: EventSource;
  readonly ledger: LedgerWriter;
  readonly note: PageNote;
  readonly onPosted: (posted: PostedPage) => void;
}

/**
 * Follows the store from the ledger's checkpoint on, page after page, until the signal aborts.
 * @throws LedgerConflict when another projector is at work @throws StoreError
 */
export async function project(projection: Projection, signal: AbortSignal): Promise<void> {
  const { events, ledger, onPosted } = projection;
  const after = ledger.checkpoint.position;
  for await (const page of events.subscribe({ after, signal, pageSize: PAGE_SIZE })) {
    const spanned = { causes: causesIn(page.events), attributes: { 'nhip.events': page.events.length } };
    onPosted(await inSpan('ledger.post', spanned, () => noted(projection, page)));
    if (signal.aborted) return;
  }
}

/**
 * Where the projector before did not survive its page, posts what the store has beyond the ledger's checkpoint in pages that begin small
 * and grow, until they are full ones or the head is reached. @throws as {@link project}
 */
export async function projectCarefully(projection: Projection, signal: AbortSignal): Promise<void> {
  const { events, ledger, note, onPosted } = projection;
  const { pageEvents, setAside } = await note.beginAt(ledger.checkpoint.position);
  let unfit = setAside;
  for (let size = pageEvents; size < PAGE_SIZE && !signal.aborted; size *= 2) {
    const { position } = ledger.checkpoint;
    const page = await events.readAll(position, unfit === undefined ? size : 1);
    if (page.position === position) return;
    onPosted(await noted(projection, unfit === undefined ? page : { ...page, setAside: unfit }));
    unfit = undefined;
  }
}

const noted = ({ ledger, note }: Projection, page: PageToPost): Promise<PostedPage> =>
  note.around(ledger.checkpoint.position, page.events.length, () => timed(ledger, page));

/** Posts what the store has beyond the ledger's checkpoint, then stops. @returns false when the signal cut it short */
export async function catchUp(
  events: EventSource,
  ledger: LedgerWriter,
  signal: AbortSignal,
  onPosted: (posted: PostedPage) => void,
): Promise<boolean> {
  while (!signal.aborted) {
    const page = await events.readAll(ledger.checkpoint.position, PAGE_SIZE);
    if (page.position === ledger.checkpoint.position) return true;
    onPosted(await timed(ledger, page));
  }
  return false;
}

/** Events that were set aside are tried again so many at a time, each time in one transaction: some of them are large. */
const RETRIED_AT_ONCE = 50;

/** The result of a retry of the events that were set aside. */
export interface Retried {
  readonly checkpoint: Checkpoint;
  readonly folded: number;
  /** Still set aside. */
  readonly left: number;
}

/**
 * Tries again the events that were set aside: a new version of the program may fold them. An event that the store no longer has
 * stays set aside. @throws LedgerConflict @throws StoreError
 */
export async function retrySetAside(
  events: Pick<EventStore, 'readStream'>,
  ledger: LedgerWriter,
  signal: AbortSignal,
): Promise<Retried> {
  let [folded, left] = [0, 0];
  for (let after = START; !signal.aborted; ) {
    const page = await ledger.setAside(after, RETRIED_AT_ONCE);
    const last = page.at(-1);
    if (!last) break;
    after = last.position;
    const fit = page.filter(({ error }) => !error.includes(UNFIT));
    const found = await eventsOf(events, fit);
    const failed = found.length === 0 ? 0 : (await ledger.retry(found)).poison.length;
    folded += found.length - failed;
    left += page.length - found.length + failed;
  }
  return { checkpoint: ledger.checkpoint, folded, left };
}

/** Reads events by their streams: a store can begin to read only at positions that it gave. */
async function eventsOf(
  events: Pick<EventStore, 'readStream'>,
  places: readonly Poison[],
): Promise<readonly RecordedEvent[]> {
  const found: RecordedEvent[] = [];
  for (const [stream, ofStream] of Map.groupBy(places, (one) => one.stream)) {
    const wanted = new Set(ofStream.map(({ position }) => position));
    for (let from = 0; wanted.size > 0; ) {
      const page = await events.readStream(stream, from, RETRIED_AT_ONCE);
      for (const event of page) if (wanted.delete(event.position)) found.push(event);
      const last = page.at(-1);
      if (!last) break;
      from = last.revision + 1;
    }
  }
  return found.sort((a, b) => a.position - b.position);
}

/** @param retried is logged only when there was something to retry */
export function logRetried({ folded, left }: Retried, log: Log): void {
  if (folded + left > 0) log.info({ folded, left }, 'projector: events that were set aside tried again');
}

/** An event that cannot be folded is set aside and logged as an error, and the projection continues. */
export function logPoison({ poison }: Posted, log: Log): void {
  for (const one of poison) log.error({ poison: one }, 'projector: event could not be folded, set aside');
}

async function timed(ledger: LedgerWriter, page: PageToPost): Promise<PostedPage> {
  const began = performance.now();
  const posted = await ledger.post(page);
  return { ...posted, events: page.events.length, seconds: (performance.now() - began) / 1_000 };
}
