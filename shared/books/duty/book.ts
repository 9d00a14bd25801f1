import { actEvents } from '../../bookkeeping/act.ts';
import { type Book, NO_ALIASES } from '../../bookkeeping/book.ts';
import type { Subject } from '../../bookkeeping/subject.ts';
import type { Zone } from '../../calendar/zone.ts';
import { dutyChart, dutyDimensions } from './accounts.ts';
import { DUTY_ACTS } from './acts.ts';
import { type DutyFact, type DutyLife, dutyLife, evaluateDuty } from './timeline.ts';

/** A duty as lists show it. */
export interface DutyItem extends DutyLife {
  readonly id: string;
}

export const dutyItem = ({ names, known }: Subject<DutyFact>, zone: Zone): DutyItem => ({
  id: names[0]?.name ?? '',
  ...dutyLife(
    known.map(({ fact }) => fact),
    zone,
  ),
});

/** What Article 2 of Decision 124/QĐ-VP asks of units: objectives passed on to the staff, and reports on request. */
export const dutyBook: Book<DutyFact, DutyItem> = {
  name: 'duty',
  number: 9,
  collection: 'duties',
  events: actEvents(DUTY_ACTS, ({ dutyId: name }) => ({ name, aliases: NO_ALIASES })),
  accounts: dutyChart,
  dimensions: dutyDimensions,
  // Duties have few facts each: stored as plain JSON.
  codec: { encode: (fact) => fact, decode: (stored) => stored as DutyFact },
  evaluate: (known, zone) =>
    evaluateDuty(
      known.map(({ fact }) => fact),
      zone,
    ),
  itemOf: (subject, _, zone) => dutyItem(subject, zone),
  unitsIn: ({ data }) => ('unitId' in data ? [data.unitId] : []),
  withUnits: (fact, unitOf) =>
    'unitId' in fact.data
      ? ({ ...fact, data: { ...fact.data, unitId: unitOf(fact.data.unitId) } } as DutyFact)
      : fact,
  agencySeparator: '-',
};
