import { readFileSync } from 'node:fs';
import type { EventKinds } from '../contracts/event-kind.ts';
import type { Config } from '../platform/config.ts';
import { type ConfigFault, faultyFile } from '../platform/config-fault.ts';
import { type Feeds, feedsFromText, feedsOf } from './feeds.ts';

/** The feeds of FEEDS_FILE, or what holds without one. */
export function feedsIn(
  { FEEDS_FILE, TZ_OFFICE }: Pick<Config, 'FEEDS_FILE' | 'TZ_OFFICE'>,
  kinds: EventKinds,
):
  | { readonly kind: 'feeds'; readonly feeds: Feeds }
  | { readonly kind: 'invalid'; readonly faults: readonly ConfigFault[] } {
  if (FEEDS_FILE === undefined) return { kind: 'feeds', feeds: feedsOf() };
  try {
    return { kind: 'feeds', feeds: feedsFromText(readFileSync(FEEDS_FILE, 'utf8'), TZ_OFFICE, kinds) };
  } catch (error) {
    return { kind: 'invalid', faults: [faultyFile('FEEDS_FILE', FEEDS_FILE, error)] };
  }
}
