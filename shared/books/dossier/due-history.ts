import { sureMoment } from '../../bookkeeping/future.ts';
import type { Finding } from '../../bookkeeping/leg.ts';
import { dayOf, firstMomentOf, type When, whenText } from '../../calendar/when.ts';
import type { Zone } from '../../calendar/zone.ts';
import type { Moment } from '../../kernel/clock.ts';
import type { DossierFinding } from './accounts.ts';
import { type DueDate, type LimitUnit, NO_DUE_DATE, overdueFrom } from './due-date.ts';
import type { DossierFact } from './fact.ts';
import type { PlacedFact } from './path.ts';
import type { DossierWalk } from './walk.ts';

/** A lawful change of the due date. */
export interface DueChange {
  readonly at: Moment;
  readonly by: PlacedFact;
  readonly due: DueDate;
}

/**
 * The due dates (hạn trả) of a dossier. The slip of a receipt entered late comes before all others. The first stated due date is
 * the original, for the whole life, if it was stated no later than the end of processing, or by the receipt itself. A later one
 * moves it only with a named basis, and not after that end; a due date in the ending event itself counts as stated at the end.
 * An extension moves it once, and if dated at least one calendar day before the due date in force; each is listed that comes again, too late
 * or without a due date. Under the rule `any` these move it all the same, but a letter of apology never states the original.
 * Restating the same due date (with a limit in days, the same local date) is no change. Null without a basis states nothing
 * before there is a due date.
 */
export class DueHistory {
  /** The due date of the receipt slip, for the whole life of the dossier, independent of its arrival. */
  original = NO_DUE_DATE;
  /** The due date after all changes. */
  current = NO_DUE_DATE;
  /** In ascending order of `at`; undefined without a change, as for most dossiers. */
  changes: DueChange[] | undefined;

  private readonly walk: DossierWalk;
  private readonly unit: LimitUnit;
  private readonly zone: Zone;
  private readonly findings: Finding[];
  private hasOriginal = false;
  private isExtended = false;
  private latest: Moment = Number.NEGATIVE_INFINITY;

  constructor(walk: DossierWalk, unit: LimitUnit, zone: Zone, findings: Finding[]) {
    this.walk = walk;
    this.unit = unit;
    this.zone = zone;
    this.findings = findings;
  }

  /** Follows the due date of the next fact. */
  follow(item: PlacedFact): void {
    const { fact } = item;
    if (fact.dueAt === undefined) return;
    const due = this.newDueDateOf(fact.dueAt, fact);
    if (due === undefined) return;
    const { ending, receivedAt } = this.walk.path;
    const statedAt =
      item === ending?.by ? ending.at : Math.max(this.latest, sureMoment(fact.time, fact, this.zone));
    const refusal = this.refusalOf(item, statedAt);
    if (refusal) {
      this.report(refusal, fact);
      return;
    }
    const isExtension = fact.dueBasis === 'extension';
    if (isExtension && !this.takes(fact)) return;
    if (item !== this.walk.lateReceipt) this.latest = statedAt;
    this.isExtended ||= isExtension;
    if (this.hasOriginal) {
      this.changes ??= [];
      this.changes.push({ at: statedAt, by: item, due });
    } else {
      this.hasOriginal = true;
      this.original = due;
    }
    this.current = due;
    if (item.use === 'no-change') item.use = 'applied';
    if (due.overdueFrom === null || receivedAt === null) return;
    if (due.overdueFrom <= firstMomentOf(receivedAt, this.zone)) this.report('due-before-received', fact);
  }

  private newDueDateOf(at: When | null, fact: DossierFact): DueDate | undefined {
    if (!this.hasOriginal && at === null && fact.dueBasis === undefined) return undefined;
    if (this.hasOriginal && at === this.current.at) return undefined;
    if (at === null) return NO_DUE_DATE;
    const due = { at, overdueFrom: overdueFrom(at, this.unit, this.zone) };
    return due.overdueFrom === this.current.overdueFrom ? undefined : due;
  }

  private refusalOf(item: PlacedFact, statedAt: Moment): DossierFinding | undefined {
    const { lateReceipt } = this.walk;
    const { ending, closedUntil } = this.walk.path;
    const ended = ending && (item.place > ending.by.place || (this.hasOriginal && statedAt > closedUntil));
    if (ended && item !== ending.by && item !== lateReceipt) return 'due-after-end';
    return this.hasOriginal && item.fact.dueBasis === undefined ? 'due-moved-without-basis' : undefined;
  }

  /** Whether an extension moves the due date; one that the law does not count is listed under either rule. */
  private takes(fact: DossierFact): boolean {
    if (!this.hasOriginal && fact.letter === undefined) return true;
    const fault = this.extensionFault(fact);
    if (fault) this.report(fault, fact);
    return fault === undefined || (this.hasOriginal && fact.anyExtension === true);
  }

  private extensionFault({ time }: DossierFact): DossierFinding | undefined {
    const { at } = this.current;
    if (this.isExtended) return 'extension-repeated';
    if (at === null) return 'extension-without-due-date';
    return dayOf(time, this.zone) < dayOf(at, this.zone) ? undefined : 'extension-too-late';
  }

  private report(code: DossierFinding, fact: DossierFact): void {
    const due = fact.dueAt === undefined || fact.dueAt === null ? 'none' : whenText(fact.dueAt);
    this.findings.push({ code, event: fact.id, detail: `due ${due}, as stated by ${statedBy(fact)}` });
  }
}

const statedBy = ({ status, letter }: DossierFact): string =>
  letter === undefined ? status : `letter ${letter}`;
