import { type StreamName, streamName } from '../contracts/ids.ts';
import type { Branded } from '../kernel/brand.ts';
import type { Moment } from '../kernel/clock.ts';
import type { BilingualText, CountedWords } from '../measures/bilingual.ts';
import type { Status } from '../measures/evaluate.ts';
import { type Comparator, compareShares, decimalOf, type Fraction, meets, sumOf } from '../measures/rate.ts';
import type { Reading } from './state.ts';

/** The permanent name of an alert: `{objective}:{scope}:{rule}`, `{feed}:feed-silent` or `{register}:{scope}:overdue`. Its stream is `alert-{key}`. */
export type AlertKey = Branded<string, 'AlertKey'>;

export const RULE_KINDS = ['breach', 'at-risk', 'feed-silent', 'overdue'] as const;
export type RuleKind = (typeof RULE_KINDS)[number];

/** When an alert is raised, repeated and resolved. */
export interface Rule {
  readonly kind: RuleKind;
  /** Milliseconds for which the condition must hold before the alert fires; 0 fires at once. */
  readonly for: number;
  /** By so much the figure must pass the target before a firing alert resolves; decimal text, e.g. `0.002`. */
  readonly margin: string;
  /** Below this denominator the share means nothing: no alert is raised. */
  readonly minimumVolume: number;
  /** Milliseconds between reminders of an alert that keeps firing without an acknowledgement; null for none. */
  readonly repeatInterval: number | null;
}

/** The whole office, as the scope of a subject that is of no unit. */
export const OFFICE = 'office';

/** An objective in one scope, as it stands at one moment. */
export interface ObjectiveSubject {
  readonly kind: 'objective';
  readonly objective: string;
  /** The unit it is measured for, or `office` for the whole office. */
  readonly scope: string;
  readonly status: Status;
  /** It is judged by what can still come in its window: no share must be passed before its alerts resolve. */
  readonly cumulative?: true;
  /** Decimal text: a share from 0 to 1, e.g. `0.96`, or a value. */
  readonly target: string;
  /** How the figure must stand to it; at least when it is left out, as in facts of earlier versions. */
  readonly comparator?: Exclude<Comparator, '>='>;
  /** The unit of a value; left out of a share. */
  readonly measuredIn?: BilingualText;
  readonly numerator: number;
  readonly denominator: number;
  /** Of its people the size alone is shown, as the denominator. */
  readonly smallGroup?: true;
  /** Denominator if every overdue dossier were settled at this moment (design: `settleNow`). */
  readonly settleNowDenominator: number;
  /** Events may be missing, or not as they were: bad news can be believed, good news cannot. Facts of earlier versions have `stale`. */
  readonly doubted: boolean;
  /** Path of the evidence, below the public URL. */
  readonly evidence: string;
  /** The meaning of its figure for people. Facts of earlier versions have none. */
  readonly meaning?: ObjectiveMeaning;
}

export interface ObjectiveMeaning {
  readonly title: BilingualText;
  readonly owner: BilingualText;
  /** Facts of earlier versions have no words and no part. */
  readonly words?: CountedWords;
  /** The part of the figure behind the alert: the failures, or the cases that may fail. */
  readonly part?: { readonly name: string; readonly title: BilingualText };
  /** The window's name, e.g. `year`. */
  readonly window: string;
  /** How many more failures the target can bear; negative is that many too many; null when not computable. */
  readonly lateBudget: number | null;
  /** How many more a cumulative measure needs; only while its window runs. */
  readonly needed?: number;
}

/** A feed, as it stands at one moment. */
export interface FeedSubject {
  readonly kind: 'feed';
  readonly feed: string;
  /** The objectives that need it. */
  readonly objectives: readonly string[];
  /** For one of them it is beyond the limit in working hours without an event. */
  readonly silent: boolean;
  /** When its last event was recorded; null if there never was one. */
  readonly lastEventAt: Moment | null;
  readonly evidence: string;
}

/** What people keep, and may be overdue. */
export const REGISTERS = [
  'risks',
  'risk-reviews',
  'opportunities',
  'review-actions',
  'reports',
  'inspections',
  'inspection-findings',
  'entered-figures',
  'figure-approvals',
  'risk-approvals',
  'risk-verifications',
] as const;
export type RegisterName = (typeof REGISTERS)[number];

/** The entries of one unit in a register, as they stand at one moment. */
export interface RegisterSubject {
  readonly kind: 'register';
  readonly register: RegisterName;
  /** The unit that keeps them, or `office`. */
  readonly scope: string;
  /** How many are past their last day, or wait too long for a second person; of reviews of risks also those that a missed objective asks for before. */
  readonly overdue: number;
  readonly evidence: string;
}

export type Subject = ObjectiveSubject | FeedSubject | RegisterSubject;

/** The part of a watch that names it and that silences match. */
export interface Asked {
  readonly rule: Pick<Rule, 'kind'>;
  readonly subject: Subject;
}

/** The subject of one rule. */
export interface Watch {
  readonly rule: Rule;
  readonly subject: Subject;
  /** The subject as it last stood: no rule asks about it any more. */
  readonly withdrawn?: true;
}

export function alertKey({ rule, subject }: Asked): AlertKey {
  return `${nameOf(subject)}:${rule.kind}` as AlertKey;
}

function nameOf(subject: Subject): string {
  switch (subject.kind) {
    case 'feed':
      return subject.feed;
    case 'register':
      return `${subject.register}:${subject.scope}`;
    case 'objective':
      return `${subject.objective}:${subject.scope}`;
  }
}

/** The key of the breach alert that outranks this at-risk alert; undefined for every other rule. */
export function outrankedBy({ rule, subject }: Watch): AlertKey | undefined {
  if (rule.kind !== 'at-risk' || subject.kind !== 'objective') return undefined;
  return alertKey({ rule: { ...rule, kind: 'breach' }, subject });
}

export const alertStream = (key: AlertKey): StreamName => streamName(`alert-${key}`);

/**
 * The reading of the rule on its subject.
 * @param outranked the breach of the same objective and scope is firing.
 */
export function readingOf({ rule, subject, withdrawn }: Watch, outranked: boolean): Reading {
  if (withdrawn) return 'withdrawn';
  if (subject.kind === 'feed') return subject.silent ? 'active' : 'clear';
  if (subject.kind === 'register') return subject.overdue > 0 ? 'active' : 'clear';
  if (outranked) return 'superseded';
  if (subject.status === 'not-computable') return 'no-data';
  if (subject.denominator < rule.minimumVolume) return 'low-volume';
  const active = subject.status === 'breached' || (rule.kind === 'at-risk' && subject.status === 'at-risk');
  if (active) return 'active';
  if (subject.doubted) return 'no-data';
  if (subject.cumulative) return 'clear';
  const denominator = rule.kind === 'at-risk' ? subject.settleNowDenominator : subject.denominator;
  return passes({ numerator: subject.numerator, denominator }, subject, rule.margin)
    ? 'clear'
    : 'within-margin';
}

/**
 * Whether the figure is beyond the target by the margin, or as good as a share can be: a full 1, or 0 where it may be at most the
 * target. Exact.
 */
function passes(figure: Fraction, subject: ObjectiveSubject, margin: string): boolean {
  const { target, measuredIn } = subject;
  const comparator: Comparator = subject.comparator ?? '>=';
  const goal = decimalOf(target);
  if (comparator === '=') return meets(figure, goal, '=');
  const best = comparator === '<=' ? 0 : figure.denominator;
  if (!measuredIn && figure.numerator === best) return true;
  const extra = decimalOf(margin);
  const beyond = comparator === '<=' ? { ...extra, numerator: -extra.numerator } : extra;
  const order = compareShares(figure, sumOf([goal, beyond]));
  return comparator === '<=' ? order <= 0 : order >= 0;
}
