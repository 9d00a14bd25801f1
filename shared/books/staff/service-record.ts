import { byStatement, replacedIds } from '../../bookkeeping/replacement.ts';
import { dayIn, yearOf } from '../../calendar/year.ts';
import { addDays, formatDay, type LocalDay, type Zone } from '../../calendar/zone.ts';
import type { UnitId } from '../../contracts/ids.ts';
import type { StaffAccount } from './accounts.ts';
import type { AssignedFact, RatingFact, StaffFact, StandardFact, UnitRatingFact } from './fact.ts';

/** What the facts of one person amount to: days of service, and what holds on each of them. */
export interface ServiceRecord {
  /** In order; none overlaps another. */
  readonly spells: readonly Spell[];
  /** The decision in force about each rated year, with those that it replaces. */
  readonly ratings: ReadonlyMap<number, YearRating>;
  readonly standards: readonly StandardFact[];
  readonly unitRatings: ReadonlyMap<number, UnitRatingFact>;
}

/** Days in one assignment, both ends inclusive; null: no end is known. */
export interface Spell {
  readonly assigned: AssignedFact;
  readonly first: LocalDay;
  readonly last: LocalDay | null;
}

export interface YearRating {
  readonly fact: RatingFact;
  /** Earlier decisions about the same year, the last first. */
  readonly replaced: readonly RatingFact[];
}

export function serviceRecord(facts: readonly StaffFact[], zone: Zone): ServiceRecord {
  const replaced = replacedIds(facts, byStatement(zone));
  const byTime = facts.filter(({ id }) => !replaced.has(id)).sort(byStatement(zone));
  const of = <Kind extends StaffFact['kind']>(kind: Kind) =>
    byTime.filter((fact): fact is Extract<StaffFact, { kind: Kind }> => fact.kind === kind);
  return {
    spells: spellsOf(of('assigned')),
    ratings: new Map(
      [...byYear(of('rating'))].map(([year, [fact, ...replaced]]) => [year, { fact, replaced }]),
    ),
    standards: of('standard').toSorted((a, b) => a.from - b.from),
    unitRatings: new Map([...byYear(of('unit-rating'))].map(([year, [fact]]) => [year, fact])),
  };
}

/** A later assignment ends the one before; of two from one day the last stated holds. */
function spellsOf(assigned: readonly AssignedFact[]): readonly Spell[] {
  const byFirstDay = new Map(assigned.map((fact) => [fact.from, fact]));
  const inOrder = [...byFirstDay.values()].sort((a, b) => a.from - b.from);
  return inOrder.map((one, index) => {
    const next = inOrder[index + 1];
    const ends = [one.to, next ? addDays(next.from, -1) : null].filter((day) => day !== null);
    const last = ends.length === 0 ? null : (Math.min(...ends) as LocalDay);
    return { assigned: one, first: one.from, last };
  });
}

interface Decision {
  readonly year: number;
  readonly decidedOn: LocalDay;
}

/** The decisions about each year, the one in force first. @param decisions in the order of their statement */
function byYear<One extends Decision>(decisions: readonly One[]): ReadonlyMap<number, [One, ...One[]]> {
  const latest = decisions.toReversed().sort((a, b) => b.decidedOn - a.decidedOn);
  const years = new Map<number, [One, ...One[]]>();
  for (const one of latest) {
    const known = years.get(one.year);
    if (known) known.push(one);
    else years.set(one.year, [one]);
  }
  return years;
}

/** Days of service on which one account holds: what an amount of the book stands for. */
export interface Stretch {
  readonly aspect: 'rating' | 'standard' | 'unit-rating';
  /** Unique among the stretches of a subject. */
  readonly name: string;
  readonly first: LocalDay;
  /** Inclusive; null: no end is known. */
  readonly last: LocalDay | null;
  readonly account: StaffAccount;
  /** Where the amount goes on the day after the last. */
  readonly leaves: StaffAccount;
  readonly unit: UnitId | null;
  readonly assigned: AssignedFact | null;
  readonly rating: YearRating | null;
  readonly standard: StandardFact | null;
}

export const stretchesOf = (record: ServiceRecord): readonly Stretch[] => [
  ...record.spells.flatMap((spell) => ratingStretches(spell, record)),
  ...unassignedYears(record),
  ...record.spells.flatMap((spell) => standardStretches(spell, record)),
  ...unitYears(record),
];

/** A stretch for each rated year in a spell; the last lasts until the next rated year, and falls due when its own is over. */
function ratingStretches(spell: Spell, record: ServiceRecord): readonly Stretch[] {
  const firstDays = [...record.ratings.keys()].map((year) => dayIn(year, 1, 1));
  return pieces(spell, firstDays).map(({ first, last }): Stretch => {
    const rating = record.ratings.get(yearOf(first)) ?? null;
    return {
      ...stretch('rating', first, spell),
      last,
      account: rating ? `rated/${rating.fact.result}` : 'not-assessed',
      leaves: last !== null && last === spell.last ? leaving(last, record) : 'ended',
      rating,
    };
  });
}

/** Who leaves within a year and is rated for it is in its figure, though not there on its last day (NĐ 233 art. 14). */
function leaving(last: LocalDay, { spells, ratings }: ServiceRecord): StaffAccount {
  const [gone, year] = [addDays(last, 1), yearOf(last)];
  const isBack = spells.some(({ first }) => first >= gone && yearOf(first) === year);
  const result = ratings.get(year)?.fact.result;
  return result === undefined || isBack || yearOf(gone) !== year ? 'ended' : `left/${result}`;
}

/** Ratings of years in which the person had no assignment. */
function unassignedYears({ spells, ratings }: ServiceRecord): readonly Stretch[] {
  const isServed = (year: number) =>
    spells.some(({ first, last }) => yearOf(first) <= year && (last === null || yearOf(last) >= year));
  return [...ratings]
    .filter(([year]) => !isServed(year))
    .map(([year, rating]) => ({
      ...stretch('rating', dayIn(year, 1, 1), null),
      account: 'unassigned',
      rating,
    }));
}

/** A statement is about the position version that it names, else about the one held on its first day. */
function standardStretches(spell: Spell, { spells, standards }: ServiceRecord): readonly Stretch[] {
  const { position } = spell.assigned;
  const heldOn = (day: LocalDay) =>
    spells.find(({ first, last }) => first <= day && (last === null || day <= last))?.assigned.position;
  const applying = standards.filter((one) => (one.position ?? heldOn(one.from)) === position);
  const days = applying.map(({ from }) => from);
  return pieces(spell, position === null ? [] : days).map(({ first, last }) => {
    const standard = (position !== null && applying.findLast(({ from }) => from <= first)) || null;
    return {
      ...stretch('standard', first, spell),
      last,
      account: standardAccount(position, standard),
      standard,
    };
  });
}

function standardAccount(position: string | null, standard: StandardFact | null): StaffAccount {
  if (position === null) return 'standard/not-yet-placed';
  switch (standard?.outcome) {
    case undefined:
      return 'standard/not-known';
    case 'meets':
      return 'standard/met';
    case 'does-not-meet':
      return 'standard/not-met';
    case 'not-yet-placed':
      return 'standard/not-yet-placed';
  }
}

const unitYears = ({ unitRatings }: ServiceRecord): readonly Stretch[] =>
  [...unitRatings].map(([year, { unit, level }]) => ({
    ...stretch('unit-rating', dayIn(year, 1, 1), null),
    account: `unit/${level}`,
    unit,
  }));

const stretch = (aspect: Stretch['aspect'], first: LocalDay, spell: Spell | null) =>
  ({
    aspect,
    name: `${aspect}:${formatDay(first)}`,
    first,
    last: null,
    leaves: 'ended',
    unit: spell?.assigned.unit ?? null,
    assigned: spell?.assigned ?? null,
    rating: null,
    standard: null,
  }) as const;

/** The days of a spell, parted before each of some days. */
function pieces(
  { first, last }: Spell,
  days: readonly LocalDay[],
): readonly { readonly first: LocalDay; readonly last: LocalDay | null }[] {
  const within = days.filter((day) => day > first && (last === null || day <= last));
  const starts = [...new Set([first, ...within])].sort((a, b) => a - b);
  return starts.map((start, index) => {
    const next = starts[index + 1];
    return { first: start, last: next === undefined ? last : addDays(next, -1) };
  });
}
