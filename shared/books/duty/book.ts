import { actBook } from '../../bookkeeping/act.ts';
import type { Book } from '../../bookkeeping/book.ts';
import type { Subject } from '../../bookkeeping/subject.ts';
import type { Zone } from '../../calendar/zone.ts';
import { dutyChart, dutyDimensions } from './accounts.ts';
import { DUTY_ACTS, type DutyFact } from './acts.ts';
import { type DutyLife, dutyLife, evaluateDuty } from './timeline.ts';

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
  ...actBook(DUTY_ACTS, ({ dutyId }) => dutyId),
  accounts: dutyChart,
  dimensions: dutyDimensions,
  evaluate: (known, zone) =>
    evaluateDuty(
      known.map(({ fact }) => fact),
      zone,
    ),
  itemOf: (subject, _, zone) => dutyItem(subject, zone),
};
