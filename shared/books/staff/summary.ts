import type { BookItem, Place } from '../../bookkeeping/book.ts';
import type { Subject } from '../../bookkeeping/subject.ts';
import type { LocalDay, Zone } from '../../calendar/zone.ts';
import type { UnitId } from '../../contracts/ids.ts';
import type { StaffFact } from './fact.ts';
import type { StaffKind } from './kinds.ts';
import { type Stretch, serviceRecord, stretchesOf } from './service-record.ts';
import type { RuleSet } from './staff-fields.ts';
import { findingsOf } from './timeline.ts';

/** A stretch of service of one person in a list. */
export interface StaffItem extends BookItem {
  /** The pseudonym. */
  readonly ref: string;
  readonly account: string;
  readonly unit: UnitId | null;
  readonly kind: StaffKind | null;
  readonly positionVersion: string | null;
  readonly from: LocalDay;
  readonly to: LocalDay | null;
  readonly ratedYear: number | null;
  readonly ruleSet: RuleSet | null;
  readonly group: string | null;
  readonly decision: { readonly number: string; readonly date: LocalDay } | null;
  readonly evidence: string | null;
}

/** The stretches of one subject, in the order of their days. */
export const staffStretches = (subject: Pick<Subject<StaffFact>, 'known'>, zone: Zone): readonly Stretch[] =>
  stretchesOf(
    serviceRecord(
      subject.known.map(({ fact }) => fact),
      zone,
    ),
  ).toSorted((a, b) => a.first - b.first);

/** @throws Error when the ledger lists a stretch that its person does not have */
export function staffItem(subject: Subject<StaffFact>, place: Place, zone: Zone): StaffItem {
  const found = staffStretches(subject, zone).find(({ name }) => name === place.apart);
  const ref = subject.names[0]?.name ?? '';
  if (!found) throw new Error(`The ledger lists a stretch ${place.apart} that ${ref} does not have`);
  return itemOfStretch(ref, place.account, found);
}

export function itemOfStretch(ref: string, account: string, stretch: Stretch): StaffItem {
  const { assigned, rating, standard, unit, first, last } = stretch;
  return {
    ref,
    account,
    unit,
    kind: assigned?.staff ?? null,
    positionVersion: assigned?.position ?? null,
    from: first,
    to: last,
    ratedYear: rating?.fact.year ?? null,
    ruleSet: rating?.fact.ruleSet ?? null,
    group: rating?.fact.group ?? null,
    decision: rating && { number: rating.fact.decision, date: rating.fact.decidedOn },
    evidence: standard?.evidence ?? null,
    findings: findingsOf(stretch),
  };
}
