import type { Book, BookFact } from '../../bookkeeping/book.ts';
import type { ChangedSubject, JournalEntry } from '../../bookkeeping/fold-step.ts';
import type { Side } from '../../bookkeeping/leg.ts';
import type { Standing, Subject } from '../../bookkeeping/subject.ts';
import type { EventId, FeedName, StreamName } from '../../contracts/ids.ts';
import type { Position } from '../../contracts/stored-event.ts';
import type { Link, StoreId } from '../../event-store/chain.ts';
import type { Moment } from '../../kernel/clock.ts';
import { errorText } from '../../kernel/error-text.ts';
import type { Declared, DeclaredRow } from '../../office/declared.ts';
import type { PoisonEvent } from '../fold-events.ts';
import type { Checkpoint, CutStream, LedgerWriter, Poison } from '../port.ts';
import type { SourceRecord } from '../source-counts.ts';
import { codesOf, orZero, timingCode } from './codes.ts';
import { milestonesText } from './milestones-codec.ts';
import type { Row } from './queries.ts';
import { LAST_DAY } from './stock-days.ts';

/** The only row of the table `checkpoint`. */
export interface StoredCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly nextSubject: number;
}

export function storedCheckpoint(row: Row | undefined): StoredCheckpoint {
  if (!row) throw new Error('The ledger has no checkpoint');
  return {
    checkpoint: {
      position: Number(row.position) as Position,
      knownAt: Number(row.known_at) as Moment,
      entry: Number(row.entry),
      office: Number(row.office),
      generation: String(row.generation),
      ...(row.store != null && {
        chain: { store: String(row.store) as StoreId, link: String(row.link) as Link },
      }),
    },
    nextSubject: Number(row.next_subject),
  };
}

/** The checkpoint after a page; events that are folded again leave the position, and so the chain, as they were. */
export function chainAfter(
  { position, chain }: Parameters<LedgerWriter['post']>[0],
  before: Checkpoint,
): Pick<Checkpoint, 'chain'> {
  const now = chain ?? (position === before.position ? before.chain : undefined);
  return now ? { chain: { store: now.store, link: now.link } } : {};
}

/** The columns `store` and `link` of `checkpoint`. */
export const chainColumns = ({ chain }: Checkpoint) => [chain?.store ?? null, chain?.link ?? null] as const;

/** The columns of `journal`, in order. @param leaf number of the leg's dimensions */
export const journalRow = (entry: number, posting: JournalEntry, leaf: number): number[] => {
  const { book, position, knownAt, subject, sign, leg } = posting;
  return [
    ...[entry, position, knownAt, subject, sign, leg.day, leaf],
    ...sideColumns(book, leg.from),
    ...sideColumns(book, leg.to),
  ];
};

const sideColumns = (book: Book, { account, due, dueOriginal, original }: Side): number[] => [
  codesOf(book).code(account),
  orZero(due),
  orZero(dueOriginal),
  timingCode(original),
];

/** Sorts open amounts without a due date after all others. */
export const NEVER_DUE = Number.MAX_SAFE_INTEGER;

/** The columns of `standing` that follow from the facts, behind its key. */
export const STANDING_COLUMNS = [
  ...['account', 'due', 'due_original', 'original', 'sort'],
  ...['first_day', 'last_day', 'milestones'],
] as const;

/** In the order of {@link STANDING_COLUMNS}. What no definition rules on has the days 0, and no milestones. */
export function standingColumns(book: Book, standing: Standing): (number | string | null)[] {
  const { side, milestones } = standing;
  return [
    ...sideColumns(book, side),
    sortOf(book, standing),
    ...(milestones
      ? [milestones.first, milestones.last ?? LAST_DAY, milestonesText(milestones.values)]
      : [0, 0, null]),
  ];
}

/** The columns of `finding` that follow from the facts. */
export const FINDING_COLUMNS = ['code', 'account', 'sort'] as const;

/** In the order of {@link FINDING_COLUMNS}; each code once. */
export function findingColumns(book: Book, standing: Standing): [string, number, number][] {
  const { side, findings } = standing;
  if (findings.length === 0) return [];
  const account = codesOf(book).code(side.account);
  const sort = sortOf(book, standing);
  return [...new Set(findings.map(({ code }) => code))].map((code) => [code, account, sort]);
}

/** The due of open accounts, the day of entry of the others. */
function sortOf(book: Book, { side, day }: Standing): number {
  const codes = codesOf(book);
  return codes.isOpen(codes.code(side.account)) ? orZero(side.due) || NEVER_DUE : orZero(day);
}

/** The standings to remove from the tables and to add to them; `all` when whatever the tables hold is to be removed. */
export interface StandingChanges {
  readonly removed: 'all' | readonly Standing[];
  readonly added: readonly Standing[];
}

/** Of a long subject, those that have changed; of any other all, since that costs less than comparing them. */
export function standingChanges<Fact>({
  subject: { long },
  evaluation,
}: ChangedSubject<Fact>): StandingChanges {
  const unstored = long?.unstored;
  if (!unstored) return { removed: 'all', added: evaluation.standings };
  return {
    removed: [...unstored.standings.values()].filter((before) => before !== undefined),
    added: [...unstored.standings.keys()].flatMap((place) => evaluation.standings[place] ?? []),
  };
}

/** The columns of `declared`, in order. */
export const declaredColumns = ({ version, order, declared: { kind, record } }: DeclaredRow) =>
  [version, kind, record.knownAt, JSON.stringify(record), order.time, order.assertedAt, order.event] as const;

export const declaredRow = (row: Row): DeclaredRow => ({
  version: Number(row.version),
  declared: { kind: String(row.kind), record: JSON.parse(String(row.record)) } as Declared,
  order: {
    time: Number(row.time) as Moment,
    assertedAt: Number(row.asserted_at) as Moment,
    event: String(row.event) as EventId,
  },
});

/** The columns of `source`, in order, for one batch. @param position the last position of the batch */
export const sourceColumns = (record: SourceRecord, position: Position) =>
  [
    ...[record.source, record.feed, record.rank, record.type],
    ...[record.events, record.firstRecordedAt, record.lastRecordedAt, position],
  ] as const;

/** The columns of `cut`, in order. */
export const cutColumns = ({ stream, type, position, lost }: CutStream) =>
  [stream, type, position, lost] as const;
export const sourceRow = (row: Row): SourceRecord => ({
  source: String(row.source),
  feed: String(row.feed) as FeedName,
  rank: Number(row.rank),
  type: String(row.type),
  events: Number(row.events),
  firstRecordedAt: Number(row.first_recorded_at),
  lastRecordedAt: Number(row.last_recorded_at),
});

/** Which sources a subject is kept under: those of a subject of more than one origin, in books where ranks decide. */
export const sourcesKept = <Fact extends BookFact>(
  { withRank }: Book<Fact>,
  { origins }: Subject<Fact>,
): ReadonlySet<string> =>
  withRank !== undefined && origins.length > 1 ? new Set(origins.map(({ source }) => source)) : NO_SOURCES;

const NO_SOURCES: ReadonlySet<string> = new Set();

/** The columns of `poison`, in order. */
export const poisonColumns = ({ position, event, stream, type, error }: Poison) =>
  [position, event, stream, type, error] as const;

export const poisonRow = (row: Row): Poison => ({
  position: Number(row.position) as Position,
  event: String(row.event) as EventId,
  stream: String(row.stream) as StreamName,
  type: String(row.type),
  error: String(row.error),
});

export function poisonOf({ recorded, error }: PoisonEvent): Poison {
  const { position, id, stream, type } = recorded;
  return { position, event: id, stream, type, error: errorText(error) };
}
