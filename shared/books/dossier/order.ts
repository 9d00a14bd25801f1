import { placeDays } from '../../bookkeeping/day-order.ts';
import type { Finding } from '../../bookkeeping/leg.ts';
import { assertedAt, byAssertion, compareIds, replacedIds } from '../../bookkeeping/replacement.ts';
import { dayOf, firstMomentOf, isDay } from '../../calendar/when.ts';
import type { Zone } from '../../calendar/zone.ts';
import type { EventId } from '../../contracts/ids.ts';
import type { DossierFact, FactStatus } from './fact.ts';
import type { PlacedFact } from './path.ts';
import { DOSSIER_STATUSES } from './status.v1.ts';

/**
 * Every fact of a dossier once, in order of effect. Facts with a moment sort by `time`, `assertedAt` (absent: `time`),
 * `sequence` (absent: before every stated one), lifecycle, id. Facts by day sort by stage; {@link placeDays} places them among
 * the others. A fact that another one replaces gets the use `replaced`; a status of any feed but the best-ranked one that states
 * statuses gets the use `evidence`, and so does a letter among the letters: the feed of letters need not be that of statuses. Neither
 * affects the dossier, nor the places of other facts.
 */
export function placeInOrder(facts: readonly DossierFact[], zone: Zone, findings: Finding[]): PlacedFact[] {
  const replaced = replacedIds(facts, byAssertion(zone));
  const statuses = new Ranks();
  const letters = new Ranks();
  for (const fact of facts) if (!replaced.has(fact.id)) ranksOf(fact, statuses, letters).add(fact.rank);
  const isBest = (fact: DossierFact) =>
    fact.rank === ranksOf(fact, statuses, letters).best && !replaced.has(fact.id);
  const placed: PlacedFact[] = [];
  let previous: EventId | undefined;
  for (const fact of ordered(facts, zone, isBest)) {
    if (fact.id === previous) continue;
    previous = fact.id;
    placed.push({ fact, place: placed.length, use: replaced.has(fact.id) ? 'replaced' : 'applied' });
  }
  if (statuses.differ || letters.differ) outrank(placed, statuses, letters, findings);
  if (replaced.size > 0) reportReplaced(placed, replaced, findings);
  return placed;
}

/** The ranks of the feeds of some facts. */
class Ranks {
  best = Number.POSITIVE_INFINITY;
  private worst = Number.NEGATIVE_INFINITY;

  add(rank: number): void {
    this.best = Math.min(this.best, rank);
    this.worst = Math.max(this.worst, rank);
  }

  get differ(): boolean {
    return this.worst > this.best;
  }
}

const ranksOf = ({ status }: DossierFact, statuses: Ranks, letters: Ranks): Ranks =>
  status === 'apology' ? letters : statuses;

/** A letter comes after the work of its day and before its end. */
const LIFECYCLE = new Map<FactStatus, number>([
  ...DOSSIER_STATUSES.map((status, index) => [status, index] as const),
  ['apology', DOSSIER_STATUSES.indexOf('withdrawn') - 0.5],
]);
const lifecycle = ({ status }: DossierFact): number => LIFECYCLE.get(status) ?? 0;

/** Work and its pauses alternate: within a day `sequence` orders them, before lifecycle does. */
const WORK: ReadonlySet<FactStatus> = new Set(['in-progress', 'supplement-requested', 'payment-requested']);
const sequence = (fact: DossierFact): number => fact.sequence ?? -1;

function byStage(a: DossierFact, b: DossierFact): number {
  const alternating = WORK.has(a.status) && WORK.has(b.status);
  return (alternating && sequence(a) - sequence(b)) || lifecycle(a) - lifecycle(b);
}

type Compare = (a: DossierFact, b: DossierFact, zone: Zone) => number;

/** The order of two facts with moments. */
export const byMoment: Compare = (a, b, zone) =>
  firstMomentOf(a.time, zone) - firstMomentOf(b.time, zone) ||
  assertedAt(a, zone) - assertedAt(b, zone) ||
  sequence(a) - sequence(b) ||
  lifecycle(a) - lifecycle(b) ||
  compareIds(a.id, b.id);

const byDay: Compare = (a, b, zone) =>
  dayOf(a.time, zone) - dayOf(b.time, zone) ||
  byStage(a, b) ||
  assertedAt(a, zone) - assertedAt(b, zone) ||
  sequence(a) - sequence(b) ||
  compareIds(a.id, b.id);

function ordered(
  facts: readonly DossierFact[],
  zone: Zone,
  counts: (fact: DossierFact) => boolean,
): readonly DossierFact[] {
  if (!facts.some(isByDay)) return sorted(facts, byMoment, zone);
  const moments = facts.filter((fact) => !isByDay(fact));
  return placeDays(sorted(moments, byMoment, zone), sorted(facts.filter(isByDay), byDay, zone), {
    dayOf: ({ time }) => dayOf(time, zone),
    byStage,
    counts,
  });
}

const isByDay = ({ time }: DossierFact): boolean => isDay(time);

/** Facts mostly arrive in order, and testing for that is cheaper than sorting. */
function sorted(facts: readonly DossierFact[], compare: Compare, zone: Zone): readonly DossierFact[] {
  let previous: DossierFact | undefined;
  for (const fact of facts) {
    if (previous && compare(previous, fact, zone) > 0) return facts.toSorted((a, b) => compare(a, b, zone));
    previous = fact;
  }
  return facts;
}

function outrank(placed: readonly PlacedFact[], statuses: Ranks, letters: Ranks, findings: Finding[]): void {
  let outranked = 0;
  for (const item of placed) {
    const { best } = ranksOf(item.fact, statuses, letters);
    if (item.use !== 'applied' || item.fact.rank === best) continue;
    item.use = 'evidence';
    outranked += 1;
  }
  findings.push({
    code: 'outranked',
    detail: `${outranked} of ${placed.length} events come from feeds of a lower rank and are evidence only`,
  });
}

function reportReplaced(
  placed: readonly PlacedFact[],
  replaced: ReadonlySet<EventId>,
  findings: Finding[],
): void {
  const seen = new Set<EventId>();
  for (const { fact } of placed) {
    seen.add(fact.id);
    if (replaced.has(fact.id)) {
      findings.push({
        code: 'replaced',
        event: fact.id,
        detail: `another event replaces this ${fact.status}`,
      });
    }
  }
  for (const { fact } of placed) {
    if (fact.corrects === undefined || seen.has(fact.corrects)) continue;
    findings.push({ code: 'corrects-not-seen', event: fact.id, detail: `replaces ${fact.corrects}` });
  }
}
