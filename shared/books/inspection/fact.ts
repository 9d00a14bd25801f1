import type { When } from '../../calendar/when.ts';
import type { EventId, FieldId, UnitId } from '../../contracts/ids.ts';
import type { Moment } from '../../kernel/clock.ts';
import type { InspectionKind, InspectionMode } from './kinds.ts';

/** The fact of one event of an inspection. */
export type InspectionFact = StatementFact | FindingFact | ClosedFact;

interface Stated {
  readonly id: EventId;
  readonly recordedAt: Moment;
  readonly time: When;
  readonly assertedAt?: When | undefined;
  readonly corrects?: EventId | undefined;
}

/** Of an event that states the inspection itself. */
export type StatementFact = PlannedFact | VisitedFact | ConcludedFact;

interface OfInspection extends Stated {
  readonly unit: UnitId;
  readonly inspection: InspectionKind;
  readonly field?: FieldId | undefined;
  readonly mode?: InspectionMode | undefined;
  readonly announced?: boolean | undefined;
}

export interface PlannedFact extends OfInspection {
  readonly kind: 'planned';
  /** Local dates, `yyyy-MM-dd`. */
  readonly from?: string | undefined;
  readonly until: string;
  readonly isCancelled?: true | undefined;
  readonly instrument?: string | undefined;
}

export interface VisitedFact extends OfInspection {
  readonly kind: 'visited';
  readonly at: When;
}

export interface ConcludedFact extends OfInspection {
  readonly kind: 'concluded';
  readonly at: When;
  readonly number?: string | undefined;
}

export interface FindingFact extends Stated {
  readonly kind: 'finding';
  readonly finding: string;
  readonly unit?: UnitId | undefined;
  readonly clause?: string | undefined;
  readonly description?: string | undefined;
  readonly dueAt?: When | undefined;
}

export interface ClosedFact extends Stated {
  readonly kind: 'finding-closed';
  readonly finding: string;
  readonly at: When;
  readonly evidence?: string | undefined;
}
