import { randomUUID } from 'node:crypto';
import type { ProposedEvent, StoredEvent } from './stored-event.ts';

/** Holds the metadata of a stream, as events of their own. */
export const metadataStream = (stream: string): string => `$$${stream}`;

/** The metadata that cut a stream at its beginning. */
export interface Cut {
  /** `$tb`: revisions below it are not shown; Infinity for a deletion. */
  readonly truncateBefore: number;
  /** `$maxCount`: only so many of the last events are shown. */
  readonly maxCount: number;
  /** `$maxAge` in milliseconds. */
  readonly maxAgeMs: number;
}

/** The server's `long.MaxValue`, beyond every revision. */
const DELETED = '9223372036854775807';

/** Metadata of a deleted stream. */
export const deletion = (): ProposedEvent => metadata(`{"$tb":${DELETED}}`);

/** As operators write them; ages in seconds. */
export interface CutSettings {
  readonly $maxCount?: number;
  readonly $maxAge?: number;
  readonly $tb?: number;
}

export const cutting = (settings: CutSettings): ProposedEvent => metadata(JSON.stringify(settings));

const metadata = (json: string): ProposedEvent => ({
  id: randomUUID(),
  type: '$metadata',
  contentType: 'application/json',
  data: Buffer.from(json),
  metadata: Buffer.alloc(0),
});

/** @param described the events of a stream's metadata stream: the last one holds */
export function cutOf(described: readonly StoredEvent[] | undefined): Cut {
  const last = described?.at(-1);
  const stated = last === undefined ? {} : JSON.parse(Buffer.from(last.data).toString() || '{}');
  const numberOf = (name: string) => (typeof stated[name] === 'number' ? stated[name] : undefined);
  const truncateBefore = numberOf('$tb') ?? 0;
  return {
    truncateBefore: truncateBefore >= Number(DELETED) ? Number.POSITIVE_INFINITY : truncateBefore,
    maxCount: numberOf('$maxCount') ?? Number.POSITIVE_INFINITY,
    maxAgeMs: (numberOf('$maxAge') ?? Number.POSITIVE_INFINITY) * 1_000,
  };
}

/** Those that a cut leaves to be read at a moment. */
export function shown(events: readonly StoredEvent[], cut: Cut, now: number): readonly StoredEvent[] {
  const first = Math.max(cut.truncateBefore, events.length - cut.maxCount);
  return events.filter(({ revision, created }) => revision >= first && created > now - cut.maxAgeMs);
}
