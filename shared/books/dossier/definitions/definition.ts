import type { Ruling } from '../../../bookkeeping/ruling.ts';
import type { DossierEnd, DossierMilestones, RuledDossier, Second } from '../milestones.ts';
import type { Words } from './rules.ts';

/** A window in seconds, and what else a definition rules by. */
export interface OnTimeBasis {
  /** Its first second. */
  readonly start: Second;
  /** The first second behind it, or behind the day of the answer while it runs: what comes later has not happened. */
  readonly over: Second;
  /** The moment of the answer, or the last one of the window. */
  readonly now: Second;
  /** The end that stands in for a missing one. */
  readonly openEnd: Second;
  /** The last second within the legal limit of a procedure, from a receipt on; null where none is declared. */
  readonly legalEnd: (procedure: string | null, received: Second) => Second | null;
}

/** A definition of "on time" (cách tính đúng hạn): which dossiers count in a window, and for or against what. */
export interface OnTimeDefinition {
  readonly name: string;
  readonly version: number;
  readonly title: Words;
  /** The law, system or publication that counts so. */
  readonly source: Words;
  /** What of it no public source confirms. */
  readonly unconfirmed: readonly Words[];
  /** The score that it makes of the share, out of so many; absent of most. */
  readonly scoreOutOf?: number;
  /** Pure. */
  readonly rulingOn: (dossier: RuledDossier, basis: OnTimeBasis) => Ruling;
}

/** How a dossier stands at the end of the window. */
export type StandingThen = DossierEnd | 'not-received';

export function standingThen(
  { end, closed, received }: DossierMilestones,
  { over }: OnTimeBasis,
): StandingThen {
  if (closed !== null && closed < over) return end;
  return received !== null && received < over ? 'open' : 'not-received';
}

/** Whether a moment is in the window. */
export const isIn = (moment: Second | null, { start, over }: OnTimeBasis): boolean =>
  moment !== null && start <= moment && moment < over;
