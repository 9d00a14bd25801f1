import { type Finding, type Leg, type Side, sideIn } from '../../bookkeeping/leg.ts';
import type { Evaluation, KnownFact } from '../../bookkeeping/subject.ts';
import { dayIn, yearOf } from '../../calendar/year.ts';
import { addDays, formatDay, type Zone } from '../../calendar/zone.ts';
import type { Moment } from '../../kernel/clock.ts';
import type { StaffAccount, StaffDimensions, StaffFinding } from './accounts.ts';
import type { RatingFact, StaffFact } from './fact.ts';
import type { StaffKind } from './kinds.ts';
import { type Stretch, serviceRecord, stretchesOf } from './service-record.ts';

/** The legs and standings of one person, or of the ratings of one unit: one standing for each stretch. */
export function staffTimeline(known: readonly KnownFact<StaffFact>[], zone: Zone): Evaluation {
  const record = serviceRecord(
    known.map(({ fact }) => fact),
    zone,
  );
  const all = stretchesOf(record).map((one) => ({ one, legs: legsOf(one, zone) }));
  return {
    legs: all.flatMap(({ legs }) => legs),
    standings: all.map(({ one, legs }) => {
      const last = legs.at(-1);
      return {
        dimensions: dimensionsOf(one),
        side: last?.to ?? side('unknown'),
        day: last?.day ?? null,
        findings: findingsOf(one),
      };
    }),
  };
}

const side: (account: StaffAccount, due?: Moment | null) => Side = sideIn;

function legsOf(stretch: Stretch, zone: Zone): readonly Leg[] {
  const dimensions = dimensionsOf(stretch);
  const enters = side(stretch.account, dueOf(stretch, zone));
  const entry: Leg = { day: stretch.first, from: side('unknown'), to: enters, dimensions };
  if (stretch.last === null) return [entry];
  return [entry, { day: addDays(stretch.last, 1), from: enters, to: side(stretch.leaves), dimensions }];
}

/** The moment from which on a rating is one of an earlier year: time moves the person to those not assessed, no event does. */
const dueOf = ({ account, first }: Stretch, zone: Zone): Moment | null =>
  account.startsWith('rated/') ? zone.momentAt(dayIn(yearOf(first) + 1, 1, 1), 0) : null;

const dimensionsOf = ({ aspect, name, unit, assigned, rating }: Stretch): StaffDimensions => ({
  unit,
  staffKind: assigned?.staff ?? null,
  group: rating?.fact.group ?? null,
  ruleSet: rating?.fact.ruleSet ?? null,
  aspect,
  stretch: name,
});

/** Whom a rule set of 2026 rates: NĐ 335 civil servants, NĐ 233 public employees. NĐ 90 rates both. */
const RATES: Partial<Record<RatingFact['ruleSet'], StaffKind>> = {
  'nd-335': 'civil-servant',
  'nd-233': 'public-employee',
};

export function findingsOf({ account, assigned, rating }: Stretch): readonly Finding[] {
  if (!rating) return [];
  const { fact, replaced } = rating;
  const finding = (code: StaffFinding, detail: string): Finding => ({ code, event: fact.id, detail });
  const rates = RATES[fact.ruleSet];
  const [former] = replaced;
  return [
    ...(former
      ? [
          finding(
            'decision-replaced',
            `${fact.decision} of ${formatDay(fact.decidedOn)} replaces ${former.decision} of ${formatDay(former.decidedOn)}: ${former.result}`,
          ),
        ]
      : []),
    ...(rates && assigned && assigned.staff !== rates
      ? [
          finding(
            'rule-set-of-other-staff',
            `${fact.ruleSet} rates a ${rates}, and this is a ${assigned.staff}`,
          ),
        ]
      : []),
    ...(account === 'unassigned' ? [finding('unassigned', `no assignment is known in ${fact.year}`)] : []),
  ];
}
