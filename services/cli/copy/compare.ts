import type { StreamName } from '../../../shared/contracts/ids.ts';
import type { Position } from '../../../shared/contracts/stored-event.ts';
import {
  addHash,
  digestOf,
  eventHash,
  pagesUpTo,
  type StoreDigest,
  sameDigest,
} from '../../../shared/event-store/digest.ts';
import { eventsOfStream } from '../../../shared/event-store/events-of-stream.ts';
import type { Source } from './stores.ts';

/** A stream that two stores do not hold alike. */
export interface StreamDifference {
  readonly stream: StreamName;
  /** How many events the source has in it. */
  readonly source: number;
  readonly target: number;
  /** The first revision at which they differ. */
  readonly revision: number;
}

export type Comparison = { readonly source: StoreDigest; readonly target: StoreDigest } & (
  | { readonly kind: 'equal' }
  | {
      readonly kind: 'different';
      readonly streams: number;
      /** The first of them, in the order in which the source knows them, then those that it does not know. */
      readonly first: readonly StreamDifference[];
    }
);

/** For up to so many streams the difference is listed. */
const SHOWN = 10;

/** Compares a source up to a position with all that a target holds. @throws StoreError */
export async function compareStores(
  source: Source,
  upTo: Position,
  target: Source,
  onEvents: (events: number) => void = () => {},
): Promise<Comparison> {
  const end = await target.head();
  const digests = {
    source: await digestOf(source, upTo, onEvents),
    target: await digestOf(target, end, onEvents),
  };
  if (sameDigest(digests.source, digests.target)) return { kind: 'equal', ...digests };
  const streams = await differingStreams(source, upTo, target, end);
  const first: StreamDifference[] = [];
  for (const stream of streams.slice(0, SHOWN)) first.push(await differenceOf(stream, source, upTo, target));
  return { kind: 'different', ...digests, streams: streams.length, first };
}

async function differingStreams(
  source: Source,
  upTo: Position,
  target: Source,
  end: Position,
): Promise<readonly StreamName[]> {
  const sums = new Map<StreamName, bigint>();
  for await (const page of pagesUpTo(source, upTo))
    for (const event of page) sums.set(event.stream, addHash(sums.get(event.stream) ?? 0n, eventHash(event)));
  for await (const page of pagesUpTo(target, end))
    for (const event of page)
      sums.set(event.stream, addHash(sums.get(event.stream) ?? 0n, -eventHash(event)));
  return [...sums].filter(([, sum]) => sum !== 0n).map(([stream]) => stream);
}

/** The hashes of a stream's events, of which few are in memory at a time. */
async function hashesOf(stream: StreamName, store: Source, upTo?: Position): Promise<readonly bigint[]> {
  const hashes: bigint[] = [];
  for await (const event of eventsOfStream(store, stream)) {
    if (upTo !== undefined && event.position > upTo) break;
    hashes.push(eventHash(event));
  }
  return hashes;
}

async function differenceOf(
  stream: StreamName,
  source: Source,
  upTo: Position,
  target: Source,
): Promise<StreamDifference> {
  const ours = await hashesOf(stream, source, upTo);
  const theirs = await hashesOf(stream, target);
  const differs = ours.findIndex((hash, index) => hash !== theirs[index]);
  return {
    stream,
    source: ours.length,
    target: theirs.length,
    revision: differs < 0 ? ours.length : differs,
  };
}

/**
 * What of a stream in the target stands in the way of a copy: undefined when it is a beginning of the source's stream, which
 * the copy continues from.
 */
export async function obstacleIn(
  stream: StreamName,
  source: Source,
  target: Source,
): Promise<StreamDifference | undefined> {
  const head = await source.head();
  const difference = await differenceOf(stream, source, head, target);
  return difference.revision === difference.target && difference.target <= difference.source
    ? undefined
    : difference;
}
