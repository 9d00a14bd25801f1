import type { EventId } from '../../contracts/ids.ts';
import type { Encoded } from './event-codec.ts';
import type { KnownEvent, KnownStream } from './known-streams.ts';

export type EarlierTry =
  | { readonly kind: 'none' }
  | { readonly kind: 'whole'; readonly last: KnownEvent }
  | { readonly kind: 'id-reused'; readonly id: EventId };

/** What an append is to what its stream holds already. It is all or nothing, so known in part is not the same append. */
export function earlierTry({ events: known }: KnownStream, events: readonly Encoded[]): EarlierTry {
  const seen = new Set<EventId>();
  let firstKnown: EventId | undefined;
  let last: KnownEvent | undefined;
  let count = 0;
  for (const { id, digest } of events) {
    const before = known.get(id);
    if (seen.has(id) || (before && before.digest !== digest)) return { kind: 'id-reused', id };
    seen.add(id);
    if (!before) continue;
    count++;
    firstKnown ??= id;
    if (!last || before.revision > last.revision) last = before;
  }
  if (!last || firstKnown === undefined) return { kind: 'none' };
  return count === events.length ? { kind: 'whole', last } : { kind: 'id-reused', id: firstKnown };
}
