import { hash } from 'node:crypto';
import type { Fault } from '../../../shared/contracts/fault.ts';
import type { FeedName } from '../../../shared/contracts/ids.ts';
import type { Moment } from '../../../shared/kernel/clock.ts';
import type { OpenLetters } from '../../../shared/measures/trust.ts';

/** A message that was refused, as it is handed over for keeping. */
export interface DeadLetterInput {
  readonly receivedAt: Moment;
  readonly origin: string;
  readonly raw: Uint8Array | string;
  readonly faults: readonly Fault[];
  /** As far as the message states it. */
  readonly feed?: FeedName;
  readonly source?: string;
  readonly type?: string;
  /** The event types that may be missing, where neither type nor feed is known; empty when any may be. */
  readonly doubted?: readonly string[];
}

/**
 * `open`: nothing was done yet. `resolved`: its content, perhaps repaired, has been recorded since. `dismissed`: a person has
 * decided that nothing of it is missing.
 */
export const DEAD_LETTER_STATES = ['open', 'resolved', 'dismissed'] as const;
export type DeadLetterState = (typeof DEAD_LETTER_STATES)[number];

export interface DeadLetter {
  readonly id: string;
  readonly receivedAt: Moment;
  readonly origin: string;
  readonly feed: FeedName | null;
  readonly source: string | null;
  readonly type: string | null;
  /** The message as it came, or its beginning when it was longer than the limit. */
  readonly raw: Uint8Array;
  /** How long it was, in bytes. */
  readonly size: number;
  readonly truncated: boolean;
  readonly faults: readonly Fault[];
  readonly state: DeadLetterState;
  /** How often it was tried again. */
  readonly attempts: number;
  /** Its content, and what its faults showed of it, was erased after its time. */
  readonly erased: boolean;
  /** When it was resolved or dismissed. */
  readonly closedAt: Moment | null;
  readonly dismissal: Dismissal | null;
}

/** The decision that nothing of a letter is missing: its author and reason. */
export interface Dismissal {
  readonly by: string;
  readonly reason: string;
}

/** What a list shows: all but the content. */
export type DeadLetterSummary = Omit<DeadLetter, 'raw'>;

export interface DeadLetterQuery {
  readonly state?: DeadLetterState;
  readonly type?: string;
  readonly source?: string;
  readonly limit: number;
  /** From the page before. */
  readonly cursor?: string;
}

export interface DeadLetterPage {
  readonly items: readonly DeadLetterSummary[];
  /** How many there are on all pages together. */
  readonly total: number;
  /** Absent on the last page. */
  readonly next?: string;
}

/**
 * Keeps messages that were refused: durable, deletable, apart from the event store, because they may hold
 * what must not be kept (an applicant's data). Every adapter passes `testing/contract-suite.ts`.
 * @throws StoreError from each call
 */
export interface DeadLetters {
  /**
   * Keeps messages, all or none; durable when it resolves. The same message from the same feed is kept once, however often
   * it comes.
   * @returns their ids, in the same order
   */
  keep(letters: readonly DeadLetterInput[]): Promise<readonly string[]>;
  /** Newest first. */
  list(query: DeadLetterQuery): Promise<DeadLetterPage>;
  get(id: string): Promise<DeadLetter | undefined>;
  /** Writes down how a new try of an open one went. @returns false when it is not open any more, and nothing was changed */
  tried(
    id: string,
    outcome: {
      readonly state: 'open' | 'resolved';
      readonly faults: readonly Fault[];
      readonly at: Moment;
    },
  ): Promise<boolean>;
  /** @returns false when it is not open any more, and nothing was changed */
  dismiss(id: string, dismissal: Dismissal & { readonly at: Moment }): Promise<boolean>;
  /** Deletes a closed one. @returns `open`: it is, and stays, since its doubt would go with it */
  delete(id: string): Promise<'deleted' | 'open' | 'not-found'>;
  /**
   * Deletes those that were closed before a moment, and erases the content of the open ones received before it: these stay, since
   * what they hold is still missing.
   */
  sweep(before: Moment): Promise<{ readonly deleted: number; readonly erased: number }>;
  /** The open ones. What this process did is in it; what another one did, within a second. */
  open(): Promise<readonly OpenLetters[]>;
  /** Remembers that events of these types come by this topic of a broker. */
  noteTypes(topic: string, types: readonly string[]): Promise<void>;
  /** The types that ever came by it. */
  typesOn(topic: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** The key of a message: the same bytes from the same feed are the same dead letter, so a batch tried again adds none. */
export function deadLetterId({
  source,
  origin,
  raw,
}: Pick<DeadLetterInput, 'source' | 'origin' | 'raw'>): string {
  const content = hash('sha256', raw, 'hex');
  return hash('sha256', `${source ?? origin}\n${content}`, 'hex').slice(0, 32);
}
