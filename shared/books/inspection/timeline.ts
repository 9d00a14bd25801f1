import { isFuture, sureWhen } from '../../bookkeeping/future.ts';
import { type Finding, type Leg, type Side, sideIn } from '../../bookkeeping/leg.ts';
import { byStatement, onceEach, replacedIds } from '../../bookkeeping/replacement.ts';
import type { Standing } from '../../bookkeeping/subject.ts';
import { afterDay, dayOf, whenText } from '../../calendar/when.ts';
import { addDays, type LocalDay, parseDay, type Zone } from '../../calendar/zone.ts';
import type { Moment } from '../../kernel/clock.ts';
import type { InspectionAccount, InspectionAnomaly, InspectionDimensions } from './accounts.ts';
import type {
  ClosedFact,
  ConcludedFact,
  FindingFact,
  InspectionFact,
  PlannedFact,
  StatementFact,
  VisitedFact,
} from './fact.ts';

/** One event of an inspection and its effect. */
export interface ClassifiedInspectionFact {
  readonly fact: InspectionFact;
  /** `superseded`: by a later statement of the same. `ignored`: in the future, or a visit after the conclusion. */
  readonly use: 'applied' | 'superseded' | 'replaced' | 'ignored';
}

/** An amount of the book: the inspection, or one finding of it. */
export interface InspectionStanding extends Standing {
  readonly dimensions: InspectionDimensions;
  readonly legs: readonly Leg[];
}

/** What holds of a finding (tồn tại, hạn chế): its last statement, and that it was closed. */
export interface FindingLine extends InspectionStanding {
  readonly finding: string;
  readonly stated: FindingFact | undefined;
  readonly closed: ClosedFact | undefined;
}

export interface InspectionTimeline {
  readonly inspection: InspectionStanding;
  /** The statements that hold. */
  readonly plan: PlannedFact | undefined;
  /** In order, those after the conclusion left out. */
  readonly visits: readonly VisitedFact[];
  readonly conclusion: ConcludedFact | undefined;
  /** The last statement that names each. */
  readonly field: StatementFact['field'];
  readonly mode: StatementFact['mode'];
  readonly announced: StatementFact['announced'];
  /** By their names. */
  readonly lines: readonly FindingLine[];
  /** Every fact once, by assertion. */
  readonly classified: readonly ClassifiedInspectionFact[];
}

/**
 * An inspection with its findings, a pure function of the set of its facts. Of several statements of one thing the last by assertion
 * holds, whichever arrived first; of one moment, as rows of a sheet that was mended have it, the last recorded. It is inspected from the day of its conclusion, whether it was planned, visited or neither.
 */
export function inspectionTimeline(facts: readonly InspectionFact[], zone: Zone): InspectionTimeline {
  const all = onceEach(facts.toSorted(byStatement(zone)));
  const replaced = replacedIds(all, byStatement(zone));
  const future = all.filter((fact) => 'at' in fact && isFuture(fact.at, fact, zone));
  const held = all.filter((fact) => !replaced.has(fact.id) && !future.includes(fact));
  const conclusion = held.findLast((fact) => fact.kind === 'concluded');
  const seen = held
    .filter((fact) => fact.kind === 'visited')
    .toSorted((a, b) => endOf(a, zone) - endOf(b, zone));
  const visits = seen.filter((visit) => !conclusion || dayOf(visit.at, zone) <= dayOf(conclusion.at, zone));
  const plans = held.filter((fact) => fact.kind === 'planned');
  const plan = plans.at(-1);
  const statements = held.filter(isStatement);
  const last = <Key extends 'field' | 'mode' | 'announced'>(key: Key): StatementFact[Key] =>
    statements.findLast((fact) => fact[key] !== undefined)?.[key];
  const { unit = null, inspection = null } = statements.at(-1) ?? {};
  const field = last('field');
  const dimensions = { unit, field: field ?? null, kind: inspection, finding: null };

  const anomalies: Finding[] = [];
  const note = (code: InspectionAnomaly, fact: InspectionFact, detail: string) =>
    anomalies.push({ code, event: fact.id, detail });
  for (const fact of future)
    if ('at' in fact && !replaced.has(fact.id))
      note('future', fact, `${fact.kind} at ${whenText(fact.at)}, after it was recorded`);
  for (const visit of seen)
    if (!visits.includes(visit)) note('visited-after-conclusion', visit, `visited at ${whenText(visit.at)}`);
  for (const fact of statements)
    if (fact.unit !== unit) note('unit-differs', fact, `it states ${fact.unit}, a later statement ${unit}`);

  const begun = [...visits, ...(conclusion ? [conclusion] : [])].map(({ at }) => dayOf(at, zone));
  const begin = firstOf(begun);
  const planDay = firstOf(plans.map((one) => statedDay(one, zone)));
  const isPlanned = planDay !== null && !plan?.isCancelled && (begin === null || planDay <= begin);
  if (plan && planDay !== null && begin !== null && planDay > begin)
    note('planned-after-begin', plan, 'the plan is dated after the inspection had begun');
  const steps = stepsOf({ plan, planDay, isPlanned, visits, conclusion }, zone);
  const standing = (finding: string): readonly InspectionFact[] =>
    held.filter((fact) => 'finding' in fact && fact.finding === finding);
  const named = [...new Set(held.flatMap((fact) => ('finding' in fact ? [fact.finding] : [])))].sort();
  const lines = named.map((finding) => lineOf(finding, standing(finding), dimensions, zone));
  return {
    inspection: { ...chained(steps, dimensions), dimensions, findings: anomalies },
    ...{ plan, visits, conclusion, field, mode: last('mode'), announced: last('announced'), lines },
    classified: all.map((fact) => ({
      fact,
      use: replaced.has(fact.id)
        ? 'replaced'
        : !held.includes(fact) || (fact.kind === 'visited' && !visits.includes(fact))
          ? 'ignored'
          : holds(fact, { plan, conclusion, lines })
            ? 'applied'
            : 'superseded',
    })),
  };
}

const firstOf = (days: readonly LocalDay[]): LocalDay | null => days.toSorted((a, b) => a - b)[0] ?? null;

const isStatement = (fact: InspectionFact): fact is StatementFact =>
  fact.kind === 'planned' || fact.kind === 'visited' || fact.kind === 'concluded';

function holds(
  fact: InspectionFact,
  { plan, conclusion, lines }: Pick<InspectionTimeline, 'plan' | 'conclusion' | 'lines'>,
): boolean {
  switch (fact.kind) {
    case 'visited':
      return true;
    case 'planned':
      return fact === plan;
    case 'concluded':
      return fact === conclusion;
    case 'finding':
      return lines.some(({ stated }) => stated === fact);
    case 'finding-closed':
      return lines.some(({ closed }) => closed === fact);
  }
}

const endOf = ({ at }: VisitedFact, zone: Zone): LocalDay => dayOf(at, zone);

/** The day on which a plan or a finding was stated; not one that was still to come. */
const statedDay = (fact: InspectionFact, zone: Zone): LocalDay =>
  dayOf(sureWhen(fact.time, fact, zone), zone);

const side: (account: InspectionAccount, due?: Moment | null) => Side = sideIn;
const UNKNOWN = side('unknown');

interface Step {
  readonly day: LocalDay;
  readonly to: Side;
}

interface Course extends Pick<InspectionTimeline, 'plan' | 'visits' | 'conclusion'> {
  readonly planDay: LocalDay | null;
  readonly isPlanned: boolean;
}

/** Where an inspection goes, in the order of days. */
function stepsOf({ plan, planDay, isPlanned, visits, conclusion }: Course, zone: Zone): readonly Step[] {
  const how = isPlanned ? 'planned' : 'unplanned';
  const steps: Step[] = [];
  const isBegun = visits.length > 0 || conclusion !== undefined;
  const until = plan && parseDay(plan.until);
  if (plan && planDay !== null && until !== undefined && (isPlanned || !isBegun)) {
    steps.push({ day: planDay, to: side('planned', zone.momentAt(addDays(until, 1), 0)) });
    if (plan.isCancelled) steps.push({ day: statedDay(plan, zone), to: side('cancelled') });
  }
  for (const visit of visits)
    steps.push({ day: dayOf(visit.at, zone), to: side(`visited/${how}`, afterDay(visit.at, zone)) });
  if (conclusion) steps.push({ day: dayOf(conclusion.at, zone), to: side(`concluded/${how}`) });
  return steps;
}

function chained(
  steps: readonly Step[],
  dimensions: InspectionDimensions,
): Pick<InspectionStanding, 'legs' | 'side' | 'day'> {
  let from = UNKNOWN;
  const legs = steps.map(({ day, to }): Leg => {
    const leg = { day, from, to, dimensions };
    from = to;
    return leg;
  });
  return { legs, side: from, day: steps.at(-1)?.day ?? null };
}

function lineOf(
  finding: string,
  facts: readonly InspectionFact[],
  of: InspectionDimensions,
  zone: Zone,
): FindingLine {
  const stated = facts.findLast((fact) => fact.kind === 'finding');
  const closed = facts.findLast((fact) => fact.kind === 'finding-closed');
  const dimensions = { ...of, unit: stated?.unit ?? of.unit, finding };
  const findings: Finding[] = [];
  const note = (code: InspectionAnomaly, detail: string, event = facts[0]?.id) =>
    findings.push({ code, detail, ...(event !== undefined && { event }) });
  if (of.kind === null) note('without-inspection', 'no event states the inspection itself');
  if (!stated) note('closed-without-finding', 'it was closed, and no event states what was found');
  const steps: Step[] = [];
  if (stated) {
    const days = facts.filter((fact) => fact.kind === 'finding').map((fact) => statedDay(fact, zone));
    const opened = firstOf(days) ?? statedDay(stated, zone);
    const due = stated.dueAt === undefined ? null : afterDay(stated.dueAt, zone);
    steps.push({ day: opened, to: side('finding/open', due) });
    if (closed) {
      const end = dayOf(closed.at, zone);
      steps.push({ day: end < opened ? opened : end, to: side('finding/closed') });
    }
  }
  return { finding, stated, closed, ...chained(steps, dimensions), dimensions, findings };
}
