import type { Origin } from '../bookkeeping/subject.ts';
import type { FeedName } from '../contracts/ids.ts';
import { type EventMetadata, OWN_SOURCE } from '../contracts/stored-event.ts';
import type { DeclaredRow, FeedDeclaration } from './declared.ts';
import { compareOrders } from './records.ts';

/** Below every rank that a feed can be declared with. */
const QUARANTINE_RANK = 10;

/** What a source is: named by a feed; of none, while feeds are declared; a feed by itself, since none is; or what people state here. */
export type FeedStanding = 'declared' | 'quarantined' | 'undeclared' | 'own';

/** The feed of a source. */
export interface FeedOfSource {
  readonly feed: FeedName;
  readonly rank: number;
  readonly standing: FeedStanding;
}

/**
 * The feeds as declared at a moment. The one place that answers which feed a source belongs to and how it ranks: what is stored with an
 * event only counts while no feed is declared, so that naming or retiring one cures the past.
 */
export class FeedTable {
  static readonly NONE = new FeedTable([]);
  /** No feed is declared: each source is what its events say. */
  readonly isEmpty: boolean;
  /** Those in force, by name. */
  readonly feeds: readonly FeedDeclaration[];
  readonly #bySource = new Map<string, FeedDeclaration>();

  /** @param rows known rows of the reference data; other kinds than feeds are ignored */
  constructor(rows: readonly DeclaredRow[]) {
    const last = new Map<FeedName, FeedRow>();
    for (const { declared, order } of rows) {
      if (declared.kind !== 'feed') continue;
      const row: FeedRow = { record: declared.record, order };
      const known = last.get(row.record.name);
      if (!known || compareOrders(known.order, order) < 0) last.set(row.record.name, row);
    }
    const inForce = [...last.values()].filter(({ record }) => record.sources.length > 0);
    for (const { record } of inForce.toSorted((a, b) => compareOrders(a.order, b.order)))
      for (const source of record.sources) this.#bySource.set(source, record);
    this.feeds = inForce.map(({ record }) => record).sort((a, b) => (a.name < b.name ? -1 : 1));
    this.isEmpty = inForce.length === 0;
  }

  /** The sources of a feed: those that it names and no later statement has given to another. */
  sourcesOf({ name, sources }: FeedDeclaration): readonly string[] {
    return sources.filter((source) => this.#bySource.get(source)?.name === name);
  }

  /** The feed of events. @param stored what they say themselves */
  feedOf(stored: Pick<EventMetadata, 'source' | 'feed' | 'rank'>): FeedOfSource {
    const { source } = stored;
    const rank = this.rankOf(stored);
    if (source === OWN_SOURCE) return { feed: stored.feed, rank, standing: 'own' };
    if (this.isEmpty) return { feed: stored.feed, rank, standing: 'undeclared' };
    const declared = this.#bySource.get(source);
    if (declared) return { feed: declared.name, rank, standing: 'declared' };
    return { feed: source as FeedName, rank, standing: 'quarantined' };
  }

  rankOf({ source, rank }: Origin): number {
    if (this.isEmpty || source === OWN_SOURCE) return rank;
    const declared = this.#bySource.get(source);
    return declared ? (declared.rank ?? rank) : QUARANTINE_RANK;
  }
}

type FeedRow = { readonly record: FeedDeclaration } & Pick<DeclaredRow, 'order'>;
