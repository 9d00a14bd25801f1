import { DOSSIER_STATUSES } from '../contracts/dossier-status.v1.ts';
import type { EventId } from '../contracts/ids.ts';
import type { DossierFact } from './dossier-fact.ts';
import type { Taken } from './dossier-walk.ts';
import { assertedAt, compareIds, replacedIds } from './fact-replacement.ts';
import type { Finding } from './leg.ts';

/**
 * Every fact of a dossier once, in the order in which it moves the dossier: by `time`, `assertedAt` (absent: `time`), `sequence`
 * (absent: before every stated one), lifecycle, id. Facts that another one replaces are marked `replaced`; of the others those
 * of any but the best-ranked feed that spoke are marked `evidence`; neither moves the dossier.
 */
export function takeInOrder(facts: readonly DossierFact[], findings: Finding[]): Taken[] {
  const replaced = replacedIds(facts);
  const taken: Taken[] = [];
  let best = Number.POSITIVE_INFINITY;
  let worst = Number.NEGATIVE_INFINITY;
  let previous: EventId | undefined;
  for (const fact of isInOrder(facts) ? facts : facts.toSorted(inOrder)) {
    if (fact.id === previous) continue;
    previous = fact.id;
    const isReplaced = replaced.has(fact.id);
    taken.push({ fact, place: taken.length, use: isReplaced ? 'replaced' : 'applied' });
    if (isReplaced) continue;
    best = Math.min(best, fact.rank);
    worst = Math.max(worst, fact.rank);
  }
  if (worst > best) outrank(taken, best, findings);
  if (replaced.size > 0) reportReplaced(taken, replaced, findings);
  return taken;
}

const LIFECYCLE = new Map(DOSSIER_STATUSES.map((status, index) => [status, index]));
const lifecycle = ({ status }: DossierFact): number => LIFECYCLE.get(status) ?? 0;

const inOrder = (a: DossierFact, b: DossierFact): number =>
  a.time - b.time ||
  assertedAt(a) - assertedAt(b) ||
  (a.sequence ?? -1) - (b.sequence ?? -1) ||
  lifecycle(a) - lifecycle(b) ||
  compareIds(a.id, b.id);

/** Facts mostly come in order, and to see that is cheaper than to sort. */
const isInOrder = (facts: readonly DossierFact[]): boolean => {
  let previous: DossierFact | undefined;
  for (const fact of facts) {
    if (previous && inOrder(previous, fact) > 0) return false;
    previous = fact;
  }
  return true;
};

function outrank(taken: readonly Taken[], best: number, findings: Finding[]): void {
  let outranked = 0;
  for (const item of taken) {
    if (item.use !== 'applied' || item.fact.rank === best) continue;
    item.use = 'evidence';
    outranked += 1;
  }
  findings.push({
    code: 'outranked',
    detail: `${outranked} of ${taken.length} events come from a feed ranked below ${best} and are evidence only`,
  });
}

function reportReplaced(taken: readonly Taken[], replaced: ReadonlySet<EventId>, findings: Finding[]): void {
  const seen = new Set<EventId>();
  for (const { fact } of taken) {
    seen.add(fact.id);
    if (replaced.has(fact.id)) {
      findings.push({
        code: 'replaced',
        event: fact.id,
        detail: `another event replaces this ${fact.status}`,
      });
    }
  }
  for (const { fact } of taken) {
    if (fact.corrects === undefined || seen.has(fact.corrects)) continue;
    findings.push({ code: 'corrects-not-seen', event: fact.id, detail: `replaces ${fact.corrects}` });
  }
}
