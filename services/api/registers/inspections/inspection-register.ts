import { inspectionActsNow } from '../../../../shared/books/inspection/acts-now.ts';
import { inspectionFact } from '../../../../shared/books/inspection/book.ts';
import { inspectionConcluded } from '../../../../shared/books/inspection/concluded.v1.ts';
import { INSPECTION_EVENTS, inspectionStream } from '../../../../shared/books/inspection/fields.ts';
import { inspectionFinding } from '../../../../shared/books/inspection/finding.v1.ts';
import { inspectionFindingClosed } from '../../../../shared/books/inspection/finding-closed.v1.ts';
import { inspectionPlanned } from '../../../../shared/books/inspection/planned.v1.ts';
import { type InspectionTimeline, inspectionTimeline } from '../../../../shared/books/inspection/timeline.ts';
import { inspectionVisited } from '../../../../shared/books/inspection/visited.v1.ts';
import type { When } from '../../../../shared/calendar/when.ts';
import { OWN_SOURCE } from '../../../../shared/contracts/stored-event.ts';
import { composed } from '../../../../shared/kernel/written-text.ts';
import type { Register } from '../register-desk.ts';

export const INSPECTION_ACTS = {
  planned: inspectionPlanned,
  visited: inspectionVisited,
  concluded: inspectionConcluded,
  found: inspectionFinding,
  mended: inspectionFindingClosed,
} as const;

/** An inspection as its stream has it now, also by what feeds state. */
export interface InspectionLife extends InspectionTimeline {
  /** What was stated here, by the ids that a correction names: the finding that it is about; null of what is about none. */
  readonly own: ReadonlyMap<string, string | null>;
}

/** When people say that something was stated: else it is now. */
interface Dated {
  readonly on?: When;
  readonly assertedAt?: When;
}

/** Inspections that people write here are the same events as those that feeds send: one book, one timeline. */
export const inspectionRegister: Register<typeof INSPECTION_ACTS, InspectionLife> = {
  name: 'inspection',
  collection: 'inspections',
  acts: INSPECTION_ACTS,
  streamOf: (id) => inspectionStream({ inspectionId: composed(id.trim()) }),
  mostEvents: INSPECTION_EVENTS,
  lifeOf(_, zone, recorded) {
    const stated = recorded.flatMap((event) => {
      const fact = inspectionFact(event);
      return fact ? [{ fact, metadata: event.metadata }] : [];
    });
    return {
      ...inspectionTimeline(
        stated.map(({ fact }) => fact),
        zone,
      ),
      own: new Map(
        stated
          .filter(({ metadata }) => metadata.source === OWN_SOURCE)
          .map(({ fact, metadata }) => [metadata.sourceId, 'finding' in fact ? fact.finding : null]),
      ),
    };
  },
  // No unit inspects itself.
  reach: 'below',
  unitOf: ({ inspection }) => inspection.dimensions.unit,
  stateOf: ({ inspection }) => (inspection.dimensions.kind === null ? undefined : inspection.side.account),
  actsNow: ({ inspection: { side, dimensions }, lines }) =>
    inspectionActsNow({ account: side.account, kind: dimensions.kind, allFindings: lines.length }),
  shared: {
    eventOf({ on, ...data }: Dated, at) {
      return { time: on ?? at, data: { ...data, assertedAt: at } };
    },
    statementIn: ({ on: _, assertedAt: __, ...statement }: Dated) => statement,
  },
};
