import type { Holiday } from '../calendar/holidays.ts';
import { type OfficeHours, type WorkingCalendar, workingCalendar } from '../calendar/working-calendar.ts';
import type { LocalDay, Zone } from '../calendar/zone.ts';
import type { FeedName } from '../contracts/ids.ts';
import type { ConfiguredFeed } from '../feeds/configured-feeds.ts';
import type { Moment } from '../kernel/clock.ts';
import type { Checkpoint, FeedRecord, LedgerSnapshot } from '../ledger/port.ts';
import type { Agencies } from '../office/agencies.ts';
import { OfficeBook } from '../office/office-book.ts';
import { treesOf, type UnitTree } from '../office/unit-tree.ts';
import type { FeedState } from './trust.ts';

export interface OfficeRules {
  readonly zone: Zone;
  readonly holidays: readonly Holiday[];
  readonly hours: OfficeHours;
  /** The feeds that are configured; those that only the ledger has seen are added to them. */
  readonly feeds: readonly ConfiguredFeed[];
}

/** The same for every objective at one checkpoint: calendar, units, agency identifiers and feeds. */
export interface KnownOffice {
  readonly calendar: WorkingCalendar;
  /** The units as they stood on the local day. */
  readonly treeOn: (day: LocalDay) => UnitTree;
  readonly agencies: Agencies;
  /** Every feed that the ledger knows or that is configured. */
  readonly feeds: readonly FeedState[];
}

/** What of the office was read, and up to where. */
interface ReadOffice extends KnownOffice {
  readonly checkpoint: Checkpoint;
  readonly book: OfficeBook;
  readonly heard: readonly FeedRecord[];
}

/** Reads the office from the ledger. The present one is kept, and brought up to each checkpoint by what has changed since. */
export class OfficeSource {
  readonly #rules: OfficeRules;
  #present: ReadOffice | undefined;

  constructor(rules: OfficeRules) {
    this.#rules = rules;
  }

  /** @param asOf as it was known then; the present when it is left out */
  async at(ledger: LedgerSnapshot, asOf?: Moment): Promise<KnownOffice> {
    const { checkpoint } = ledger;
    if (asOf !== undefined) {
      const book = new OfficeBook(await ledger.declared({ knownAt: asOf }));
      return this.#read(checkpoint, book, await ledger.feeds());
    }
    const known = this.#present;
    const isOlder =
      known?.checkpoint.generation === checkpoint.generation &&
      known.checkpoint.position <= checkpoint.position;
    const office = isOlder
      ? await this.#broughtUp(known, ledger)
      : this.#read(checkpoint, new OfficeBook(await ledger.declared()), await ledger.feeds());
    this.#present = office;
    return office;
  }

  /** Reads only what has changed: most commits change feeds alone. */
  async #broughtUp(known: ReadOffice, ledger: LedgerSnapshot): Promise<ReadOffice> {
    const { checkpoint } = ledger;
    const { position, office } = known.checkpoint;
    if (position === checkpoint.position) return known;
    const byName = new Map(known.heard.map((one) => [one.feed, one]));
    for (const one of await ledger.feeds(position)) byName.set(one.feed, one);
    const heard = [...byName.values()];
    if (office === checkpoint.office) return { ...known, checkpoint, heard, feeds: this.#feeds(heard) };
    const declared = await ledger.declared({ since: office });
    return this.#read(checkpoint, new OfficeBook(declared, known.book), heard);
  }

  #read(checkpoint: Checkpoint, book: OfficeBook, heard: readonly FeedRecord[]): ReadOffice {
    const { zone, holidays, hours } = this.#rules;
    return {
      checkpoint,
      book,
      heard,
      feeds: this.#feeds(heard),
      calendar: workingCalendar({ zone, holidays, declared: book.calendarDays, hours }),
      treeOn: treesOf(book.units),
      agencies: book.agencies,
    };
  }

  #feeds(heard: readonly FeedRecord[]): readonly FeedState[] {
    const { feeds: configured } = this.#rules;
    const coverageFrom = (feed: FeedName) =>
      configured.find((one) => one.feed === feed)?.coverageFrom ?? null;
    const unheard = configured.filter(({ feed }) => !heard.some((one) => one.feed === feed));
    return [
      ...heard.map((one) => ({ ...one, coverageFrom: coverageFrom(one.feed) })),
      ...unheard.map((one) => ({ ...one, firstRecordedAt: null, lastRecordedAt: null })),
    ];
  }
}
