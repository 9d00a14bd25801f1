import type { Recorded, Replaceable } from '../../bookkeeping/replacement.ts';
import type { LocalDay } from '../../calendar/zone.ts';
import type { UnitId } from '../../contracts/ids.ts';
import type { StaffKind } from './kinds.ts';
import type { RatingResult } from './rating.v1.ts';
import type { Level, RuleSet } from './staff-fields.ts';
import type { StandardOutcome } from './standard.v1.ts';

/** Of statements of one moment the later recorded holds. */
export interface Stated extends Replaceable, Recorded {}

/** The fact of one event about a person, or about the rating of a unit. */
export type StaffFact = AssignedFact | StandardFact | RatingFact | UnitRatingFact;

export interface AssignedFact extends Stated {
  readonly kind: 'assigned';
  readonly unit: UnitId;
  readonly staff: StaffKind;
  /** Null: not yet placed. */
  readonly position: string | null;
  readonly from: LocalDay;
  /** Inclusive; null: until the next assignment. */
  readonly to: LocalDay | null;
}

export interface StandardFact extends Stated {
  readonly kind: 'standard';
  readonly outcome: StandardOutcome;
  /** Null: the one held on `from`. */
  readonly position: string | null;
  readonly evidence: string | null;
  readonly from: LocalDay;
}

/** A decision about one year. */
interface Decided extends Stated {
  readonly year: number;
  readonly decision: string;
  readonly decidedOn: LocalDay;
}

export interface RatingFact extends Decided {
  readonly kind: 'rating';
  readonly result: RatingResult;
  readonly ruleSet: RuleSet;
  readonly group: string | null;
}

export interface UnitRatingFact extends Decided {
  readonly kind: 'unit-rating';
  readonly unit: UnitId;
  readonly level: Level;
}
