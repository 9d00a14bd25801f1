import { OFFICE, type RegisterName, type Rule, type Watch } from '../../../shared/alerting/rule.ts';
import type { Balance } from '../../../shared/bookkeeping/balance.ts';
import type { Book } from '../../../shared/bookkeeping/book.ts';
import { opportunityBook } from '../../../shared/books/opportunity/book.ts';
import { reviewBook } from '../../../shared/books/review/book.ts';
import { DUE_STATES, REVIEW_AWAITED } from '../../../shared/books/risk/accounts.ts';
import { riskBook } from '../../../shared/books/risk/book.ts';
import { DAY, type Zone } from '../../../shared/calendar/zone.ts';
import { EARLIEST } from '../../../shared/contracts/schema-parts.ts';
import type { Moment } from '../../../shared/kernel/clock.ts';
import type { LedgerSnapshot } from '../../../shared/ledger/port.ts';
import { BalanceCache } from '../../../shared/measures/balance-cache.ts';

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

/** The registers that people keep, as rules are asked about them: how many entries of each unit are overdue. */
export class RegisterWatches {
  readonly #zone: Zone;
  readonly #balances = new BalanceCache();

  constructor(zone: Zone) {
    this.#zone = zone;
  }

  async read(ledger: LedgerSnapshot, now: Moment): Promise<readonly Watch[]> {
    const asked = { from: EARLIEST, to: this.#zone.dayOf(now), filter: {}, by: ['unit'] };
    const watches: Watch[] = [];
    for (const list of DUE_LISTS) {
      const balances = await this.#balances.get({ ...asked, book: list.book }, ledger);
      watches.push(...watchesOf(list, balances, now));
    }
    return watches;
  }
}

function watchesOf(
  { register, accounts, evidence }: DueList,
  balances: readonly Balance[],
  now: Moment,
): readonly Watch[] {
  const isOverdue = ({ account, due }: Balance) => accounts.includes(account) && due !== null && due <= now;
  return [...Map.groupBy(balances, ({ key: [unit] }) => unit)].map(([unit, ofUnit]) => ({
    rule: OVERDUE,
    subject: {
      kind: 'register',
      register,
      scope: typeof unit === 'string' ? unit : OFFICE,
      overdue: ofUnit.reduce((sum, balance) => sum + (isOverdue(balance) ? balance.count : 0), 0),
      evidence,
    },
  }));
}
