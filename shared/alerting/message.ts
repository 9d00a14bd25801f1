import type { AlertTransitionedV1 } from './facts.ts';
import type { Subject } from './rule.ts';

export const MESSAGE_TYPES = [
  'objective.breached',
  'objective.at-risk',
  'objective.recovered',
  'feed.silent',
  'feed.resumed',
  'webhook.test',
] as const;
export type MessageType = (typeof MESSAGE_TYPES)[number];

/** The body of a webhook (Standard Webhooks §payload). */
export interface Message {
  readonly type: MessageType;
  /** RFC 3339, UTC: when it happened, the same on every try. */
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What a webhook wants to hear: every list that is given must contain the message's value. */
export interface MessageFilter {
  readonly types?: MessageType[] | undefined;
  readonly objectives?: string[] | undefined;
  readonly scopes?: string[] | undefined;
  readonly feeds?: string[] | undefined;
}

/** The message of a transition that people are told of. @param publicUrl base of links, without a final slash. */
export function messageOf(fact: AlertTransitionedV1, publicUrl: string): Message {
  const { key, rule, reason, subject } = fact;
  return {
    type: typeOf(fact),
    timestamp: new Date(fact.at).toISOString(),
    data: {
      alert: key,
      rule,
      reminder: reason === 'repeat-interval',
      reason,
      ...figuresOf(subject),
      evidence: publicUrl + subject.evidence,
    },
  };
}

function typeOf({ kind, rule }: AlertTransitionedV1): MessageType {
  const over = kind === 'resolved';
  if (rule === 'feed-silent') return over ? 'feed.resumed' : 'feed.silent';
  if (over) return 'objective.recovered';
  return rule === 'breach' ? 'objective.breached' : 'objective.at-risk';
}

/** What a subject's figures look like outside; `value` is null when it cannot be computed. */
export function figuresOf(subject: Subject): Record<string, unknown> {
  if (subject.kind === 'feed') {
    const { feed, objectives, silent, lastEventAt } = subject;
    return {
      feed,
      objectives,
      silent,
      lastEventAt: lastEventAt === null ? null : new Date(lastEventAt).toISOString(),
    };
  }
  const { objective, scope, status, target, numerator, denominator } = subject;
  return {
    objective,
    scope,
    status,
    value: status === 'not-computable' || denominator === 0 ? null : numerator / denominator,
    target: Number(target),
    numerator,
    denominator,
  };
}

/** Whether a webhook with this filter is told. A list about objectives keeps messages about feeds out, and the other way round. */
export function wants(filter: MessageFilter, { type, data }: Message): boolean {
  const has = (list: readonly unknown[] | undefined, value: unknown) =>
    list === undefined || list.includes(value);
  return (
    has(filter.types, type) &&
    has(filter.objectives, data.objective) &&
    has(filter.scopes, data.scope) &&
    has(filter.feeds, data.feed)
  );
}
