import type { StreamName } from './ids.ts';
import type { Position } from './stored-event.ts';

/** Why a server no longer has events of a stream, as far as it still knows. */
export const REMOVALS = [
  /** It is set to keep less of the stream: `$maxCount`, `$maxAge` or `$tb`. So is a deleted stream that was begun again. */
  'retention',
  /** The stream was deleted as a whole, so that it may be begun again, or for good. */
  'deleted',
  /** The server knows of no order. */
  'unknown',
] as const;
export type Removal = (typeof REMOVALS)[number];

/** For people. */
export const REMOVAL_TEXT: Readonly<Record<Removal, string>> = {
  retention: 'by the retention of its stream',
  deleted: 'its stream was deleted',
  unknown: 'the server knows of no order to remove it',
};

/** A server that removes events by order. */
export interface RemovalSource {
  /** Why events of a stream are gone. @throws StoreError */
  removalOf(stream: StreamName): Promise<Removal>;
}

/** Events of one type that the store no longer has: those of a stream before a revision. */
export interface LostEvents {
  /** Null of streams beyond those listed: their losses cannot be accepted. */
  readonly stream: StreamName | null;
  /** Of those whose events are only counted, the type of the first event that is left. */
  readonly type: string;
  /** Every event that is gone has a revision below. */
  readonly before: number;
  readonly events: number;
  /** What the chain knows; absent where events were gone before they were chained. */
  readonly chained?: { readonly first: Position; readonly last: Position; readonly removal: Removal };
}

/** For people. @param stream null of further streams than are listed */
export const lossPlace = (stream: string | null, before: number): string =>
  stream === null ? 'further streams' : `${stream} before revision ${before}`;

/** So many are listed; what follows is counted by type. */
export const MOST_LISTED = 10_000;

/** An event that was chained, and that the store no longer has. */
export interface LostEvent {
  readonly position: Position;
  readonly stream: StreamName;
  readonly type: string;
  readonly revision: number;
  readonly removal: Removal;
}

/** Adds up events that are lost, by stream and type. */
export class LossTally {
  readonly #losses = new Map<string, LostEvents>();
  #listed = 0;

  add(event: LostEvent): void {
    const { position, type, revision, removal } = event;
    const key = `${event.stream} ${type}`;
    const isListed = this.#losses.has(key) || this.#listed < MOST_LISTED;
    if (!this.#losses.has(key) && isListed) this.#listed += 1;
    const kept = isListed ? key : ` ${type}`;
    const known = this.#losses.get(kept);
    this.#losses.set(kept, {
      stream: isListed ? event.stream : null,
      type,
      before: isListed ? revision + 1 : 0,
      events: (known?.events ?? 0) + 1,
      chained: { first: known?.chained?.first ?? position, last: position, removal },
    });
  }

  get all(): readonly LostEvents[] {
    return [...this.#losses.values()];
  }

  get events(): number {
    return this.all.reduce((sum, { events }) => sum + events, 0);
  }
}
