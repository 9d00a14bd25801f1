import type { When } from '../../calendar/when.ts';
import type { EventId, FieldId, ProcedureId, UnitId } from '../../contracts/ids.ts';
import type { Moment } from '../../kernel/clock.ts';
import type { Channel, DossierStatus, DueBasis } from './status.v1.ts';

/** The status that an event states; a letter of apology states none. */
export type FactStatus = DossierStatus | 'apology';

/**
 * The fact of one `dossier.status.v1` or `dossier.apology.v1` event, as far as the ledger needs it. Absent or undefined means: not stated. V8 reads facts
 * twice as fast when all have the same properties in the same order, so codecs write undefined for the missing ones.
 */
export interface DossierFact {
  readonly id: EventId;
  readonly recordedAt: Moment;
  readonly rank: number;
  readonly time: When;
  readonly status: FactStatus;
  readonly assertedAt?: When | undefined;
  readonly sequence?: number | undefined;
  readonly corrects?: EventId | undefined;
  /** The status was a dialect's default: it starts a dossier, but never resumes or reopens one. */
  readonly defaulted?: true | undefined;
  readonly timeInferred?: true | undefined;
  readonly receivedAt?: When | undefined;
  /** Null states that there is none. */
  readonly dueAt?: When | null | undefined;
  readonly dueBasis?: DueBasis | undefined;
  readonly limitUnit?: 'days' | 'hours' | undefined;
  readonly finishedAt?: When | undefined;
  readonly returnedAt?: When | undefined;
  readonly outcome?: 'granted' | 'refused' | undefined;
  readonly unit?: UnitId | undefined;
  readonly field?: FieldId | undefined;
  readonly procedure?: ProcedureId | undefined;
  readonly channel?: Channel | undefined;
  /** Of an extension: it counts after another one and at any time, by the `EXTENSION_RULE` of the ledger. */
  readonly anyExtension?: true | undefined;
  /** Number of the letter of apology (văn bản xin lỗi). */
  readonly letter?: string | undefined;
}
