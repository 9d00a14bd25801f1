import { firstMomentOf, type When } from '../calendar/when.ts';
import type { Zone } from '../calendar/zone.ts';
import type { EventId } from '../contracts/ids.ts';
import type { Moment } from '../kernel/clock.ts';

/** The properties of an event that resolve corrections. */
export interface Replaceable {
  readonly id: EventId;
  readonly time: When;
  /** When absent, the event was asserted at its time. */
  readonly assertedAt?: When | undefined;
  readonly corrects?: EventId | undefined;
}

/** When a fact was asserted, for a day its first moment; independent of arrival, since the order of arrival must not matter. */
export const assertedAt = (fact: Replaceable, zone: Zone): Moment =>
  firstMomentOf(fact.assertedAt ?? fact.time, zone);

/** Later assertions sort after earlier ones; the id decides between equal moments. */
export const byAssertion =
  (zone: Zone) =>
  (a: Replaceable, b: Replaceable): number =>
    assertedAt(a, zone) - assertedAt(b, zone) || compareIds(a.id, b.id);

/** An event with the moment since when the store has it. */
export interface Recorded {
  readonly id: EventId;
  readonly recordedAt: Moment;
}

/** The later recorded sorts after the earlier; the id decides between events that were recorded at once. */
export const byRecording = (a: Recorded, b: Recorded): number =>
  a.recordedAt - b.recordedAt || compareIds(a.id, b.id);

/**
 * The order of what people and tables state: later assertions after earlier ones; of one moment, as a row that is mended on its day has
 * it, the later recorded last.
 */
export const byStatement =
  (zone: Zone) =>
  (a: Replaceable & Recorded, b: Replaceable & Recorded): number =>
    assertedAt(a, zone) - assertedAt(b, zone) || byRecording(a, b);

export function compareIds(a: EventId, b: EventId): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Each fact once. @param sorted so that facts of one event are neighbours */
export const onceEach = <Fact extends { readonly id: EventId }>(sorted: readonly Fact[]): readonly Fact[] =>
  sorted.filter(({ id }, index) => id !== sorted[index - 1]?.id);

const NONE: ReadonlySet<EventId> = new Set();

/**
 * The events that others replace, in any order of arrival: every target of a `corrects`, and, of several events that replace the
 * same one, all but the last asserted. A corrector that is itself replaced still replaces its target. An event cannot replace itself.
 * @param order of assertion: {@link byAssertion}, or {@link byStatement}
 */
export function replacedIds<Fact extends Replaceable>(
  facts: readonly Fact[],
  order: (a: Fact, b: Fact) => number,
): ReadonlySet<EventId> {
  if (!facts.some(isCorrection)) return NONE;
  const replaced = new Set<EventId>();
  const corrector = new Map<EventId, Fact>();
  for (const fact of facts) {
    if (!isCorrection(fact)) continue;
    const rival = corrector.get(fact.corrects);
    replaced.add(fact.corrects);
    if (!rival || order(rival, fact) < 0) corrector.set(fact.corrects, fact);
    if (rival && rival.id !== fact.id) replaced.add(order(rival, fact) < 0 ? rival.id : fact.id);
  }
  return replaced;
}

const isCorrection = <Fact extends Replaceable>(fact: Fact): fact is Fact & { readonly corrects: EventId } =>
  fact.corrects !== undefined && fact.corrects !== fact.id;
