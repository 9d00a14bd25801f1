import type { BalanceQuery, Knowledge } from '../../bookkeeping/balance.ts';
import type { ChartOfAccounts } from '../../bookkeeping/book.ts';
import { DEFAULT_EXTENSION_RULE } from '../../bookkeeping/extension-rule.ts';
import { allIn } from '../../bookkeeping/selection.ts';
import { documentChart } from '../../books/document/accounts.ts';
import { documentBook } from '../../books/document/book.ts';
import { documentSummary } from '../../books/document/summary.ts';
import { dossierChart } from '../../books/dossier/accounts.ts';
import { dossierBook } from '../../books/dossier/book.ts';
import { dossierSummary } from '../../books/dossier/summary.ts';
import { books } from '../../books/registry.ts';
import { workingCalendar } from '../../calendar/working-calendar.ts';
import { type LocalDay, parseDay, parseMoment, zoneOf } from '../../calendar/zone.ts';
import { type DomainEvent, toStored } from '../../contracts/event-kind.ts';
import { eventId, feedName, streamName } from '../../contracts/ids.ts';
import type { Position, RecordedEvent } from '../../contracts/stored-event.ts';
import type { Moment } from '../../kernel/clock.ts';
import type { FoldRules } from '../fold.ts';
import type { LedgerReader, LedgerSnapshot, LedgerWriter } from '../port.ts';
import type { LedgerTable } from '../sql/queries.ts';

/** The functions that an adapter provides to the contract suite. */
export interface LedgerUnderTest {
  openWriter(rules: FoldRules): Promise<LedgerWriter>;
  openReader(): Promise<LedgerReader>;
  /** Makes writes of one kind fail within a transaction. @param point any number; it selects the kind @returns a function that ends the failures */
  breakWrites(point: number): Promise<() => Promise<void>>;
  /** Closes and removes everything that the harness opened. */
  remove(): Promise<void>;
}
const WRITTEN = [
  'journal',
  'balance',
  'subject',
  'name',
  'standing',
  'finding',
  'source',
  'subject_source',
  'checkpoint',
  'dimensions',
] as const satisfies readonly LedgerTable[];

/** One of the tables that the folding of an event writes to. @param point any number; it selects the table */
export const writtenTable = (point: number): LedgerTable => WRITTEN[point % WRITTEN.length] ?? WRITTEN[0];

/** Creates an empty ledger. */
export type LedgerFactory = () => Promise<LedgerUnderTest>;

export const ZONE = zoneOf('Asia/Ho_Chi_Minh');
export const SOURCE = 'one-stop';

const CALENDAR = workingCalendar({ zone: ZONE, holidays: [] });

/** Working time by the clock, plus one day for each calendar day declared: enough to see which calendar was used. Subjects are long from the third fact on, and fill a page with
 * two facts. */
export const RULES: FoldRules = {
  books,
  zone: ZONE,
  extensionRule: DEFAULT_EXTENSION_RULE,
  long: 3,
  page: 2,
  officeBy: ({ length }) => ({
    zone: ZONE,
    extensionRule: DEFAULT_EXTENSION_RULE,
    calendar: {
      ...CALENDAR,
      addWorkingTime: (moment, duration) => moment + duration + length * 86_400_000,
    },
  }),
};

/** A moment from text without a zone: office time. */
export function at(text: string): Moment {
  const moment = parseMoment(text, ZONE);
  if (moment === undefined) throw new RangeError(`Not a moment: ${text}`);
  return moment;
}

export function day(text: string): LocalDay {
  const parsed = parseDay(text);
  if (parsed === undefined) throw new RangeError(`Not a day: ${text}`);
  return parsed;
}

/** An event without a position and a revision. */
export type Unplaced = Omit<RecordedEvent, 'position' | 'revision'>;

/** @param id CloudEvents id at the source */
export function unplaced(
  event: DomainEvent,
  id: string,
  recordedAt: Moment,
  rank = 1,
  source = SOURCE,
): Unplaced {
  const kind = books.entries.get(event.type)?.kind;
  if (!kind) throw new RangeError(`No such type of event: ${event.type}`);
  return {
    id: eventId(source, id),
    stream: kind.streamOf(event.data),
    type: event.type,
    data: toStored(kind, event),
    metadata: { source, sourceId: id, feed: feedName(source), rank },
    recordedAt,
  };
}

/** An event of a type that the ledger does not fold. */
export const foreign = (recordedAt: Moment): Unplaced => ({
  id: eventId('alerter', String(recordedAt)),
  stream: streamName('alert-x'),
  type: 'alert.transitioned.v1',
  data: '{}',
  metadata: { source: 'alerter', sourceId: String(recordedAt), feed: feedName('alerter'), rank: 1 },
  recordedAt,
});

/** Assigns positions, from 1 on, and revisions, from 0 on in each stream. */
export function placed(events: readonly Unplaced[], first = 1): RecordedEvent[] {
  const next = new Map<string, number>();
  return events.map((event, index) => {
    const revision = next.get(event.stream) ?? 0;
    next.set(event.stream, revision + 1);
    return { ...event, revision, position: (first + index) as Position };
  });
}

/** Posts events as the next page of the writer. */
export async function post(writer: LedgerWriter, events: readonly Unplaced[]) {
  const page = placed(events, writer.checkpoint.position + 1);
  const position = page.at(-1)?.position ?? writer.checkpoint.position;
  return writer.post({ events: page, position });
}

/** Posts events page by page. */
export async function postPages(
  writer: LedgerWriter,
  events: readonly Unplaced[],
  size: number,
): Promise<void> {
  for (let start = 0; start < events.length; start += size)
    await post(writer, events.slice(start, start + size));
}

export const ALL_DAYS = { from: day('1990-01-01'), to: day('2099-12-31') };

const postedTo = ({ names, source }: ChartOfAccounts) => allIn(...names.filter((name) => name !== source));

/** All accounts with an entry. */
export const EVERYWHERE = { dossier: postedTo(dossierChart), document: postedTo(documentChart) };

export async function dossierIn(ledger: LedgerSnapshot, id: string, known?: Knowledge) {
  const subject = await ledger.subject(dossierBook, id, known);
  return subject && dossierSummary(subject, ZONE);
}

export async function documentIn(ledger: LedgerSnapshot, id: string, known?: Knowledge) {
  const subject = await ledger.subject(documentBook, id, known);
  return subject && documentSummary(subject, ZONE);
}

/** Counts by account over all days, without those of the outside world. */
export async function counts(
  reader: LedgerReader,
  query: Partial<BalanceQuery> = {},
): Promise<Partial<Record<string, number>>> {
  const balances = await reader.snapshot((ledger) =>
    ledger.balances({ book: dossierBook, ...ALL_DAYS, filter: {}, by: [], ...query }),
  );
  const totals: Partial<Record<string, number>> = {};
  for (const { account, count } of balances) {
    if (account !== 'outside' && account !== 'unregistered') totals[account] = (totals[account] ?? 0) + count;
  }
  return totals;
}
