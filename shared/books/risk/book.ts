import { type Book, type BookEvent, NO_ALIASES } from '../../bookkeeping/book.ts';
import { factId } from '../../bookkeeping/fact-id.ts';
import type { Finding } from '../../bookkeeping/leg.ts';
import type { Subject } from '../../bookkeeping/subject.ts';
import type { Zone } from '../../calendar/zone.ts';
import type { EventKind } from '../../contracts/event-kind.ts';
import { riskChart, riskDimensions } from './accounts.ts';
import { RISK_ACTS, type RiskAct, type RiskFact } from './fact.ts';
import { type RiskLife, riskLife } from './timeline.ts';

/** A risk as lists show it. */
export interface RiskItem extends Omit<RiskLife, 'legs' | 'standings'> {
  readonly id: string;
  readonly findings: readonly Finding[];
}

/** The suggestion that a risk accepts is one of its names. */
export function riskItem({ names, known }: Subject<RiskFact>, zone: Zone): RiskItem {
  const facts = known.map(({ fact }) => fact);
  const { legs: _, standings, ...life } = riskLife(facts, zone);
  const ids = facts.flatMap(({ act, data }) => (act === 'dismissed' ? [] : [data.riskId])).sort();
  return {
    ...life,
    id: ids[0] ?? names[0]?.name ?? '',
    findings: standings.flatMap(({ findings }) => findings),
  };
}

// Of the kind of an act come data of that act: a correlation that the types cannot state of a list.
const eventOf = (act: RiskAct): BookEvent<RiskFact, RiskFact['data']> => ({
  kind: RISK_ACTS[act] as EventKind<RiskFact['data']>,
  subjectOf: (data) => ({
    name: data.riskId,
    aliases: 'suggestion' in data && data.suggestion !== undefined ? [data.suggestion] : NO_ALIASES,
  }),
  factOf: (recorded, { time, data }) =>
    ({ id: factId(recorded), recordedAt: recorded.recordedAt, time, act, data }) as RiskFact,
});

/** The register of risks (sổ rủi ro), one state and one review each. */
export const riskBook: Book<RiskFact, RiskItem> = {
  name: 'risk',
  number: 6,
  collection: 'risks',
  events: (Object.keys(RISK_ACTS) as RiskAct[]).map(eventOf),
  accounts: riskChart,
  dimensions: riskDimensions,
  // Risks have few facts each: stored as plain JSON.
  codec: { encode: (fact) => fact, decode: (stored) => stored as RiskFact },
  evaluate(known, zone) {
    const { legs, standings } = riskLife(
      known.map(({ fact }) => fact),
      zone,
    );
    return { legs, standings };
  },
  itemOf: (subject, _, zone) => riskItem(subject, zone),
  unitsIn: ({ data }) => ('unitId' in data ? [data.unitId] : []),
  withUnits: (fact, unitOf) =>
    'unitId' in fact.data
      ? ({ ...fact, data: { ...fact.data, unitId: unitOf(fact.data.unitId) } } as RiskFact)
      : fact,
  agencySeparator: '-',
};
