import type { Milestones, StandingMilestones } from '../../bookkeeping/ruling.ts';
import { afterDay, firstMomentOf, lastMomentOf } from '../../calendar/when.ts';
import type { Zone } from '../../calendar/zone.ts';
import type { Moment } from '../../kernel/clock.ts';
import type { DueDate } from './due-date.ts';
import type { DossierPath, Phase } from './path.ts';
import type { Pauses } from './pauses.ts';

/** The phases of a dossier that definitions tell apart. The index is the number in storage: append only. */
const ENDS = ['open', 'settled', 'withdrawn', 'refused-at-intake'] as const;
export type DossierEnd = (typeof ENDS)[number];

/** Whole seconds since 1970. */
export type Second = number;

/** What a definition knows of one dossier. A day without an hour is its first second, of a due date its last. */
export interface DossierMilestones {
  readonly end: DossierEnd;
  readonly received: Second | null;
  /** When it was settled, withdrawn or refused at intake, on whose day the measure counts it. */
  readonly closed: Second | null;
  /** End of processing (kết thúc xử lý); null while open and when no end is credible. */
  readonly finished: Second | null;
  /** The due date as lawfully changed, and the first second after its day. */
  readonly due: Second | null;
  readonly dueDayOver: Second | null;
  /** The first second at which it counts as overdue, by the unit of its limit. */
  readonly overdueFrom: Second | null;
  /** The result was handed over (trả kết quả). */
  readonly handedOver: Second | null;
  /** The applicant was first asked to supply more, and did; and was asked again. */
  readonly asked: Second | null;
  readonly supplied: Second | null;
  readonly askedAgain: Second | null;
  /** Processing was stopped (dừng xử lý), and goes on no more. */
  readonly stopped: Second | null;
}

/** In the order of storage. Undefined of a dossier that was neither received nor refused. */
export function milestonesOf(
  path: DossierPath,
  current: DueDate,
  pauses: Pauses,
  zone: Zone,
): StandingMilestones | undefined {
  const [first] = path.steps;
  const { last } = path;
  if (!first || !last) return undefined;
  const end = endOf(path.phase);
  const closed = end === 'open' ? null : last.at;
  const received = end === 'refused-at-intake' ? null : first.at;
  const finished = last.end === null ? null : firstMomentOf(last.end, zone);
  const { asked, supplied, askedAgain, stopped, handedOver } = pauses;
  const due = dueMoments(current, zone);
  // To definitions that know ends by their dates it is open for ever.
  const isWithoutEnd = end === 'settled' && finished === null && handedOver === null;
  const moments = [received, closed, finished, due.last, handedOver].filter((one) => one !== null);
  return {
    first: zone.dayOf(Math.min(...moments)),
    last: closed === null || isWithoutEnd ? null : zone.dayOf(Math.max(...moments)),
    values: [
      ENDS.indexOf(end),
      ...[received, closed, finished, due.last, due.dayOver, due.overdueFrom].map(secondOf),
      ...[handedOver, asked, supplied, askedAgain, end === 'open' ? stopped : null].map(secondOf),
    ],
  };
}

/** A dossier, as definitions rule on it. */
export interface RuledDossier extends DossierMilestones {
  readonly procedure: string | null;
}

export function ruledDossier(values: Milestones, procedure: string | null): RuledDossier {
  const at = (index: number): Second | null => values[index] ?? null;
  return {
    procedure,
    end: ENDS[values[0] ?? 0] ?? 'open',
    received: at(1),
    closed: at(2),
    finished: at(3),
    due: at(4),
    dueDayOver: at(5),
    overdueFrom: at(6),
    handedOver: at(7),
    asked: at(8),
    supplied: at(9),
    askedAgain: at(10),
    stopped: at(11),
  };
}

function endOf(phase: Phase): DossierEnd {
  switch (phase) {
    case 'settled':
    case 'withdrawn':
    case 'refused-at-intake':
      return phase;
    case 'outside':
    case 'in-progress':
    case 'paused':
      return 'open';
  }
}

function dueMoments({ at, overdueFrom }: DueDate, zone: Zone) {
  if (at === null) return { last: null, dayOver: null, overdueFrom: null };
  return { last: lastMomentOf(at, zone), dayOver: afterDay(at, zone), overdueFrom };
}

const secondOf = (moment: Moment | null): Second | null =>
  moment === null ? null : Math.floor(moment / 1_000);
