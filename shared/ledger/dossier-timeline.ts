import type { Zone } from '../calendar/zone.ts';
import type { Moment } from '../platform/clock.ts';
import type { DossierFact } from './dossier-fact.ts';
import type { Finding, Leg } from './leg.ts';

/** How one event of a dossier was used. */
export interface Classified {
  readonly fact: DossierFact;
  readonly use: 'applied' | 'no-change' | 'ignored' | 'replaced' | 'evidence';
}

export interface DossierTimeline {
  readonly legs: readonly Leg[];
  readonly findings: readonly Finding[];
  /** Every fact once, in the order in which the timeline took them. */
  readonly classified: readonly Classified[];
  readonly receivedAt: Moment | null;
  /** End of processing (kết thúc xử lý), never the hand-over. */
  readonly endedAt: Moment | null;
  /** As stated, not the moment it becomes overdue. */
  readonly dueAt: Moment | null;
  readonly originalDueAt: Moment | null;
  readonly limitUnit: 'days' | 'hours';
  readonly reversions: number;
}

export declare function dossierTimeline(facts: readonly DossierFact[], zone: Zone): DossierTimeline;
