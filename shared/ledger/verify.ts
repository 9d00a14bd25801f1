import { type Account, isOpen } from '../bookkeeping/accounts.ts';
import { dayInMonth, formatDay, type LocalDay, monthOf } from '../calendar/zone.ts';
import type { EventStore, Position } from '../event-store/port.ts';
import type { FoldRules } from './fold.ts';
import type {
  Balance,
  BalanceQuery,
  Book,
  Checkpoint,
  LedgerReader,
  LedgerSnapshot,
  Movement,
} from './port.ts';
import { recomputationsOf } from './verify-partitions.ts';
import { type Counts, countLegs, placeOf } from './verify-recompute.ts';

export interface Check {
  readonly name: string;
  /** What is compared, in words. */
  readonly claim: string;
  readonly kind: 'ok' | 'failed';
  /** The first deviations, at most ten. */
  readonly failures: readonly string[];
}

export interface VerifyReport {
  readonly checkpoint: Checkpoint;
  readonly events: number;
  readonly checks: readonly Check[];
  readonly ok: boolean;
}

export interface VerifyOptions {
  readonly events: Pick<EventStore, 'readAll'>;
  readonly ledger: LedgerReader;
  readonly rules: FoldRules;
  /** Told now and then how far the reading is; the events are read more than once. */
  readonly onProgress?: (position: Position, of: Position) => void;
}

const BOOKS: readonly Book[] = ['dossier', 'document'];
/** Where amounts come from: as much below zero as there are subjects. */
const SOURCES: readonly Account[] = ['outside', 'unregistered'];
const SHOWN = 10;

/** Proves the ledger against the laws of its bookkeeping and against the events themselves. Reads only. @throws StoreError */
export async function verifyLedger(options: VerifyOptions): Promise<VerifyReport> {
  const books = await options.ledger.snapshot(async (ledger) => ({
    checkpoint: ledger.checkpoint,
    dossier: await bookAsStored(ledger, 'dossier'),
    document: await bookAsStored(ledger, 'document'),
  }));
  const checks = BOOKS.flatMap((book) => [
    checkOf(
      `${book}: no negative balance`,
      'every account, at the end of every day, is 0 or more',
      negatives(books[book]),
    ),
    checkOf(`${book}: conservation`, CONSERVED[book], unconserved(book, books[book])),
    checkOf(
      `${book}: periods`,
      'opening + received = ended + closing, month by month',
      brokenMonths(books[book]),
    ),
    checkOf(
      `${book}: carry-over`,
      'the stock at the end of a month is the sum of all movements until then',
      gaps(books[book]),
    ),
    checkOf(`${book}: balances`, 'the kept balances are the sum of the journal', unequalSums(books[book])),
  ]);
  const recomputed = await recompute(options, books.checkpoint.position, books);
  for (const book of BOOKS) {
    const failures = books[book].answers.flatMap(({ query, balances }, index) =>
      differences(countsOf(balances), recomputed.counts[book][index] ?? new Map()).map(
        (difference) => `by ${query.by.join(', ')}: ${difference}`,
      ),
    );
    checks.push(
      checkOf(`${book}: recomputed`, 'the balances are what the events come to, computed anew', failures),
    );
  }
  checks.push(
    checkOf('events: whole streams', 'every stream has its events from the first on, without a gap', [
      ...recomputed.missing,
    ]),
  );
  return {
    checkpoint: books.checkpoint,
    events: recomputed.events,
    checks,
    ok: checks.every(({ kind }) => kind === 'ok'),
  };
}

const CONSERVED: Readonly<Record<Book, string>> = {
  dossier: 'received = in progress + paused + settled + withdrawn, at the end of every day',
  document:
    'registered pairs = electronic + not electronic + exempt + recalled + to itself, at the end of every day',
};

export function checkOf(name: string, claim: string, failures: readonly string[]): Check {
  return { name, claim, kind: failures.length === 0 ? 'ok' : 'failed', failures: failures.slice(0, SHOWN) };
}

/** What the ledger says of one book. */
interface StoredBook {
  readonly movements: readonly Movement[];
  /** Answers by each breakdown, over all days. */
  readonly answers: readonly { readonly query: BalanceQuery; readonly balances: readonly Balance[] }[];
  /** The answer of {@link StoredBook.answers}'s first query, out of the journal alone. */
  readonly fromJournal: readonly Balance[];
  readonly months: readonly Month[];
}

interface Month {
  readonly first: LocalDay;
  readonly last: LocalDay;
  readonly balances: readonly Balance[];
}

const BREAKDOWNS: readonly BalanceQuery['by'][] = [
  ['unit', 'day'],
  ['unit', 'field'],
  ['procedure'],
  ['channel'],
];

async function bookAsStored(ledger: LedgerSnapshot, book: Book): Promise<StoredBook> {
  const movements = await ledger.movements(book);
  const days = movements.map(({ day }) => day).sort((a, b) => a - b);
  const [from = 0 as LocalDay, to = 0 as LocalDay] = [days[0], days.at(-1)];
  const queries = BREAKDOWNS.map((by): BalanceQuery => ({ book, from, to, filter: {}, by }));
  const answers: { query: BalanceQuery; balances: readonly Balance[] }[] = [];
  for (const query of queries) answers.push({ query, balances: await ledger.balances(query) });
  const months: Month[] = [];
  const firstMonth = monthOf(from).month;
  const lastMonth = movements.length === 0 ? firstMonth - 1 : monthOf(to).month;
  for (let month = firstMonth; month <= lastMonth; month += 1) {
    const first = dayInMonth(month, 1);
    const last = (dayInMonth(month + 1, 1) - 1) as LocalDay;
    const balances = await ledger.balances({ book, from: first, to: last, filter: {}, by: [] });
    months.push({ first, last, balances });
  }
  const [whole] = queries;
  return { movements, answers, fromJournal: whole ? await ledger.changes(whole, 0) : [], months };
}

/** Each account's balance at the end of each day on which anything moved. */
function* dayEnds({
  movements,
}: StoredBook): Generator<{ day: LocalDay; totals: ReadonlyMap<Account, number> }> {
  const byDay = Map.groupBy(movements, ({ day }) => day);
  const totals = new Map<Account, number>();
  for (const day of [...byDay.keys()].sort((a, b) => a - b)) {
    for (const { account, count } of byDay.get(day) ?? []) {
      totals.set(account, (totals.get(account) ?? 0) + count);
    }
    yield { day, totals };
  }
}

function negatives(book: StoredBook): string[] {
  const failures: string[] = [];
  for (const { day, totals } of dayEnds(book)) {
    for (const [account, total] of totals) {
      if (total < 0 && !SOURCES.includes(account))
        failures.push(`${account} is ${total} on ${formatDay(day)}`);
    }
  }
  return failures;
}

function unconserved(book: Book, stored: StoredBook): string[] {
  const failures: string[] = [];
  for (const { day, totals } of dayEnds(stored)) {
    const entered = -sum(totals, (account) => isBefore(account));
    const standing = sum(totals, (account) => !isBefore(account));
    if (entered !== standing) {
      failures.push(`${entered} came into the ${book} book and ${standing} are in it on ${formatDay(day)}`);
    }
  }
  return failures;
}

/** Before receipt: what never was received is on neither side of the law. */
const isBefore = (account: Account): boolean => SOURCES.includes(account) || account === 'refused-at-intake';

function sum(totals: ReadonlyMap<Account, number>, includes: (account: Account) => boolean): number {
  let total = 0;
  for (const [account, count] of totals) if (includes(account)) total += count;
  return total;
}

const totalsOf = (balances: readonly Balance[]): ReadonlyMap<Account, number> => {
  const totals = new Map<Account, number>();
  for (const { account, count } of balances) totals.set(account, (totals.get(account) ?? 0) + count);
  return totals;
};

function brokenMonths({ months }: StoredBook): string[] {
  const failures: string[] = [];
  let opening = 0;
  for (const { first, balances } of months) {
    const totals = totalsOf(balances);
    const received = -sum(totals, isBefore);
    const ended = sum(totals, (account) => !isOpen(account) && !isBefore(account));
    const closing = sum(totals, isOpen);
    if (opening + received !== ended + closing) {
      const month = formatDay(first).slice(0, 7);
      failures.push(
        `${month}: ${opening} opening + ${received} received ≠ ${ended} ended + ${closing} closing`,
      );
    }
    opening = closing;
  }
  return failures;
}

function gaps(stored: StoredBook): string[] {
  const failures: string[] = [];
  for (const { last, balances } of stored.months) {
    const stock = sum(totalsOf(balances), isOpen);
    let moved = 0;
    for (const { account, day, count } of stored.movements)
      if (isOpen(account) && day <= last) moved += count;
    if (stock !== moved)
      failures.push(`${stock} open at the end of ${formatDay(last)}, by the journal ${moved}`);
  }
  return failures;
}

const countsOf = (balances: readonly Balance[]): Counts =>
  new Map(balances.map((balance) => [placeOf(balance), balance.count]));

const unequalSums = ({ answers, fromJournal }: StoredBook): string[] =>
  differences(countsOf(answers[0]?.balances ?? []), countsOf(fromJournal));

function differences(ledger: Counts, expected: Counts): string[] {
  const places = new Set([...ledger.keys(), ...expected.keys()]);
  return [...places]
    .filter((place) => (ledger.get(place) ?? 0) !== (expected.get(place) ?? 0))
    .map((place) => `${place} is ${ledger.get(place) ?? 0}, should be ${expected.get(place) ?? 0}`);
}

async function recompute(
  { events, rules, onProgress }: VerifyOptions,
  until: Position,
  books: Readonly<Record<Book, StoredBook>>,
): Promise<{ events: number; counts: Record<Book, Counts[]>; missing: ReadonlySet<string> }> {
  const counts: Record<Book, Counts[]> = {
    dossier: BREAKDOWNS.map(() => new Map()),
    document: BREAKDOWNS.map(() => new Map()),
  };
  const extent = { source: events, until, onProgress: onProgress ?? (() => {}) };
  const recomputations = await recomputationsOf(extent, rules);
  const missing = new Set<string>();
  for await (const recomputation of recomputations.parts) {
    for (const each of recomputation.missing) missing.add(each);
    for (const book of BOOKS) {
      const legs = recomputation.legs(book);
      for (const [index, { query }] of books[book].answers.entries()) {
        const answer = counts[book][index];
        if (answer) countLegs(legs, query, answer);
      }
    }
  }
  return { events: recomputations.events, counts, missing };
}
