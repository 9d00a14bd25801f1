import type { Book, SubjectIds } from '../bookkeeping/book.ts';
import { type DomainEvent, fromStored } from '../contracts/event-kind.ts';
import { isOwnType } from '../contracts/own-types.ts';
import type { RecordedEvent } from '../contracts/stored-event.ts';
import type { Moment } from '../kernel/clock.ts';
import type { Agencies } from '../office/agencies.ts';
import { agencyIdMapped } from '../office/agency-id-mapped.v1.ts';
import type { Declared } from '../office/declared.ts';
import { feedDeclared } from '../office/feed-declared.v1.ts';
import type { PageToPost } from './port.ts';
import type { BookRegistry, Entry } from './registry.ts';

/** A parsed event of a type that the ledger folds, and the moment at which it became known. */
export type ParsedEvent = {
  readonly recorded: RecordedEvent;
  readonly event: DomainEvent;
  /** The greatest recordedAt up to the position of this event. */
  readonly knownAt: Moment;
} & Subjected;

/** The owner of an event, and what it is about. */
type Subjected =
  | { readonly entry: BookEntry; readonly subject: SubjectIds }
  | { readonly entry: OfficeEntry; readonly declared: Declared };

type BookEntry = Extract<Entry, { of: 'book' }>;
type OfficeEntry = Extract<Entry, { of: 'office' }>;
export type BookEvent = Extract<ParsedEvent, { entry: BookEntry }>;
export type OfficeEvent = Extract<ParsedEvent, { entry: OfficeEntry }>;

/** An event that could not be folded. The ledger sets it aside and continues with the next. */
export interface PoisonEvent {
  readonly recorded: Pick<RecordedEvent, 'position' | 'id' | 'stream' | 'type'>;
  readonly error: unknown;
}

export interface ParsedBatch {
  readonly events: readonly ParsedEvent[];
  readonly poison: readonly PoisonEvent[];
  /** The greatest recordedAt up to the end of the batch. */
  readonly knownAt: Moment;
}

/** @param knownAt the greatest recordedAt before the page. */
export function parseBatch(
  { events: recorded, setAside }: Pick<PageToPost, 'events' | 'setAside'>,
  knownAt: Moment,
  { entries }: BookRegistry,
): ParsedBatch {
  const events: ParsedEvent[] = [];
  const poison: PoisonEvent[] = [];
  let latest = knownAt;
  for (const each of recorded) {
    latest = Math.max(latest, each.recordedAt);
    const entry = entries.get(each.type);
    // The same store holds alerts and other events of this system.
    if (!entry && isOwnType(each.type)) continue;
    try {
      // No feed can send it, so a newer version wrote it: what it means for figures is unknown.
      if (!entry) throw new Error('this program does not know its type: a newer version wrote it');
      if (setAside !== undefined) throw new Error(setAside);
      const event = fromStored(entry.kind, each.data);
      events.push(parsed(each, entry, event, latest));
    } catch (error) {
      poison.push({ recorded: each, error });
    }
  }
  return { events, poison, knownAt: latest };
}

const parsed = (recorded: RecordedEvent, entry: Entry, event: DomainEvent, knownAt: Moment): ParsedEvent =>
  entry.of === 'book'
    ? { recorded, event, knownAt, entry, subject: entry.event.subjectOf(event.data) }
    : { recorded, event, knownAt, entry, declared: entry.event.declaredBy(event.data, knownAt) };

export const isOfBook = (parsed: ParsedEvent): parsed is BookEvent => parsed.entry.of === 'book';

/**
 * Splits the events into runs: those that change what facts are read by, and became known at one moment (rows of the table of agency
 * identifiers, feeds), or other events. The subjects that such an event concerns are evaluated anew after it, so these are folded apart.
 */
export function* runsOf(
  events: readonly ParsedEvent[],
): Generator<{ readonly revises: boolean; readonly events: readonly ParsedEvent[] }> {
  const revises = (one: ParsedEvent | undefined) => {
    const kind = one?.entry.kind;
    return kind === agencyIdMapped || kind === feedDeclared;
  };
  let start = 0;
  for (let end = 1; end <= events.length; end += 1) {
    const [first, next] = [events[start], events[end]];
    const isSameKind = revises(first) === revises(next);
    const goesOn = next && isSameKind && (!revises(first) || first?.knownAt === next.knownAt);
    if (goesOn) continue;
    yield { revises: revises(first), events: events.slice(start, end) };
    start = end;
  }
}

/** Ids of subjects, by book. */
export type NamesByBook = ReadonlyMap<Book, ReadonlySet<string>>;

/** Ids of the subjects that a batch names or links: they must be loaded before the fold. */
export function namesIn(events: readonly ParsedEvent[], agencies: Agencies): NamesByBook {
  const names = new Map<Book, Set<string>>();
  for (const { entry, subject } of events.filter(isOfBook)) {
    const known = names.get(entry.book) ?? new Set();
    names.set(entry.book, known);
    const { name, aliases } = subject;
    known.add(name);
    for (const alias of aliases) known.add(alias);
  }
  if (agencies.isEmpty) return names;
  return new Map([...names].map(([book, ids]) => [book, new Set(agencies.namesOf([...ids]))]));
}
