import type { ExtensionRule } from '../../shared/bookkeeping/extension-rule.ts';
import type { Zone } from '../../shared/calendar/zone.ts';
import type { Clock } from '../../shared/kernel/clock.ts';
import type { LedgerReader } from '../../shared/ledger/port.ts';
import type { Observatory } from '../../shared/measures/observatory.ts';
import type { PersonNames } from '../../shared/person-names/port.ts';
import type { Answers } from './answers.ts';
import type { EventReader } from './books/history.ts';
import type { Filters } from './filters.ts';
import type { StreamHub } from './stream-hub.ts';

/** The parts that the routes of the api use. */
export interface ApiContext {
  readonly ledger: LedgerReader;
  readonly events: EventReader;
  readonly observatory: Observatory;
  readonly zone: Zone;
  readonly extensionRule: ExtensionRule;
  readonly lateConclusionWorkingDays: number;
  readonly clock: Clock;
  readonly names: Pick<PersonNames, 'of'>;
  readonly filters: Filters;
  readonly answers: Answers;
  readonly hub: StreamHub;
}
