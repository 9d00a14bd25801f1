import type { Book, BookEvent, BookItem } from '../../../shared/bookkeeping/book.ts';
import { factId } from '../../../shared/bookkeeping/fact-id.ts';
import { type Leg, type Side, sideIn } from '../../../shared/bookkeeping/leg.ts';
import type { KnownFact } from '../../../shared/bookkeeping/subject.ts';
import { dayOf, lastMomentOf, type When } from '../../../shared/calendar/when.ts';
import type { Zone } from '../../../shared/calendar/zone.ts';
import type { EventId, UnitId } from '../../../shared/contracts/ids.ts';
import { type DrillConcludedV1, type DrillPlannedV1, drillConcluded, drillPlanned } from './contracts.ts';

type DrillFact =
  | {
      readonly kind: 'planned';
      readonly id: EventId;
      readonly unit: UnitId;
      readonly topic: string;
      readonly since: When;
      readonly at: When;
    }
  | { readonly kind: 'concluded'; readonly id: EventId; readonly at: When; readonly result: string };

export interface Drill extends BookItem {
  readonly id: string;
  readonly account: string;
  readonly unit: UnitId | null;
  readonly topic: string | null;
}

const planned: BookEvent<DrillFact, DrillPlannedV1> = {
  kind: drillPlanned,
  subjectOf: ({ drillId }) => ({ name: drillId, aliases: [] }),
  factOf: (recorded, { time, data: { unitId, topic, plannedFor } }) => ({
    kind: 'planned',
    id: factId(recorded),
    unit: unitId,
    topic,
    since: time,
    at: plannedFor,
  }),
};
const concluded: BookEvent<DrillFact, DrillConcludedV1> = {
  kind: drillConcluded,
  subjectOf: ({ drillId }) => ({ name: drillId, aliases: [] }),
  factOf: (recorded, { data: { concludedAt, result } }) => ({
    kind: 'concluded',
    id: factId(recorded),
    at: concludedAt,
    result,
  }),
};

/** The first plan and the first conclusion decide, by id: whichever came first. */
function lifeOf(known: readonly KnownFact<DrillFact>[], zone: Zone) {
  const facts = known.map(({ fact }) => fact).sort((a, b) => (a.id < b.id ? -1 : 1));
  const plan = facts.find((fact) => fact.kind === 'planned');
  const end = facts.find((fact) => fact.kind === 'concluded');
  const dimensions = { unit: plan?.unit ?? null, topic: plan?.topic ?? null };
  const legs: Leg[] = [];
  let at = sideIn('unplanned');
  const move = (to: Side, day: Leg['day']) => {
    legs.push({ day, from: at, to, dimensions });
    at = to;
  };
  if (plan) move(sideIn('open', lastMomentOf(plan.at, zone) + 1), dayOf(plan.since, zone));
  if (plan && end) move(sideIn(end.result), dayOf(end.at, zone));
  return { legs, dimensions, standing: at };
}

/** A book that only tests keep: planned drills of units, by topic, and their conclusions. */
export const drillBook: Book<DrillFact, Drill> = {
  name: 'drill',
  number: 400,
  collection: 'drills',
  events: [planned, concluded],
  accounts: {
    names: ['unplanned', 'open', 'in-order', 'faulty'],
    source: 'unplanned',
    neverReceived: [],
    open: ['open'],
  },
  dimensions: { by: ['unit', 'topic'], sums: [[], ['unit'], ['unit', 'topic']] },
  codec: { encode: (fact) => fact, decode: (stored) => stored as DrillFact },
  evaluate(known, zone) {
    const { legs, dimensions, standing } = lifeOf(known, zone);
    return {
      legs,
      standings: [{ dimensions, side: standing, day: legs.at(-1)?.day ?? null, findings: [] }],
    };
  },
  itemOf({ names, known }, { account }, zone) {
    const { dimensions } = lifeOf(known, zone);
    return { id: names[0]?.name ?? '', account, ...dimensions, findings: [] };
  },
  unitsIn: (fact) => (fact.kind === 'planned' ? [fact.unit] : []),
  withUnits: (fact, unitOf) => (fact.kind === 'planned' ? { ...fact, unit: unitOf(fact.unit) } : fact),
  agencySeparator: '-',
};
