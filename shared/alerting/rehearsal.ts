import type { Moment } from '../kernel/clock.ts';
import { type AlertKey, alertKey, outrankedBy, type RuleKind, readingOf, type Watch } from './rule.ts';
import { type AlertState, decide, evolve, INITIAL, type Transition } from './state.ts';

/** The rules of an objective and its figure, as they stood at one moment. */
export interface RehearsedMoment {
  readonly at: Moment;
  readonly watches: readonly Watch[];
}

export interface RehearsedTransition extends Transition {
  readonly rule: RuleKind;
}

/**
 * The transitions of the alerts of an objective, had its rules been asked at these moments only, without silences and
 * acknowledgements. @param moments the earliest first
 */
export function rehearse(moments: readonly RehearsedMoment[]): readonly RehearsedTransition[] {
  const states = new Map<AlertKey, AlertState>();
  const ask = (watch: Watch, at: Moment): readonly RehearsedTransition[] => {
    const key = alertKey(watch);
    const state = states.get(key) ?? INITIAL;
    const over = outrankedBy(watch);
    const isOutranked = over !== undefined && states.get(over)?.phase === 'firing';
    const { transition } = decide(state, readingOf(watch, isOutranked), watch.rule, false, at);
    if (!transition) return [];
    states.set(key, evolve(state, transition));
    return [{ ...transition, rule: watch.rule.kind }];
  };
  // What outranks others is asked before them.
  const inOrder = (watches: readonly Watch[]) =>
    watches.toSorted((a, b) => Number(outrankedBy(a) !== undefined) - Number(outrankedBy(b) !== undefined));
  return moments.flatMap(({ at, watches }) => inOrder(watches).flatMap((watch) => ask(watch, at)));
}
