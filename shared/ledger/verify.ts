import { setTimeout as pause } from 'node:timers/promises';
import type { Balance, BalanceQuery, Movement } from '../bookkeeping/balance.ts';
import type { Book } from '../bookkeeping/book.ts';
import { dayInMonth, formatDay, type LocalDay, monthOf } from '../calendar/zone.ts';
import { type Position, START } from '../contracts/stored-event.ts';
import type { EventStore } from '../event-store/port.ts';
import type { FoldRules } from './fold.ts';
import type { Checkpoint, LedgerReader, LedgerSnapshot, Misplaced, Poison, WrongSum } from './port.ts';
import { factFaults, subjectFaults } from './subject-faults.ts';
import { recomputationsOf } from './verify-partitions.ts';
import { type Counts, countLegs, placeOf } from './verify-recompute.ts';

export interface Check {
  readonly name: string;
  /** The compared quantities, in words. */
  readonly claim: string;
  readonly kind: 'ok' | 'failed';
  /** The first deviations, up to ten. */
  readonly failures: readonly string[];
}

export interface VerifyReport {
  readonly checkpoint: Checkpoint;
  readonly events: number;
  readonly checks: readonly Check[];
  readonly ok: boolean;
}

export interface VerifyOptions {
  readonly events: Pick<EventStore, 'readAll' | 'head'>;
  readonly ledger: LedgerReader;
  readonly rules: FoldRules;
  /** Called now and then with the progress of reading; the events are read more than once. */
  readonly onProgress?: (position: Position, of: Position) => void;
  /** Milliseconds that a ledger beside a running server has to reach the head of the store; 10,000 by default. */
  readonly patienceMs?: number;
}

const SHOWN = 10;
const PATIENCE_MS = 10_000;
const LOOK_EVERY_MS = 100;

/** Checks the ledger against the laws of bookkeeping and against the events. Reads only. @throws StoreError */
export async function verifyLedger(options: VerifyOptions): Promise<VerifyReport> {
  const head = await reachedHead(options);
  const { checkpoint, books, dimensions, setAside } = await options.ledger.snapshot(async (ledger) => {
    const stored: StoredBook[] = [];
    for (const book of options.rules.books.all) stored.push(await bookAsStored(ledger, book));
    const dimensions = await ledger.wrongDimensions(SHOWN);
    const setAside = await ledger.setAsideEvents(START, SHOWN);
    return { checkpoint: ledger.checkpoint, books: stored, dimensions, setAside };
  });
  const upToDate = [
    checkOf(
      'ledger: up to date',
      'it reflects every event that the store had at the beginning of this check',
      checkpoint.position < head ? [`it is at position ${checkpoint.position}, the store at ${head}`] : [],
    ),
    checkOf('ledger: nothing set aside', 'every event could be folded', setAside.map(setAsideText)),
  ];
  const checks = books.flatMap((stored) => {
    const { name } = stored.book;
    return [
      checkOf(
        `${name}: no negative balance`,
        'every account, at the end of every day, is 0 or more',
        negatives(stored),
      ),
      checkOf(
        `${name}: standings`,
        'every subject stands once, where the journal puts it',
        misplaced(stored),
      ),
      checkOf(
        `${name}: periods`,
        'opening + received = ended + closing, month by month',
        brokenMonths(stored),
      ),
      checkOf(
        `${name}: carry-over`,
        'the stock at the end of a month is the sum of all movements up to then',
        gaps(stored),
      ),
      checkOf(`${name}: balances`, 'the stored balances are the sum of the journal', unequalSums(stored)),
      checkOf(
        `${name}: sums`,
        'every row of the sums is what the journal gives',
        stored.wrongSums.map(wrongSumText),
      ),
    ];
  });
  checks.push(
    checkOf(
      'ledger: dimensions',
      'every combination of dimensions is what its key says',
      dimensions.map(wrongDimensionText),
    ),
  );
  for (const { book } of books)
    checks.push(
      checkOf(
        `${book.name}: subjects`,
        'every subject has the legs, the standings and the findings that follow from its facts, and is found by its names',
        await subjectFaults(options.ledger, book, SHOWN),
      ),
    );
  const recomputed = await recompute(options, checkpoint.position, books, setAside.length === 0);
  for (const { book } of books)
    checks.push(
      checkOf(
        `${book.name}: facts`,
        'every subject has the facts that its events state, and no event is without one',
        recomputed.facts.get(book) ?? [],
      ),
    );
  for (const [{ book, answers }, counts] of recomputed.counts) {
    const failures = answers.flatMap(({ query, balances }, index) =>
      differences(countsOf(balances), counts[index] ?? new Map()).map(
        (difference) => `by ${query.by.join(', ')}: ${difference}`,
      ),
    );
    checks.push(
      checkOf(
        `${book.name}: recomputed`,
        'the balances equal the figures that are computed anew from the events',
        failures,
      ),
    );
  }
  checks.push(
    checkOf('events: readable', 'every event can be read', recomputed.unreadable),
    checkOf('events: whole streams', 'every stream has its events from the first on, without a gap', [
      ...recomputed.missing,
    ]),
  );
  return {
    checkpoint,
    events: recomputed.events,
    checks: [...upToDate, ...checks],
    ok: [...upToDate, ...checks].every(({ kind }) => kind === 'ok'),
  };
}

/** Waits a while for a ledger that a running projector is bringing up to date. @returns the head of the store at the beginning */
async function reachedHead({ events, ledger, patienceMs = PATIENCE_MS }: VerifyOptions): Promise<Position> {
  const { position } = await ledger.checkpoint();
  const head = await events.head();
  const until = performance.now() + patienceMs;
  for (let reached = position; reached < head && performance.now() < until; ) {
    await pause(LOOK_EVERY_MS);
    ({ position: reached } = await ledger.checkpoint());
  }
  return head;
}

const setAsideText = ({ position, type, stream, error }: Poison): string =>
  `position ${position}, ${type} in ${stream}: ${error}`;

export function checkOf(name: string, claim: string, failures: readonly string[]): Check {
  return { name, claim, kind: failures.length === 0 ? 'ok' : 'failed', failures: failures.slice(0, SHOWN) };
}

/** The answers of the ledger about one book. */
interface StoredBook {
  readonly book: Book;
  readonly movements: readonly Movement[];
  /** Answers by each breakdown, over all days. */
  readonly answers: readonly { readonly query: BalanceQuery; readonly balances: readonly Balance[] }[];
  /** The first answer of {@link StoredBook.answers}, computed from the journal alone. */
  readonly fromJournal: readonly Balance[];
  readonly months: readonly Month[];
  readonly misplaced: readonly Misplaced[];
  readonly wrongSums: readonly WrongSum[];
}

interface Month {
  readonly first: LocalDay;
  readonly last: LocalDay;
  readonly balances: readonly Balance[];
}

/** Each stored sum by day, but the finest: it has a row for nearly every subject, and by day it would not fit in memory. */
const breakdownsOf = ({ dimensions: { sums } }: Book): readonly BalanceQuery['by'][] =>
  sums.map((by, index) => (index === sums.length - 1 ? by : [...by, 'day']));

async function bookAsStored(ledger: LedgerSnapshot, book: Book): Promise<StoredBook> {
  const movements = await ledger.movements(book);
  const days = movements.map(({ day }) => day).sort((a, b) => a - b);
  const [from = 0 as LocalDay, to = 0 as LocalDay] = [days[0], days.at(-1)];
  const queries = breakdownsOf(book).map((by): BalanceQuery => ({ book, from, to, filter: {}, by }));
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
  return {
    book,
    movements,
    answers,
    fromJournal: whole ? await ledger.changes(whole, 0) : [],
    months,
    misplaced: await ledger.misplaced(book, SHOWN),
    wrongSums: await ledger.wrongSums(book, SHOWN),
  };
}

/** The balance of each account at the end of each day with a movement. */
function* dayEnds({
  movements,
}: StoredBook): Generator<{ day: LocalDay; totals: ReadonlyMap<string, number> }> {
  const byDay = Map.groupBy(movements, ({ day }) => day);
  const totals = new Map<string, number>();
  for (const day of [...byDay.keys()].sort((a, b) => a - b)) {
    for (const { account, count } of byDay.get(day) ?? []) {
      totals.set(account, (totals.get(account) ?? 0) + count);
    }
    yield { day, totals };
  }
}

function negatives(stored: StoredBook): string[] {
  const failures: string[] = [];
  for (const { day, totals } of dayEnds(stored)) {
    for (const [account, total] of totals) {
      if (total < 0 && account !== stored.book.accounts.source)
        failures.push(`${account} is ${total} on ${formatDay(day)}`);
    }
  }
  return failures;
}

const misplaced = ({ misplaced }: StoredBook): string[] =>
  misplaced.map(({ subject, account, isByJournal }) =>
    isByJournal
      ? `${subject} does not stand in ${account}, where the journal puts it`
      : `${subject} stands in ${account}, where the journal does not put it`,
  );

/** @param id of a combination of dimensions */
export const wrongDimensionText = (id: number): string => `combination ${id} has other values than its key`;

export const wrongSumText = ({ account, days, dimensions, lacks }: WrongSum): string => {
  const of = days === null ? 'all days' : [...new Set([days.from, days.to].map(formatDay))].join(' to ');
  const by = Math.abs(lacks);
  return `the sum of ${account} of ${of} under combination ${dimensions} is ${by} too ${lacks > 0 ? 'low' : 'high'}`;
};

/** Before receipt: subjects that were never received are on neither side of the law. */
const isBefore = ({ accounts: { source, neverReceived } }: Book, account: string): boolean =>
  account === source || neverReceived.includes(account);

const isOpen = ({ accounts }: Book, account: string): boolean => accounts.open.includes(account);

function sum(totals: ReadonlyMap<string, number>, includes: (account: string) => boolean): number {
  let total = 0;
  for (const [account, count] of totals) if (includes(account)) total += count;
  return total;
}

const totalsOf = (balances: readonly Balance[]): ReadonlyMap<string, number> => {
  const totals = new Map<string, number>();
  for (const { account, count } of balances) totals.set(account, (totals.get(account) ?? 0) + count);
  return totals;
};

function brokenMonths({ book, months }: StoredBook): string[] {
  const failures: string[] = [];
  let opening = 0;
  for (const { first, balances } of months) {
    const totals = totalsOf(balances);
    const received = -sum(totals, (account) => isBefore(book, account));
    const closing = sum(totals, (account) => isOpen(book, account));
    const ended = sum(totals, (account) => !isOpen(book, account) && !isBefore(book, account));
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

function gaps({ book, months, movements }: StoredBook): string[] {
  const failures: string[] = [];
  for (const { last, balances } of months) {
    const stock = sum(totalsOf(balances), (account) => isOpen(book, account));
    let moved = 0;
    for (const { account, day, count } of movements) if (isOpen(book, account) && day <= last) moved += count;
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

interface Recomputed {
  readonly events: number;
  /** For each answer of a book, the figures recomputed from the events. */
  readonly counts: ReadonlyMap<StoredBook, readonly Counts[]>;
  readonly missing: ReadonlySet<string>;
  /** Of each book, where the facts of its subjects are not those of the events. */
  readonly facts: ReadonlyMap<Book, readonly string[]>;
  /** Events that cannot be read or parsed, with the position and the reason. */
  readonly unreadable: readonly string[];
}

async function recompute(
  { events, ledger, rules, onProgress }: VerifyOptions,
  until: Position,
  books: readonly StoredBook[],
  isAllFolded: boolean,
): Promise<Recomputed> {
  const counts = new Map(
    books.map((stored): [StoredBook, Counts[]] => [stored, stored.answers.map(() => new Map())]),
  );
  const extent = { source: events, until, onProgress: onProgress ?? (() => {}) };
  const recomputations = await recomputationsOf(extent, rules);
  const missing = new Set<string>();
  const unreadable = new Set<string>(recomputations.unreadable);
  const facts = new Map(books.map(({ book }): [Book, string[]] => [book, []]));
  for await (const recomputation of recomputations.parts) {
    for (const each of recomputation.missing) missing.add(each);
    for (const each of recomputation.unreadable) unreadable.add(each);
    for (const [book, faults] of facts)
      faults.push(...(await factFaults(ledger, book, recomputation, isAllFolded, SHOWN - faults.length)));
    for (const [{ book, answers }, ofBook] of counts) {
      const legs = recomputation.legs(book);
      for (const [index, { query }] of answers.entries()) {
        const answer = ofBook[index];
        if (answer) countLegs(legs, query, answer);
      }
    }
  }
  return { events: recomputations.events, counts, facts, missing, unreadable: [...unreadable] };
}
