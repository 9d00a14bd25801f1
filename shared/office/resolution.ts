import type { Book, BookFact } from '../bookkeeping/book.ts';
import type { KnownFact } from '../bookkeeping/subject.ts';
import { Agencies } from './agencies.ts';
import { FeedTable } from './feed-table.ts';

/** What facts are read by, as known at a moment: the units that identifiers stand for, and the ranks of their sources. */
export class Resolution {
  static readonly NONE = new Resolution(Agencies.NONE, FeedTable.NONE);
  readonly agencies: Agencies;
  readonly feeds: FeedTable;

  constructor(agencies: Agencies, feeds: FeedTable) {
    this.agencies = agencies;
    this.feeds = feeds;
  }

  /** The facts of a subject as they count. */
  applied<Fact extends BookFact>(
    book: Book<Fact>,
    known: readonly KnownFact<Fact>[],
  ): readonly KnownFact<Fact>[] {
    return this.#changes(book) ? known.map((one) => this.appliedTo(book, one)) : known;
  }

  appliedTo<Fact extends BookFact>(book: Book<Fact>, known: KnownFact<Fact>): KnownFact<Fact> {
    if (!this.#changes(book)) return known;
    const fact = this.agencies.inFact(book, known.fact);
    const ranked = this.feeds.isEmpty ? undefined : book.withRank?.(fact, this.feeds.rankOf(known));
    return { ...known, fact: ranked ?? fact };
  }

  #changes<Fact extends BookFact>({ withRank }: Book<Fact>): boolean {
    return !this.agencies.isEmpty || (withRank !== undefined && !this.feeds.isEmpty);
  }
}
