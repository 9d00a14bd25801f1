import { sureMoment } from '../../bookkeeping/future.ts';
import { periodNamed } from '../../calendar/periods.ts';
import { firstMomentOf, type LocalDate, localDate, type When } from '../../calendar/when.ts';
import type { Zone } from '../../calendar/zone.ts';
import type { EventId, UnitId } from '../../contracts/ids.ts';
import type { RecordedEvent } from '../../contracts/stored-event.ts';
import type { PersonId } from '../../contracts/two-people.ts';
import type { Moment } from '../../kernel/clock.ts';
import type { EnteredAmount, FigureApprovedV1, FigureEnteredV1, FigureRefusedV1 } from './entered.v1.ts';
import type { FigureRecordedV1, RecordedAmount } from './recorded.v1.ts';

interface Statement {
  readonly id: EventId;
  /** When it was stated; no two statements about one period have the same. */
  readonly at: Moment;
  /** The name of the key; null without one. */
  readonly by: string | null;
  readonly person: PersonId | null;
}

/** A person has entered a figure. */
export interface EntryFact extends Statement {
  readonly kind: 'entered';
  readonly objective: string;
  readonly period: string;
  readonly from: LocalDate;
  readonly to: LocalDate;
  readonly unit: UnitId | null;
  readonly amount: EnteredAmount;
  readonly evidence: string;
  readonly reason: string | null;
}

/** A person has decided about an entry. */
export type DecisionFact = Statement & { readonly entry: EventId } & (
    | { readonly kind: 'approved' }
    | { readonly kind: 'refused'; readonly reason: string }
  );

/** A row of a file: no person stands behind it. */
export interface RowFact {
  readonly kind: 'recorded';
  readonly id: EventId;
  /** When it was recorded: what people entered later, they entered beside it. */
  readonly at: Moment;
  /** The time of the row; of two rows the later holds. */
  readonly time: Moment;
  readonly by: null;
  readonly person: null;
  readonly objective: string;
  readonly period: string;
  readonly from: LocalDate;
  readonly to: LocalDate;
  readonly amount: RecordedAmount;
  readonly evidence: string;
  readonly enteredBy: string | null;
  readonly source: string;
}

/** The fact of one statement about the figure of one objective and period. */
export type FigureFact = EntryFact | DecisionFact | RowFact;

const statementOf = (
  { id, metadata }: Pick<RecordedEvent, 'id' | 'metadata'>,
  time: When,
  { person }: Pick<Statement, 'person'>,
  zone: Zone,
): Statement => ({ id, at: firstMomentOf(time, zone), by: metadata.by ?? null, person });

type Stated<Data> = { readonly time: When; readonly data: Data };

export function entryFact(
  recorded: RecordedEvent,
  { time, data }: Stated<FigureEnteredV1>,
  zone: Zone,
): EntryFact {
  const { objectiveId, period, from, to, unitId, amount, evidence, reason } = data;
  return {
    ...statementOf(recorded, time, data, zone),
    ...{ kind: 'entered', objective: objectiveId, period, unit: unitId, amount, evidence, reason },
    ...{ from: from as LocalDate, to: to as LocalDate },
  };
}

export const approvalFact = (
  recorded: RecordedEvent,
  { time, data }: Stated<FigureApprovedV1>,
  zone: Zone,
): DecisionFact => ({ ...statementOf(recorded, time, data, zone), kind: 'approved', entry: data.entry });

export const refusalFact = (
  recorded: RecordedEvent,
  { time, data }: Stated<FigureRefusedV1>,
  zone: Zone,
): DecisionFact => ({
  ...statementOf(recorded, time, data, zone),
  ...{ kind: 'refused', entry: data.entry, reason: data.reason },
});

export function rowFact(
  recorded: RecordedEvent,
  { time, data }: Stated<FigureRecordedV1>,
  zone: Zone,
): RowFact {
  const { objectiveId, period, amount, evidence, enteredBy = null } = data;
  const days = periodNamed(period);
  if (!days) throw new RangeError(`No period: ${period}`);
  const { recordedAt: at } = recorded;
  return {
    ...{
      kind: 'recorded',
      id: recorded.id,
      at,
      time: sureMoment(time, recorded, zone),
      by: null,
      person: null,
    },
    ...{ objective: objectiveId, period, amount, evidence, enteredBy, source: recorded.metadata.source },
    ...{ from: localDate(days.from), to: localDate(days.to) },
  };
}
