import type { Moment } from '../kernel/clock.ts';
import type { AlertKey, FeedSubject, RuleKind, Subject } from './rule.ts';
import { type AlertState, acknowledge, evolve, type Transition } from './state.ts';

/** `alert.transitioned.v1` on `alert-{key}`: an alert changed, with the figures that made it change. */
export interface AlertTransitionedV1 extends Transition {
  readonly key: AlertKey;
  readonly rule: RuleKind;
  readonly subject: Subject;
  /** Since when its condition has held, or had held when it resolved. Facts of earlier versions have none. */
  readonly since?: Moment;
  /** The silence under which no message was sent. */
  readonly silence?: string;
  /** Its message is about these feeds too. */
  readonly others?: readonly FeedSubject[];
  /** The alert whose message is about this one too, which has none of its own. */
  readonly toldBy?: AlertKey;
}

/** `alert.acknowledged.v1` on `alert-{key}`: a person acknowledged a firing alert; reminders stop until it resolves. */
export interface AlertAcknowledgedV1 {
  readonly key: AlertKey;
  readonly at: Moment;
  readonly by: string;
  readonly comment: string;
}

export const TRANSITIONED = 'alert.transitioned.v1';
export const ACKNOWLEDGED = 'alert.acknowledged.v1';

export type AlertFact =
  | { readonly type: typeof TRANSITIONED; readonly data: AlertTransitionedV1 }
  | { readonly type: typeof ACKNOWLEDGED; readonly data: AlertAcknowledgedV1 };

/** An event of an alert's stream. Its text was written by this system and is believed. Undefined for a type it does not know. */
export function alertFact(type: string, text: string): AlertFact | undefined {
  if (type === TRANSITIONED) return { type, data: JSON.parse(text) };
  if (type === ACKNOWLEDGED) return { type, data: JSON.parse(text) };
  return undefined;
}

export function applyFact(state: AlertState, fact: AlertFact): AlertState {
  return fact.type === TRANSITIONED ? evolve(state, fact.data) : acknowledge(state, fact.data);
}
