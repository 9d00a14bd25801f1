import { actBook } from '../../bookkeeping/act.ts';
import type { Book } from '../../bookkeeping/book.ts';
import type { Finding } from '../../bookkeeping/leg.ts';
import type { Subject } from '../../bookkeeping/subject.ts';
import type { Zone } from '../../calendar/zone.ts';
import { opportunityChart, opportunityDimensions } from './accounts.ts';
import { OPPORTUNITY_ACTS, type OpportunityFact } from './acts.ts';
import { type OpportunityLife, opportunityLife } from './timeline.ts';

/** An opportunity as lists show it. */
export interface OpportunityItem extends Omit<OpportunityLife, 'legs' | 'standings'> {
  readonly id: string;
  readonly findings: readonly Finding[];
}

export function opportunityItem({ names, known }: Subject<OpportunityFact>, zone: Zone): OpportunityItem {
  const {
    legs: _,
    standings,
    ...life
  } = opportunityLife(
    known.map(({ fact }) => fact),
    zone,
  );
  return { ...life, id: names[0]?.name ?? '', findings: standings.flatMap(({ findings }) => findings) };
}

/** The register of opportunities (sổ cơ hội). */
export const opportunityBook: Book<OpportunityFact, OpportunityItem> = {
  name: 'opportunity',
  number: 7,
  collection: 'opportunities',
  ...actBook(OPPORTUNITY_ACTS, ({ opportunityId }) => opportunityId),
  accounts: opportunityChart,
  dimensions: opportunityDimensions,
  evaluate(known, zone) {
    const { legs, standings } = opportunityLife(
      known.map(({ fact }) => fact),
      zone,
    );
    return { legs, standings };
  },
  itemOf: (subject, _, zone) => opportunityItem(subject, zone),
};
