import type { Window } from '../calendar/windows.ts';
import type { OfficeHours, WorkingCalendarOptions } from '../calendar/working-calendar.ts';
import type { LocalDay, Zone } from '../calendar/zone.ts';
import type { Moment } from '../kernel/clock.ts';

/**
 * The moments of a subject by which definitions rule, in the order that its book fixes, in whole seconds since 1970; null is "there
 * is none". They are stored with the standing, so that a million subjects are ruled on without their facts.
 */
export type Milestones = readonly (number | null)[];

/** The milestones of a standing, and the days outside of which no definition counts it. */
export interface StandingMilestones {
  readonly first: LocalDay;
  /** Null while it is open. */
  readonly last: LocalDay | null;
  readonly values: Milestones;
}

export const RULED = ['for', 'against', 'outside'] as const;

/** What a subject means by one definition, and the rule that decides it. */
export interface Ruling {
  readonly counts: (typeof RULED)[number];
  readonly rule: string;
}

/** The longest time that the law allows for a procedure, on the days on which it was in force. */
export interface LegalLimit {
  readonly procedure: string;
  readonly from: LocalDay;
  readonly to: LocalDay | null;
  readonly amount: number;
  readonly unit: 'working-days' | 'calendar-days' | 'working-hours';
}

/** What definitions rule by besides the subject itself. Plain data, since it crosses threads. */
export interface RulingBasis {
  readonly window: Window;
  /** The end that stands in for a missing one. */
  readonly openEnd: Moment;
  readonly limits: readonly LegalLimit[];
  readonly calendar: Pick<WorkingCalendarOptions, 'holidays' | 'declared'> & { readonly hours: OfficeHours };
}

/** Rules on one subject, by each of some definitions. @param procedure that it is about */
export type Rule = (milestones: Milestones, procedure: string | null) => readonly Ruling[];

/** The definitions by which the subjects of a book can be counted. */
export interface Definitions {
  readonly names: readonly string[];
  /** @throws RangeError of a name that is not among the names */
  open(names: readonly string[], basis: RulingBasis, zone: Zone): Rule;
}

/** Rulings as one text, as a query names them. */
export const rulingsText = (rulings: readonly Ruling[]): string =>
  rulings.map(({ counts, rule }) => `${counts} ${rule}`).join(' | ');
