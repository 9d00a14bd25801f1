import type { RegisterName, Rule, Watch } from '../../../shared/alerting/rule.ts';
import type { Balance } from '../../../shared/bookkeeping/balance.ts';
import type { Book } from '../../../shared/bookkeeping/book.ts';
import { opportunityBook } from '../../../shared/books/opportunity/book.ts';
import { reviewBook } from '../../../shared/books/review/book.ts';
import { DUE_STATES, REVIEW_AWAITED } from '../../../shared/books/risk/accounts.ts';
import { riskBook } from '../../../shared/books/risk/book.ts';
import { DAY, dayInMonth, type LocalDay, type Zone } from '../../../shared/calendar/zone.ts';
import type { LedgerSnapshot } from '../../../shared/ledger/port.ts';
import type { Observatory } from '../../../shared/measures/observatory.ts';
import type { Standpoint } from '../../../shared/measures/standpoint.ts';

/** What of a register can be overdue: amounts of a book in accounts with a due date. */
interface DueList {
  readonly register: RegisterName;
  readonly book: Book;
  readonly accounts: readonly string[];
  readonly evidence: string;
}

const DUE_LISTS: readonly DueList[] = [
  { register: 'risks', book: riskBook, accounts: DUE_STATES, evidence: '/v1/risks?state=overdue' },
  {
    register: 'risk-reviews',
    book: riskBook,
    accounts: [REVIEW_AWAITED],
    evidence: '/v1/risks?state=review-needed',
  },
  {
    register: 'opportunities',
    book: opportunityBook,
    accounts: ['planned'],
    evidence: '/v1/opportunities?state=overdue',
  },
  {
    register: 'review-actions',
    book: reviewBook,
    accounts: ['action-open'],
    evidence: '/v1/reviews/actions?state=overdue',
  },
];

/** A day after it was raised a person is reminded: more may be overdue by then. */
const OVERDUE: Rule = { kind: 'overdue', for: 0, margin: '0', minimumVolume: 0, repeatInterval: DAY };

/** No office has entries from before. */
const BEGINNING = dayInMonth(1990 * 12, 1);
/** Under load there are many commits a second; entries become overdue by the day. */
const REST_MS = 1_000;

/** The registers that people keep, as rules are asked about them: how many entries of each unit are overdue. */
export class RegisterWatches {
  readonly #observatory: Observatory;
  readonly #zone: Zone;
  #known: { readonly state: string; readonly at: number; readonly watches: readonly Watch[] } | undefined;

  constructor(observatory: Observatory, zone: Zone) {
    this.#observatory = observatory;
    this.#zone = zone;
  }

  async read(): Promise<readonly Watch[]> {
    return this.#observatory.from({}, async (snapshot, { pin }) => {
      const today = this.#zone.dayOf(pin.now);
      const { generation, entry } = snapshot.checkpoint;
      const state = `${generation} ${entry} ${today}`;
      const known = this.#known;
      if (known && (known.state === state || Math.abs(pin.now - known.at) < REST_MS)) return known.watches;
      const watches: Watch[] = [];
      for (const list of DUE_LISTS) watches.push(...(await watchesOf(snapshot, list, pin, today)));
      this.#known = { state, at: pin.now, watches };
      return watches;
    });
  }
}

async function watchesOf(
  snapshot: LedgerSnapshot,
  { register, book, accounts, evidence }: DueList,
  { now }: Standpoint['pin'],
  to: LocalDay,
): Promise<readonly Watch[]> {
  const balances = await snapshot.balances({ book, from: BEGINNING, to, filter: {}, by: ['unit'] });
  const isOverdue = ({ account, due }: Balance) => accounts.includes(account) && due !== null && due <= now;
  return [...Map.groupBy(balances, ({ key: [unit] }) => unit)].map(([unit, ofUnit]) => ({
    rule: OVERDUE,
    subject: {
      kind: 'register',
      register,
      scope: typeof unit === 'string' ? unit : 'office',
      overdue: ofUnit.reduce((sum, balance) => sum + (isOverdue(balance) ? balance.count : 0), 0),
      evidence,
    },
  }));
}
