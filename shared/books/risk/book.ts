import { actBook } from '../../bookkeeping/act.ts';
import type { Book } from '../../bookkeeping/book.ts';
import type { Finding } from '../../bookkeeping/leg.ts';
import type { Subject } from '../../bookkeeping/subject.ts';
import type { Zone } from '../../calendar/zone.ts';
import { riskChart, riskDimensions } from './accounts.ts';
import { RISK_ACTS, type RiskFact } from './fact.ts';
import { type RiskLife, riskLife } from './timeline.ts';

/** A risk as lists show it. */
export interface RiskItem extends Omit<RiskLife, 'legs' | 'standings'> {
  readonly id: string;
  readonly findings: readonly Finding[];
}

export function riskItem({ names, known }: Subject<RiskFact>, zone: Zone): RiskItem {
  const {
    legs: _,
    standings,
    ...life
  } = riskLife(
    known.map(({ fact }) => fact),
    zone,
  );
  return { ...life, id: names[0]?.name ?? '', findings: standings.flatMap(({ findings }) => findings) };
}

/** The register of risks (sổ rủi ro), each with its state, its next review and its last one. */
export const riskBook: Book<RiskFact, RiskItem> = {
  name: 'risk',
  number: 6,
  collection: 'risks',
  ...actBook(RISK_ACTS, ({ riskId }) => riskId),
  accounts: riskChart,
  dimensions: riskDimensions,
  evaluate(known, zone) {
    const { legs, standings } = riskLife(
      known.map(({ fact }) => fact),
      zone,
    );
    return { legs, standings };
  },
  itemOf: (subject, _, zone) => riskItem(subject, zone),
};
