import { type Book, type BookEvent, type BookItem, NO_ALIASES } from '../../bookkeeping/book.ts';
import { correctedId, factId } from '../../bookkeeping/fact-id.ts';
import type { When } from '../../calendar/when.ts';
import { type LocalDay, parseDay } from '../../calendar/zone.ts';
import type { PersonRef } from '../../contracts/pseudonym.ts';
import type { RecordedEvent } from '../../contracts/stored-event.ts';
import { staffChart, staffDimensions } from './accounts.ts';
import { type StaffAssignedV1, staffAssigned } from './assigned.v1.ts';
import type { StaffFact, Stated } from './fact.ts';
import { type StaffRatingV1, staffRating } from './rating.v1.ts';
import { type StaffStandardV1, staffStandard } from './standard.v1.ts';
import { type StaffItem, staffItem } from './summary.ts';
import { staffTimeline } from './timeline.ts';
import { type StaffUnitRatingV1, staffUnitRating } from './unit-rating.v1.ts';

interface Corrected {
  readonly corrects?: string | undefined;
  readonly assertedAt?: When | undefined;
}

const stated = (event: RecordedEvent, time: When, { corrects, assertedAt }: Corrected): Stated => ({
  ...{ id: factId(event), recordedAt: event.recordedAt },
  time,
  ...(assertedAt === undefined ? {} : { assertedAt }),
  ...(corrects === undefined ? {} : { corrects: correctedId(event, corrects) }),
});

/** @throws RangeError when the text is no date: its schema lets none in */
function day(text: string): LocalDay {
  const parsed = parseDay(text);
  if (parsed === undefined) throw new RangeError(`${JSON.stringify(text)} is no date`);
  return parsed;
}

const subjectOf = ({ staffRef }: { readonly staffRef: PersonRef }) => ({
  name: staffRef,
  aliases: NO_ALIASES,
});

const assigned: BookEvent<StaffFact, StaffAssignedV1> = {
  kind: staffAssigned,
  subjectOf,
  factOf: (recorded, { time, data }) => ({
    kind: 'assigned',
    ...stated(recorded, time, data),
    unit: data.unitId,
    staff: data.kind,
    position: data.positionVersion ?? null,
    from: day(data.from),
    to: data.to === undefined ? null : day(data.to),
  }),
};

const standard: BookEvent<StaffFact, StaffStandardV1> = {
  kind: staffStandard,
  subjectOf,
  factOf: (recorded, { time, data }) => ({
    kind: 'standard',
    ...stated(recorded, time, data),
    outcome: data.outcome,
    position: data.positionVersion ?? null,
    evidence: data.evidence ?? null,
    from: day(data.from),
  }),
};

const rating: BookEvent<StaffFact, StaffRatingV1> = {
  kind: staffRating,
  subjectOf,
  factOf: (recorded, { time, data }) => ({
    kind: 'rating',
    ...stated(recorded, time, data),
    year: data.ratedYear,
    result: data.level,
    ruleSet: data.ruleSet,
    group: data.group ?? null,
    decision: data.decisionNumber,
    decidedOn: day(data.decisionDate),
  }),
};

/** The ratings of a unit are a subject of their own, under a name that no person has. */
const unitRating: BookEvent<StaffFact, StaffUnitRatingV1> = {
  kind: staffUnitRating,
  subjectOf: ({ unitId }) => ({ name: `unit-${unitId}`, aliases: NO_ALIASES }),
  factOf: (recorded, { time, data }) => ({
    kind: 'unit-rating',
    ...stated(recorded, time, data),
    unit: data.unitId,
    level: data.level,
    year: data.ratedYear,
    decision: data.decisionNumber,
    decidedOn: day(data.decisionDate),
  }),
};

/** The book of staff (công chức, viên chức): each person by pseudonym, with assignments, title standards and ratings. */
export const staffBook: Book<StaffFact, StaffItem & BookItem> = {
  name: 'staff',
  number: 4,
  collection: 'staff',
  events: [assigned, standard, rating, unitRating],
  accounts: staffChart,
  dimensions: staffDimensions,
  codec: { encode: (fact) => fact, decode: (stored) => stored as StaffFact },
  evaluate: staffTimeline,
  itemOf: staffItem,
  unitsIn: (fact) => ('unit' in fact ? [fact.unit] : []),
  withUnits: (fact, unitOf) => ('unit' in fact ? { ...fact, unit: unitOf(fact.unit) } : fact),
  // No id of a person begins with an agency.
  agencySeparator: ':',
};
