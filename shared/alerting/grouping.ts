import type { AlertKey, FeedSubject } from './rule.ts';
import type { Transition } from './state.ts';

/** The change of an alert about a feed, of which a message is due. */
export interface FeedChange {
  readonly key: AlertKey;
  readonly subject: FeedSubject;
  readonly kind: Transition['kind'];
}

/** The part of an alert in a message about many: it sends the message, or another does. */
export type GroupPart =
  | { readonly kind: 'sends'; readonly others: readonly FeedSubject[] }
  | { readonly kind: 'is-in'; readonly toldBy: AlertKey };

/** So many feeds that change at one evaluation have a message each. */
const MOST_SINGLE = 3;
/** Feeds of one message. */
const MOST_IN_ONE = 100;

/** Puts changes of one kind into one message where they are many: a network that is down silences all feeds at once. */
export function groupsOf(changes: readonly FeedChange[]): ReadonlyMap<AlertKey, GroupPart> {
  const parts = new Map<AlertKey, GroupPart>();
  for (const alike of Map.groupBy(changes, ({ kind }) => kind).values()) {
    if (alike.length <= MOST_SINGLE) continue;
    for (let from = 0; from < alike.length; from += MOST_IN_ONE) {
      const [first, ...others] = alike.slice(from, from + MOST_IN_ONE);
      if (!first) continue;
      parts.set(first.key, { kind: 'sends', others: others.map(({ subject }) => subject) });
      for (const { key } of others) parts.set(key, { kind: 'is-in', toldBy: first.key });
    }
  }
  return parts;
}
