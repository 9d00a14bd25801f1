import type { RegisterName } from '../../../shared/alerting/rule.ts';
import { everyItem } from '../../../shared/bookkeeping/every-item.ts';
import { allIn } from '../../../shared/bookkeeping/selection.ts';
import { figureBook } from '../../../shared/books/period-figure/book.ts';
import { STANDING_STATES } from '../../../shared/books/risk/accounts.ts';
import { approvalAwaited } from '../../../shared/books/risk/acts-now.ts';
import { riskBook } from '../../../shared/books/risk/book.ts';
import type { Period } from '../../../shared/calendar/periods.ts';
import type { LocalDay, Zone } from '../../../shared/calendar/zone.ts';
import type { Moment } from '../../../shared/kernel/clock.ts';
import type { LedgerSnapshot } from '../../../shared/ledger/port.ts';
import { latePeriods } from '../../../shared/measures/late-entries.ts';
import type { Seen } from '../../../shared/measures/observatory.ts';

/** What people owe without a due date in the ledger: figures not entered yet, and what waits for a second person. With its evidence. */
export const OWED = [
  { register: 'entered-figures', evidence: '/v1/objectives' },
  { register: 'figure-approvals', evidence: '/v1/entered-figures?state=awaiting-approval' },
  { register: 'risk-approvals', evidence: '/v1/risks?state=awaiting-approval' },
  { register: 'risk-verifications', evidence: '/v1/risks?state=treated' },
] as const satisfies readonly { readonly register: RegisterName; readonly evidence: string }[];
type OwedName = (typeof OWED)[number]['register'];

type Unit = string | null;

/** By register and unit, how many are owed: 0 of a unit with entries that owes none, so that its alert can end. */
export type Owed = Readonly<Record<OwedName, ReadonlyMap<Unit, number>>>;

/** What was found, and of which state of the ledger. */
interface Found extends Pick<LedgerSnapshot['checkpoint'], 'generation' | 'position'> {
  readonly today: LocalDay;
  readonly at: Moment;
  readonly owed: Owed;
}

/** Milliseconds between two readings while events come. */
const PAUSE = 10_000;

/** Reads entries as they stand: an alert of them is raised at the begin of a day, and ends within seconds of the act. */
export class OwedByPeople {
  readonly #zone: Zone;
  /** Within which a second person should decide. */
  readonly #workingDays: number;
  #before: Found | undefined;

  constructor(zone: Zone, workingDays: number) {
    this.#zone = zone;
    this.#workingDays = workingDays;
  }

  async read(ledger: LedgerSnapshot, from: Seen): Promise<Owed> {
    const { generation, position } = ledger.checkpoint;
    const { now } = from.pin;
    const today = this.#zone.dayOf(now);
    const before = this.#before;
    const isOfToday = before?.generation === generation && before.today === today;
    // Alerts are evaluated every second. Most of the time nothing has happened since, and days are counted here.
    if (isOfToday && (before.position === position || Math.abs(now - before.at) < PAUSE)) return before.owed;
    const owed = await this.#find(ledger, from, today);
    this.#before = { generation, position, today, at: now, owed };
    return owed;
  }

  async #find(ledger: LedgerSnapshot, from: Seen, today: LocalDay): Promise<Owed> {
    const isTooLong = (since: LocalDay) => today > from.calendar.addWorkingDays(since, this.#workingDays);
    return {
      ...(await this.#figures(ledger, from, { today, isTooLong })),
      ...(await risks(ledger, from, { today, isTooLong })),
    };
  }

  async #figures(
    ledger: LedgerSnapshot,
    { objectives, calendar }: Seen,
    { today, isTooLong }: Sight,
  ): Promise<Pick<Owed, 'entered-figures' | 'figure-approvals'>> {
    const [late, waiting] = [new Map<Unit, number>(), new Map<Unit, number>()];
    const entered = new Set<string>();
    const asked = { anyOf: allIn('waiting', 'approved', 'replacing', 'refused'), to: today };
    for await (const figure of everyItem(ledger, figureBook, asked)) {
      const { objective, period, unit, account, waiting: entry } = figure;
      // A refused figure does not stand: the period needs another one.
      if (account !== 'refused') entered.add(`${objective} ${period}`);
      add(waiting, unit, entry && isTooLong(this.#zone.dayOf(entry.fact.at)) ? 1 : 0);
    }
    for (const id of objectives.ids) {
      const objective = objectives.get(id);
      const isEntered = (period: Period) => entered.has(`${id} ${period.id}`);
      const periods = objective && latePeriods(objective, isEntered, { today, calendar });
      if (periods) add(late, objective.versions.at(-1)?.definition.unit ?? null, periods.length);
    }
    return { 'entered-figures': late, 'figure-approvals': waiting };
  }
}

interface Sight {
  readonly today: LocalDay;
  readonly isTooLong: (since: LocalDay) => boolean;
}

async function risks(
  ledger: LedgerSnapshot,
  { riskScales }: Seen,
  { today, isTooLong }: Sight,
): Promise<Pick<Owed, 'risk-approvals' | 'risk-verifications'>> {
  const [approvals, verifications] = [new Map<Unit, number>(), new Map<Unit, number>()];
  const asked = { anyOf: allIn(...STANDING_STATES), to: today };
  for await (const risk of everyItem(ledger, riskBook, asked)) {
    const { toApprove, treated, state } = risk;
    const unit = risk.description?.unitId ?? null;
    const isForHead = approvalAwaited(risk, riskScales);
    add(approvals, unit, isForHead && toApprove && isTooLong(toApprove.on) ? 1 : 0);
    // What waits for the head is verified after that.
    const isForAnother = !isForHead && state === 'treated' && treated !== null;
    add(verifications, unit, isForAnother && isTooLong(treated.on) ? 1 : 0);
  }
  return { 'risk-approvals': approvals, 'risk-verifications': verifications };
}

const add = (to: Map<Unit, number>, unit: Unit, count: number) => to.set(unit, (to.get(unit) ?? 0) + count);
