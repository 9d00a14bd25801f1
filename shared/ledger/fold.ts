import {
  type BookEffects,
  type BookRules,
  foldStep,
  type JournalEntry,
  type Statement,
} from '../bookkeeping/fold-step.ts';
import type { Evaluation, KnownFact, Subject } from '../bookkeeping/subject.ts';
import { evaluateDocument, exchangeFact, registerFact } from '../books/document/book.ts';
import type { DocumentFact } from '../books/document/fact.ts';
import { dossierFact, evaluateDossier } from '../books/dossier/book.ts';
import type { DossierFact } from '../books/dossier/fact.ts';
import type { When } from '../calendar/when.ts';
import type { Zone } from '../calendar/zone.ts';
import { agencyIn, isThreeGroups } from '../contracts/agency-in-id.ts';
import type { FeedName, UnitId } from '../contracts/ids.ts';
import type { Position, RecordedEvent } from '../event-store/port.ts';
import type { Moment } from '../kernel/clock.ts';
import { agenciesInDocument, agenciesInDossier, withoutSuffix } from '../office/agencies.ts';
import type { CalendarRecord, Declared, DeclaredRow } from '../office/declared.ts';
import type { DeclaredMemory } from '../office/declared-memory.ts';
import { agencyRecord, calendarRecord, orderOf, unitRecord } from '../office/records.ts';
import type { ParsedEvent, PoisonEvent } from './fold-events.ts';
import type { Book } from './port.ts';

export interface FoldRules {
  readonly zone: Zone;
  /** When the grace of a document issued at that moment ends, by the calendar days as they stand. A list never changes. */
  readonly graceUntil: (issuedAt: When, declared: readonly CalendarRecord[]) => Moment;
}

/** What the ledger holds that a batch builds on; the fold brings it up to date. */
export interface FoldMemory {
  /** By every id that the batch names. */
  readonly dossiers: Map<string, Subject<DossierFact>>;
  readonly documents: Map<string, Subject<DocumentFact>>;
  readonly declared: DeclaredMemory;
  readonly allocateSubject: () => number;
}

/** What a batch adds to what is known of a feed. */
export interface FeedDelta {
  readonly rank: number;
  readonly types: ReadonlySet<string>;
  readonly events: number;
  readonly firstRecordedAt: Moment;
  readonly lastRecordedAt: Moment;
}

/** All that one batch does to the ledger; an adapter stores it in one transaction. */
export interface FoldEffects {
  readonly entries: JournalEntry[];
  readonly dossiers: BookEffects<DossierFact>;
  readonly documents: BookEffects<DocumentFact>;
  /** Rows that are new or whose order has risen, by version. */
  readonly declared: Map<number, DeclaredRow>;
  readonly feeds: Map<FeedName, FeedDelta>;
  readonly poison: PoisonEvent[];
  /** Identifiers in three groups that the batch names, with the moment since when. */
  readonly seenAgencies: Map<UnitId, Moment>;
  /** Since when the batch knows anything of a book. */
  readonly knownSince: { [Each in Book]?: Moment };
}

interface Timed {
  readonly time: When;
  readonly data: { readonly assertedAt?: When | undefined };
}

/** One for all: millions of facts have none. */
const NO_ALIASES: readonly never[] = [];

/**
 * Folds a batch of events, given in order of position. Pure but for `memory`. After rows of the table of agency identifiers
 * {@link revise} must follow, before any other event is folded.
 */
export function foldBatch(events: readonly ParsedEvent[], memory: FoldMemory, rules: FoldRules): FoldEffects {
  const effects = nothing();
  const { dossierRules, documentRules } = rulesFor(effects, memory, rules);

  const declare = (declared: Declared, recorded: RecordedEvent, { time, data }: Timed) => {
    const outcome = memory.declared.take(declared, orderOf(recorded, time, data, rules.zone));
    if (outcome.kind === 'repeated') return;
    if (outcome.kind !== 'outdone') effects.declared.set(outcome.row.version, outcome.row);
    countForFeed(effects.feeds, recorded);
  };

  for (const step of stepsOf(events)) {
    const dossiers: Statement<DossierFact>[] = [];
    const documents: Statement<DocumentFact>[] = [];
    for (const { recorded, event, knownAt } of step) {
      switch (event.type) {
        case 'dossier.status.v1': {
          const { dossierId: name, aliases = NO_ALIASES } = event.data;
          const fact = dossierFact(recorded, event.time, event.data);
          dossiers.push({ fact, name, aliases, knownAt, event: recorded });
          break;
        }
        case 'document.registered.v1': {
          const { documentId: name, aliases = NO_ALIASES, issuedAt } = event.data;
          const grace = rules.graceUntil(issuedAt, memory.declared.calendarDays);
          const fact = registerFact(recorded, event.time, event.data, grace);
          documents.push({ fact, name, aliases, knownAt, event: recorded });
          break;
        }
        case 'document.exchange.v1': {
          const fact = exchangeFact(recorded, event.time, event.data);
          documents.push({
            fact,
            name: event.data.documentId,
            aliases: NO_ALIASES,
            knownAt,
            event: recorded,
          });
          break;
        }
        case 'unit.declared.v1':
          declare({ kind: 'unit', record: unitRecord(event.data, knownAt) }, recorded, event);
          break;
        case 'calendar.day-declared.v1':
          declare({ kind: 'calendar-day', record: calendarRecord(event.data, knownAt) }, recorded, event);
          break;
        case 'agency-id.mapped.v1':
          declare({ kind: 'agency', record: agencyRecord(event.data, knownAt) }, recorded, event);
          break;
      }
    }
    see(dossiers, agenciesInDossier, effects.seenAgencies);
    see(documents, agenciesInDocument, effects.seenAgencies);
    if (dossiers[0]) effects.knownSince.dossier ??= dossiers[0].knownAt;
    if (documents[0]) effects.knownSince.document ??= documents[0].knownAt;
    foldStep(dossiers, memory.dossiers, dossierRules, effects.dossiers);
    foldStep(documents, memory.documents, documentRules, effects.documents);
  }
  return effects;
}

/** What is evaluated anew when the table of agency identifiers has changed. */
export interface Concerned {
  readonly dossiers: readonly Subject<DossierFact>[];
  readonly documents: readonly Subject<DocumentFact>[];
  /** Of the row. */
  readonly position: Position;
  readonly knownAt: Moment;
}

/** Evaluates subjects by the table as it stands now, and joins those that have become one. */
export function revise(
  { dossiers, documents, ...known }: Concerned,
  memory: FoldMemory,
  rules: FoldRules,
): FoldEffects {
  const effects = nothing();
  const { dossierRules, documentRules } = rulesFor(effects, memory, rules);
  foldStep([], memory.dossiers, dossierRules, effects.dossiers, { subjects: dossiers, ...known });
  foldStep([], memory.documents, documentRules, effects.documents, { subjects: documents, ...known });
  return effects;
}

function nothing(): FoldEffects {
  const entries: JournalEntry[] = [];
  return {
    entries,
    dossiers: { entries, changed: new Map(), absorbed: new Map() },
    documents: { entries, changed: new Map(), absorbed: new Map() },
    declared: new Map(),
    feeds: new Map(),
    poison: [],
    seenAgencies: new Map(),
    knownSince: {},
  };
}

function rulesFor(effects: FoldEffects, { declared, allocateSubject }: FoldMemory, { zone }: FoldRules) {
  const { agencies } = declared;
  const bookRules = <Fact>(evaluate: (known: readonly KnownFact<Fact>[]) => Evaluation): BookRules<Fact> => ({
    evaluate,
    namesOf: agencies.isEmpty ? undefined : (ids) => agencies.namesOf(ids),
    allocate: allocateSubject,
    onAdded: ({ event }) => countForFeed(effects.feeds, event),
    onPoison: ({ event }, error) => effects.poison.push({ recorded: event, error }),
  });
  return {
    dossierRules: bookRules<DossierFact>((known) => evaluateDossier(agencies.ofDossier(known), zone)),
    documentRules: bookRules<DocumentFact>((known) => evaluateDocument(agencies.ofDocument(known), zone)),
  };
}

/** Notes the identifiers of which no rule says which unit they are. */
function see<Fact>(
  statements: readonly Statement<Fact>[],
  agenciesIn: (fact: Fact) => readonly UnitId[],
  seen: Map<UnitId, Moment>,
): void {
  for (const { name, fact, knownAt } of statements) {
    const ofName = isDigit(name) ? agencyIn(name) : undefined;
    for (const each of ofName === undefined ? agenciesIn(fact) : [ofName, ...agenciesIn(fact)]) {
      if (!isDigit(each)) continue;
      const id = withoutSuffix(each);
      if (isThreeGroups(id) && !seen.has(id)) seen.set(id, knownAt);
    }
  }
}

/** They begin with one, hardly any other does, and to see that costs nothing. */
const isDigit = (id: string): boolean => id.charCodeAt(0) <= 0x39;

/** Runs of events that became known at the same moment: nobody could ever ask for the state between them. */
function* stepsOf(events: readonly ParsedEvent[]): Generator<readonly ParsedEvent[]> {
  let start = 0;
  for (let end = 1; end <= events.length; end += 1) {
    if (events[end]?.knownAt === events[start]?.knownAt && end < events.length) continue;
    yield events.slice(start, end);
    start = end;
  }
}

function countForFeed(feeds: Map<FeedName, FeedDelta>, event: RecordedEvent): void {
  const { feed, rank } = event.metadata;
  const before = feeds.get(feed);
  const { recordedAt } = event;
  feeds.set(feed, {
    rank,
    types: before?.types.has(event.type) ? before.types : new Set([...(before?.types ?? []), event.type]),
    events: (before?.events ?? 0) + 1,
    firstRecordedAt: Math.min(before?.firstRecordedAt ?? recordedAt, recordedAt),
    lastRecordedAt: Math.max(before?.lastRecordedAt ?? recordedAt, recordedAt),
  });
}
