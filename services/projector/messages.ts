import type { ExtensionRule } from '../../shared/bookkeeping/extension-rule.ts';
import type { Holiday } from '../../shared/calendar/holidays.ts';
import type { OfficeHours } from '../../shared/calendar/working-calendar.ts';
import type { Position } from '../../shared/contracts/stored-event.ts';
import type { Checkpoint } from '../../shared/ledger/port.ts';
import type { RebuildOutcome } from '../../shared/ledger/rebuild.ts';
import type { TracingOptions } from '../../shared/platform/tracing.ts';
import type { PostedPage, Retried } from './projection.ts';

/** What the projector's threads are given at their start; plain data, since it crosses threads. */
export interface ProjectorSettings {
  /** An existing event store file. */
  readonly eventsPath: string;
  /** Made when there is none. */
  readonly ledgerPath: string;
  /** IANA name of the office's time zone. */
  readonly zone: string;
  readonly holidays: readonly Holiday[];
  readonly hours: OfficeHours;
  readonly extensionRule: ExtensionRule;
  /** URL of the module that exports the registry of books as `books`. */
  readonly books: string;
}

export interface FollowTask {
  readonly settings: ProjectorSettings;
  readonly tracing: TracingOptions;
}

export interface RebuildTask {
  readonly settings: ProjectorSettings;
  /** File of the ledger to build. */
  readonly target: string;
}

export type ToFollower =
  | { readonly kind: 'stop' }
  /** Put the finished ledger in this file in force. */
  | { readonly kind: 'adopt'; readonly target: string };

export type FromFollower =
  /** The first message, before anything is posted. */
  | { readonly kind: 'started'; readonly checkpoint: Checkpoint }
  | { readonly kind: 'posted'; readonly page: PostedPage }
  /** Events that were set aside were tried again. */
  | ({ readonly kind: 'retried' } & Retried)
  | { readonly kind: 'adopted'; readonly checkpoint: Checkpoint };

export type ToRebuilder = { readonly kind: 'stop' };

export type FromRebuilder =
  | { readonly kind: 'progress'; readonly position: Position; readonly head: Position }
  | { readonly kind: 'ended'; readonly outcome: RebuildOutcome };
