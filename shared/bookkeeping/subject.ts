import type { LocalDay } from '../calendar/zone.ts';
import type { EventId } from '../contracts/ids.ts';
import type { Moment } from '../kernel/clock.ts';
import type { Dimensions, Finding, Leg, Side } from './leg.ts';
import { type LegChanges, sameLeg } from './leg-changes.ts';
import type { StandingMilestones } from './ruling.ts';

/** Where an event comes from: its CloudEvents `source`, and the rank with which it was stored. */
export interface Origin {
  readonly source: string;
  readonly rank: number;
}

/** One fact, and of its event the origin, the id that it named, other ids of the same subject, and the moment at which it became known. */
export interface KnownFact<Fact> extends Origin {
  readonly fact: Fact;
  readonly name: string;
  readonly aliases: readonly string[];
  readonly knownAt: Moment;
}

/** An id of a subject, and the number that the ledger assigned to it at first sight. */
export interface SubjectName {
  readonly name: string;
  readonly origin: number;
}

/**
 * A dossier or a document in the ledger: every fact once, every id, and the legs that are posted now, exactly as posted, so
 * that they can be reversed. When several subjects turn out to be one, the lowest number remains.
 */
export interface Subject<Fact> {
  readonly number: number;
  readonly names: readonly SubjectName[];
  /** Every origin of its facts, each once; those of absorbed subjects last. */
  readonly origins: readonly Origin[];
  readonly known: readonly KnownFact<Fact>[];
  readonly posted: readonly Leg[];
  /** In memory, once it has many facts; its lists are those of the subject. */
  readonly long?: LongSubject<Fact> | undefined;
}

/** The standing of one amount: a dossier has one standing, a document one for each recipient. */
export interface Standing {
  readonly dimensions: Dimensions;
  readonly side: Side;
  /** Day of entry into the account; null before the first posting. */
  readonly day: LocalDay | null;
  readonly findings: readonly Finding[];
  /** Of subjects that definitions rule on. */
  readonly milestones?: StandingMilestones;
}

/** The result of evaluating a subject's facts. */
export interface Evaluation {
  readonly legs: readonly Leg[];
  readonly standings: readonly Standing[];
}

/** A value and its place in a list. */
export type Placed<Value> = readonly [place: number, value: Value];

/** What one more fact changes in an evaluation: values that replace others, or come behind the last. */
export interface Extension {
  readonly legs: readonly Placed<Leg>[];
  readonly standings: readonly Placed<Standing>[];
}

/**
 * The evaluation of a long subject, kept so that a fact which comes last extends it, at a cost that does not grow with the facts
 * before. The whole evaluation remains the only definition of the rules: an extension equals it, or is not made.
 */
export interface OpenTimeline<Fact> {
  /** Of the facts by which it was opened. */
  readonly opened: Evaluation;
  /** Adds one fact. Undefined where the result is not certain: then, and after an error, the timeline is void. */
  extend(known: KnownFact<Fact>): Extension | undefined;
}

/** Evaluates a subject's facts by the reference data in force. */
export interface Extending<Fact> {
  open(known: readonly KnownFact<Fact>[]): OpenTimeline<Fact>;
  idOf(fact: Fact): EventId;
  /** The fact as it counts by the reference data. */
  applied(known: KnownFact<Fact>): KnownFact<Fact>;
  /** The reference data: a timeline is extended by those that opened it only. */
  readonly table: object;
}

/** Places of a long subject's lists that the tables do not hold as they are. */
export interface Unstored {
  readonly legs: Set<number>;
  /** With the standing that the tables hold there, if they do. */
  readonly standings: Map<number, Standing | undefined>;
}

/** What the fold keeps in memory of a subject with many facts. Its lists change in place, each time as a whole or not at all. */
export class LongSubject<Fact> {
  readonly known: KnownFact<Fact>[];
  readonly legs: Leg[];
  readonly standings: Standing[];
  readonly #ids: Set<EventId>;
  readonly #timeline: OpenTimeline<Fact>;
  readonly #table: object;
  #isVoid = false;
  #unstored: Unstored | undefined;

  constructor(known: readonly KnownFact<Fact>[], extending: Extending<Fact>) {
    this.#timeline = extending.open(known);
    this.#table = extending.table;
    this.#ids = new Set(known.map(({ fact }) => extending.idOf(fact)));
    this.known = [...known];
    this.legs = [...this.#timeline.opened.legs];
    this.standings = [...this.#timeline.opened.standings];
  }

  /** What has changed since it was stored; undefined when it never was. */
  get unstored(): Unstored | undefined {
    return this.#unstored;
  }

  /** All that it is now is stored. */
  stored(): void {
    this.#unstored = { legs: new Set(), standings: new Map() };
  }

  has(id: EventId): boolean {
    return this.#ids.has(id);
  }

  /** Adds new facts. Undefined where the subject must be evaluated anew; after an error it must be, too. */
  extend(added: readonly KnownFact<Fact>[], extending: Extending<Fact>): LegChanges | undefined {
    if (this.#isVoid || extending.table !== this.#table) return undefined;
    this.#isVoid = true;
    const legs = new Map<number, Leg>();
    const standings = new Map<number, Standing>();
    for (const one of added) {
      const extension = this.#timeline.extend(extending.applied(one));
      if (!extension) return undefined;
      for (const [place, leg] of extension.legs) legs.set(place, leg);
      for (const [place, standing] of extension.standings) standings.set(place, standing);
    }
    this.#isVoid = false;
    for (const one of added) {
      this.known.push(one);
      this.#ids.add(extending.idOf(one.fact));
    }
    for (const [place, standing] of standings) {
      const { standings: before } = this.#unstored ?? {};
      if (before && !before.has(place)) before.set(place, this.standings[place]);
      this.standings[place] = standing;
    }
    return this.#post(legs);
  }

  #post(legs: ReadonlyMap<number, Leg>): LegChanges {
    const reversed: Leg[] = [];
    const added: Leg[] = [];
    for (const [place, leg] of legs) {
      const posted = this.legs[place];
      if (posted && sameLeg(posted, leg)) continue;
      if (posted) reversed.push(posted);
      added.push(leg);
      this.legs[place] = leg;
      this.#unstored?.legs.add(place);
    }
    return { reversed, added };
  }
}

/**
 * The facts known at a moment, grouped into the subjects of that moment: ids are one subject once a known event links them.
 * Subjects are in the order of their first fact. @param namesOf ids together with their names by the table known then
 */
export function subjectsKnownAt<Fact>(
  subject: Subject<Fact>,
  knownAt: Moment,
  namesOf: (ids: readonly string[]) => readonly string[],
): Subject<Fact>[] {
  const groups: { names: Set<string>; known: KnownFact<Fact>[] }[] = [];
  for (const known of subject.known) {
    if (known.knownAt > knownAt) continue;
    const names = namesOf([known.name, ...known.aliases]);
    const linked = groups.filter((group) => names.some((name) => group.names.has(name)));
    const [first = { names: new Set<string>(), known: [] }, ...others] = linked;
    if (linked.length === 0) groups.push(first);
    for (const other of others) {
      groups.splice(groups.indexOf(other), 1);
      for (const name of other.names) first.names.add(name);
      first.known.push(...other.known);
    }
    for (const name of names) first.names.add(name);
    first.known.push(known);
  }
  return groups.map((group) => {
    const names = subject.names.filter(({ name }) => group.names.has(name));
    const number = Math.min(...names.map(({ origin }) => origin));
    return { number, names, origins: subject.origins, known: group.known, posted: [] };
  });
}
