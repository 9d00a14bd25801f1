import type { Zone } from '../calendar/zone.ts';
import type { Moment } from '../platform/clock.ts';
import type { DossierFact } from './dossier-fact.ts';
import type { DossierWalk, Taken } from './dossier-walk.ts';
import { type LimitUnit, overdueFrom } from './due-date.ts';
import { sureMoment } from './future.ts';
import type { Finding, FindingCode } from './leg.ts';

/** A lawful change of the due date. */
export interface DueChange {
  readonly at: Moment;
  /** Which fact made it, by its place in the order. */
  readonly index: number;
  /** Null: lifted. */
  readonly dueAt: Moment | null;
}

/**
 * The due dates (hạn trả) of a dossier. The first stated is the original; a later one moves it only by a named basis and not
 * after the end of processing, where what the ending event itself says counts as said at the end. Restating the same due date,
 * with a limit in days the same local date, is no change. Null without a basis says nothing before there is a due date.
 */
export class DueHistory {
  /** That of the receipt slip, true for the whole life of the dossier whenever it was told. */
  original: Moment | null = null;
  /** After all changes. */
  current: Moment | null = null;
  /** In ascending order of `at`; undefined while there is none, as with most dossiers. */
  changes: DueChange[] | undefined;

  private readonly walk: DossierWalk;
  private readonly unit: LimitUnit;
  private readonly zone: Zone;
  private readonly findings: Finding[];
  private hasOriginal = false;
  private latest: Moment = Number.NEGATIVE_INFINITY;

  constructor(walk: DossierWalk, unit: LimitUnit, zone: Zone, findings: Finding[]) {
    this.walk = walk;
    this.unit = unit;
    this.zone = zone;
    this.findings = findings;
  }

  /** Takes what the facts, in their order, say of the due date. */
  take(item: Taken, index: number): void {
    const { fact } = item;
    if (fact.dueAt === undefined || !this.isNews(fact.dueAt, fact)) return;
    const said = Math.max(this.latest, sureMoment(fact.time, fact));
    const refusal = this.refusalOf(fact, said, index);
    if (refusal) {
      this.report(refusal, fact);
      return;
    }
    this.latest = Math.min(said, this.walk.closedUntil);
    if (this.hasOriginal) {
      this.changes ??= [];
      this.changes.push({ at: this.latest, index, dueAt: fact.dueAt });
    } else {
      this.hasOriginal = true;
      this.original = fact.dueAt;
    }
    this.current = fact.dueAt;
    if (item.use === 'no-change') item.use = 'applied';
    const overdue = this.overdueFrom(fact.dueAt);
    if (overdue !== null && overdue <= (this.walk.receivedAt ?? Number.NEGATIVE_INFINITY)) {
      this.report('due-before-received', fact);
    }
  }

  overdueFrom(dueAt: Moment | null): Moment | null {
    return dueAt === null ? null : overdueFrom(dueAt, this.unit, this.zone);
  }

  private isNews(dueAt: Moment | null, fact: DossierFact): boolean {
    if (!this.hasOriginal) return dueAt !== null || fact.dueBasis !== undefined;
    return dueAt !== this.current && this.overdueFrom(dueAt) !== this.overdueFrom(this.current);
  }

  private refusalOf(fact: DossierFact, said: Moment, index: number): FindingCode | undefined {
    if (said > this.walk.closedUntil && index !== this.walk.last?.index) return 'due-after-end';
    return this.hasOriginal && fact.dueBasis === undefined ? 'due-moved-without-basis' : undefined;
  }

  private report(code: FindingCode, fact: DossierFact): void {
    const due = typeof fact.dueAt === 'number' ? new Date(fact.dueAt).toISOString() : 'none';
    this.findings.push({ code, event: fact.id, detail: `due ${due}, as said when ${fact.status}` });
  }
}
