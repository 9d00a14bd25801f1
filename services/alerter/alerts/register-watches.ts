import { OFFICE, type RegisterName, type Rule, type Watch } from '../../../shared/alerting/rule.ts';
import type { Book } from '../../../shared/bookkeeping/book.ts';
import { everyItem } from '../../../shared/bookkeeping/every-item.ts';
import { allIn } from '../../../shared/bookkeeping/selection.ts';
import { dutyBook } from '../../../shared/books/duty/book.ts';
import { inspectionBook } from '../../../shared/books/inspection/book.ts';
import { opportunityBook } from '../../../shared/books/opportunity/book.ts';
import { reviewBook } from '../../../shared/books/review/book.ts';
import { DUE_STATES, REVIEW_AWAITED } from '../../../shared/books/risk/accounts.ts';
import { riskBook } from '../../../shared/books/risk/book.ts';
import { type ReviewSight, reviewNeeded } from '../../../shared/books/risk/review-needed.ts';
import { DAY, formatDay, type Zone } from '../../../shared/calendar/zone.ts';
import { unitId } from '../../../shared/contracts/ids.ts';
import { EARLIEST } from '../../../shared/contracts/schema-parts.ts';
import type { LedgerSnapshot } from '../../../shared/ledger/port.ts';
import { BalanceCache } from '../../../shared/measures/balance-cache.ts';
import type { MeasuredFigure, Objectives } from '../../../shared/measures/observatory.ts';
import { openIn } from '../../../shared/measures/open-entries.ts';
import { unitInCharge } from '../../../shared/office/unit-tree.ts';
import { OWED, OwedByPeople } from './owed-by-people.ts';

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
  { register: 'reports', book: dutyBook, accounts: ['asked'], evidence: '/v1/duties?state=overdue' },
  {
    register: 'inspections',
    book: inspectionBook,
    accounts: ['planned'],
    evidence: '/v1/inspections?state=not-visited',
  },
  {
    register: 'inspection-findings',
    book: inspectionBook,
    accounts: ['finding/open'],
    evidence: '/v1/inspection-findings?state=overdue',
  },
];

/** A day after it was raised a person is reminded: more may be overdue by then. */
const OVERDUE: Rule = { kind: 'overdue', for: 0, margin: '0', minimumVolume: 0, repeatInterval: DAY };

/** The registers that people keep, as rules are asked about them: how many entries of each unit are overdue. */
export class RegisterWatches {
  readonly #zone: Zone;
  readonly #balances = new BalanceCache();
  readonly #owed: OwedByPeople;
  /** What was found last of risks to review, and of which state of the ledger, day and missed objectives. */
  #before: { readonly key: string; readonly units: readonly (string | null)[] } | undefined;

  /** @param secondPersonDays working days within which a second person should decide */
  constructor(zone: Zone, secondPersonDays: number) {
    this.#zone = zone;
    this.#owed = new OwedByPeople(zone, secondPersonDays);
  }

  /** @param figures of the objectives that are in force, at the same checkpoint */
  async read(
    ledger: LedgerSnapshot,
    { figures, from }: Pick<Objectives<MeasuredFigure>, 'figures' | 'from'>,
  ): Promise<readonly Watch[]> {
    const { treeOn } = from;
    const { now } = from.pin;
    const today = this.#zone.dayOf(now);
    const tree = treeOn(today);
    const scopeOf: ScopeOf = (unit) => (typeof unit === 'string' ? unitInCharge(tree, unitId(unit)) : OFFICE);
    const asked = { from: EARLIEST, to: today, filter: {}, by: ['unit'] };
    const before = await this.#beforeTheirDay(ledger, { today, missed: missedIn(figures) });
    const watches: Watch[] = [];
    for (const list of DUE_LISTS) {
      const balances = await this.#balances.get({ ...asked, book: list.book }, ledger);
      const more = list.register === 'risk-reviews' ? before : [];
      const counted = balances.map((balance): Counted => {
        return { unit: balance.key[0], count: openIn([balance], list.accounts, now).overdue };
      });
      watches.push(...watchesOf(list, [...counted, ...more.map(oneOf)], scopeOf));
    }
    const owed = await this.#owed.read(ledger, from);
    for (const { register, evidence } of OWED) {
      const counted = [...owed[register]].map(([unit, count]) => ({ unit, count }));
      watches.push(...watchesOf({ register, evidence }, counted, scopeOf));
    }
    return watches;
  }

  /** The units of the risks that have to be reviewed before their day, since their objective is missed: one for each risk. */
  async #beforeTheirDay(ledger: LedgerSnapshot, sight: ReviewSight): Promise<readonly (string | null)[]> {
    const { generation, position } = ledger.checkpoint;
    const key = JSON.stringify([generation, position, sight.today, ...sight.missed]);
    // Alerts are evaluated every second, and most of the time nothing has happened since.
    if (this.#before?.key !== key) this.#before = { key, units: await this.#toReview(ledger, sight) };
    return this.#before.units;
  }

  async #toReview(ledger: LedgerSnapshot, sight: ReviewSight): Promise<readonly (string | null)[]> {
    const asked = { from: EARLIEST, to: sight.today, filter: {}, by: ['unit', 'objective'] };
    const balances = await this.#balances.get({ ...asked, book: riskBook }, ledger);
    const named = new Set(
      balances.flatMap(({ account, key: [, objective] }) => (account === REVIEW_AWAITED ? [objective] : [])),
    );
    const units: (string | null)[] = [];
    // Most of the time nothing is missed that a risk names: then no risk is read.
    for (const objective of sight.missed.keys()) {
      if (!named.has(objective)) continue;
      const asked = { anyOf: allIn(REVIEW_AWAITED), filter: { where: { objective } }, to: sight.today };
      for await (const risk of everyItem(ledger, riskBook, asked))
        if (reviewNeeded(risk, sight) === 'objective-missed') units.push(risk.description?.unitId ?? null);
    }
    return units;
  }
}

const missedIn = (figures: readonly MeasuredFigure[]): ReviewSight['missed'] =>
  new Map(
    figures
      .filter(({ measurement }) => measurement.status === 'breached')
      .map(({ definition, window }) => [definition.id, { from: formatDay(window.from) }]),
  );

/** The scope of the alert of a unit: that of its successor after a merger. */
type ScopeOf = (unit: unknown) => string;

interface Counted {
  readonly unit: unknown;
  readonly count: number;
}
const oneOf = (unit: unknown): Counted => ({ unit, count: 1 });

/** @param counted of every unit of which something is kept, how many are overdue: added up */
const watchesOf = (
  { register, evidence }: Pick<DueList, 'register' | 'evidence'>,
  counted: readonly Counted[],
  scopeOf: ScopeOf,
): readonly Watch[] =>
  [...Map.groupBy(counted, ({ unit }) => scopeOf(unit))].map(([scope, ofScope]) => ({
    rule: OVERDUE,
    subject: {
      ...{ kind: 'register', register, scope, evidence },
      overdue: ofScope.reduce((sum, { count }) => sum + count, 0),
    },
  }));
