import type { Moment } from '../kernel/clock.ts';

/** The reading of a rule at one moment. */
export type Reading =
  | 'active'
  | 'clear'
  /** No longer true, but not past the target by the margin yet. */
  | 'within-margin'
  | 'low-volume'
  | 'no-data'
  /** A graver alert on the same subject is firing and speaks for this one. */
  | 'superseded'
  /** No rule asks about it any more: the objective was closed, or defined without the rule. */
  | 'withdrawn';

export interface Acknowledgement {
  readonly at: Moment;
  readonly by: string;
  readonly comment: string;
}

export type AlertState =
  | { readonly phase: 'ok' }
  | { readonly phase: 'pending'; readonly since: Moment }
  | {
      readonly phase: 'firing';
      readonly since: Moment;
      /** When the last message was sent; null while a silence has held it back. */
      readonly notifiedAt: Moment | null;
      readonly acknowledged: Acknowledgement | null;
    }
  | { readonly phase: 'resolved'; readonly since: Moment };

export const INITIAL: AlertState = { phase: 'ok' };

/** The reason for a transition, or for its absence. */
export type Reason =
  | 'nothing'
  | 'first'
  | 'waiting'
  | 'held-for'
  | 'gone-before-firing'
  | 'still-firing'
  | 'acknowledged'
  | 'repeat-interval'
  | 'silenced'
  | 'silence-ended'
  | 'hysteresis-hold'
  | 'below-minimum-volume'
  | 'no-data'
  | 'superseded'
  | 'withdrawn'
  /** A newer version has written to its stream. */
  | 'newer-event'
  | 'resolved';

/** A change that is stored as a fact. `notify`: whether a message is sent. */
export interface Transition {
  readonly kind: 'pending' | 'cancelled' | 'fired' | 'reminded' | 'resolved';
  readonly at: Moment;
  readonly notify: boolean;
  readonly reason: Reason;
}

export interface Decision {
  readonly reason: Reason;
  readonly transition?: Transition;
}

/** When a condition becomes an alert, and how often its message is repeated (milliseconds). */
export interface Timing {
  readonly for: number;
  readonly repeatInterval: number | null;
}

/**
 * Decides the next transition of one alert. Pure; the caller records the transition first and applies it with {@link evolve} after.
 * @param silenced a silence covers the alert at this moment.
 */
export function decide(
  state: AlertState,
  reading: Reading,
  timing: Timing,
  silenced: boolean,
  now: Moment,
): Decision {
  if (state.phase === 'firing') return decideFiring(state, reading, timing, silenced, now);
  if (state.phase === 'pending') return decidePending(state, reading, timing, silenced, now);
  if (reading !== 'active') return { reason: QUIET[reading] };
  if (timing.for > 0) return change('pending', 'waiting', false, now);
  return fire('first', silenced, now);
}

/** Why nothing is raised, or why a condition that was waiting is dropped. */
const QUIET: Record<Exclude<Reading, 'active'>, Reason> = {
  clear: 'nothing',
  'within-margin': 'nothing',
  'low-volume': 'below-minimum-volume',
  'no-data': 'no-data',
  superseded: 'superseded',
  withdrawn: 'withdrawn',
};

function decidePending(
  state: AlertState & { phase: 'pending' },
  reading: Reading,
  timing: Timing,
  silenced: boolean,
  now: Moment,
): Decision {
  // Not knowing neither confirms the condition nor ends it: its clock runs on, and the next figure decides.
  if (reading === 'no-data') return { reason: 'no-data' };
  if (reading !== 'active') {
    const reason = QUIET[reading];
    return change('cancelled', reason === 'nothing' ? 'gone-before-firing' : reason, false, now);
  }
  return isPast(state.since, timing.for, now) ? fire('held-for', silenced, now) : { reason: 'waiting' };
}

function decideFiring(
  state: AlertState & { phase: 'firing' },
  reading: Reading,
  timing: Timing,
  silenced: boolean,
  now: Moment,
): Decision {
  switch (reading) {
    // The end of a reported alert is reported even under a silence: otherwise the receiver's ticket stays open.
    case 'clear':
      return change('resolved', 'resolved', state.notifiedAt !== null, now);
    case 'withdrawn':
      return change('resolved', 'withdrawn', state.notifiedAt !== null, now);
    case 'superseded':
      return change('resolved', 'superseded', false, now);
    case 'within-margin':
      return { reason: 'hysteresis-hold' };
    case 'low-volume':
      return { reason: 'below-minimum-volume' };
    case 'no-data':
      return { reason: 'no-data' };
    case 'active':
      return decideReminder(state, timing, silenced, now);
  }
}

function decideReminder(
  state: AlertState & { phase: 'firing' },
  timing: Timing,
  silenced: boolean,
  now: Moment,
): Decision {
  if (silenced) return { reason: 'silenced' };
  if (state.acknowledged) return { reason: 'acknowledged' };
  if (state.notifiedAt === null) return change('reminded', 'silence-ended', true, now);
  const due = timing.repeatInterval !== null && isPast(state.notifiedAt, timing.repeatInterval, now);
  return due ? change('reminded', 'repeat-interval', true, now) : { reason: 'still-firing' };
}

/** Whether a pause is over. One that began in the future was written by a wrong clock: it is over too. */
const isPast = (since: Moment, pause: number, now: Moment): boolean => now - since >= pause || since > now;

const fire = (reason: Reason, silenced: boolean, now: Moment): Decision =>
  change('fired', silenced ? 'silenced' : reason, !silenced, now);

const change = (kind: Transition['kind'], reason: Reason, notify: boolean, at: Moment): Decision => ({
  reason,
  transition: { kind, at, notify, reason },
});

/** The state after a recorded transition. Folding all transitions of an alert gives its state back after a restart. */
export function evolve(state: AlertState, { kind, at, notify }: Transition): AlertState {
  switch (kind) {
    case 'pending':
      return { phase: 'pending', since: at };
    case 'cancelled':
      return INITIAL;
    case 'fired':
      return { phase: 'firing', since: at, notifiedAt: notify ? at : null, acknowledged: null };
    case 'reminded':
      return state.phase === 'firing' ? { ...state, notifiedAt: at } : state;
    case 'resolved':
      return { phase: 'resolved', since: at };
  }
}

/** The state after an acknowledgement; only a firing alert can be acknowledged, and the first acknowledgement stays. */
export const acknowledge = (state: AlertState, acknowledged: Acknowledgement): AlertState =>
  state.phase === 'firing' && !state.acknowledged ? { ...state, acknowledged } : state;
