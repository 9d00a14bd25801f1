import type { Channel, DossierStatus, DueBasis } from '../contracts/dossier-status.v1.ts';
import type { EventId, FieldId, ProcedureId, UnitId } from '../contracts/ids.ts';
import type { Moment } from '../platform/clock.ts';

/** What one `dossier.status.v1` event says, as far as the ledger asks. Absent means: the event did not say. */
export interface DossierFact {
  readonly id: EventId;
  readonly recordedAt: Moment;
  readonly rank: number;
  readonly time: Moment;
  readonly status: DossierStatus;
  readonly assertedAt?: Moment;
  readonly sequence?: number;
  readonly corrects?: EventId;
  /** The status was a dialect's default: it starts a dossier, but never resumes or reopens one. */
  readonly defaulted?: true;
  readonly timeInferred?: true;
  readonly receivedAt?: Moment;
  /** Null says that there is none. */
  readonly dueAt?: Moment | null;
  readonly dueBasis?: DueBasis;
  readonly limitUnit?: 'days' | 'hours';
  readonly finishedAt?: Moment;
  readonly outcome?: 'granted' | 'refused';
  readonly unit?: UnitId;
  readonly field?: FieldId;
  readonly procedure?: ProcedureId;
  readonly channel?: Channel;
}
