import type { Zone } from '../calendar/zone.ts';
import { type Moment, momentText, momentTextOrNull } from '../kernel/clock.ts';
import { disclosed, SMALL_GROUP } from '../measures/small-groups.ts';
import type { AlertTransitionedV1 } from './facts.ts';
import { isLabel, type LabelName, labelsOf } from './labels.ts';
import { textOf } from './message-text.ts';
import { alertKey, OFFICE, type Subject } from './rule.ts';

export const MESSAGE_TYPES = [
  'objective.breached',
  'objective.at-risk',
  'objective.recovered',
  'feed.silent',
  'feed.resumed',
  'register.overdue',
  'register.cleared',
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

/** The messages that a webhook wants: every list that is given must contain the message's value. */
export interface MessageFilter {
  readonly types?: MessageType[] | undefined;
  readonly objectives?: string[] | undefined;
  readonly scopes?: string[] | undefined;
  readonly feeds?: string[] | undefined;
}

/** What all events of the store come to, for receivers to keep: an anchor outside the machine. */
export interface StoreHead {
  /** Id of the store. */
  readonly store: string;
  /** Of its last event that the figures reflect. */
  readonly position: string;
  /** Of the chain, at that position. */
  readonly link: string;
}

export interface MessageContext {
  /** Where links lead, without a final slash. */
  readonly publicUrl: string;
  /** Of times in words. */
  readonly zone: Zone;
  /** At present; null where no chain is known. */
  readonly storeHead: () => StoreHead | null;
}

/** A fact as a webhook with this filter hears of it: about its feeds alone, where it is about many. Undefined where it hears nothing. */
export function wanted(filter: MessageFilter, fact: AlertTransitionedV1): AlertTransitionedV1 | undefined {
  const { rule, subject, others = [], ...rest } = fact;
  const [first, ...more] = [subject, ...others].filter((each) => wants(filter, typeOf(fact), each));
  if (!first) return undefined;
  const key = first === subject ? fact.key : alertKey({ rule: { kind: rule }, subject: first });
  const feeds = more.filter((each) => each.kind === 'feed');
  return { ...rest, rule, key, subject: first, ...(feeds.length > 0 && { others: feeds }) };
}

/** The message of a transition that webhooks are notified of. */
export function messageOf(
  fact: AlertTransitionedV1,
  { publicUrl, zone, storeHead }: MessageContext,
): Message {
  const { key, rule, reason, subject, since, at, others = [] } = fact;
  return {
    type: typeOf(fact),
    timestamp: momentText(at),
    data: {
      text: textOf(fact, zone),
      alert: key,
      rule,
      reminder: reason === 'repeat-interval',
      reason,
      since: since === undefined ? null : momentText(since),
      ...figuresOf(subject),
      ...(subject.kind === 'feed' && { feeds: [subject, ...others].map(figuresOf) }),
      page: publicUrl + pageOf(subject, at),
      evidence: publicUrl + evidenceOf(subject, at),
      storeHead: storeHead(),
    },
  };
}

/** The message by which a receiver is tried. */
export const trialOf = (
  webhook: string,
  at: Moment,
  { publicUrl, storeHead }: Pick<MessageContext, 'publicUrl' | 'storeHead'>,
): Message => ({
  type: 'webhook.test',
  timestamp: momentText(at),
  data: { webhook, text: TRIAL, page: `${publicUrl}/`, storeHead: storeHead() },
});
const TRIAL = {
  vi: 'Tin thử: địa chỉ này nhận được tin của Nhịp.',
  en: 'A trial: this address receives the messages of Nhịp.',
};

/** The page as it stood at a moment, for the objective, window and unit that the alert is about. */
function pageOf(subject: Subject, at: Moment): string {
  const query = new URLSearchParams({
    asOf: momentText(at),
    ...(subject.kind === 'objective' && { objective: subject.objective }),
    ...windowOf(subject),
    ...(subject.kind !== 'feed' && unitOf(subject)),
  });
  return `/?${query}`;
}

/** The evidence behind the figure at a moment. */
function evidenceOf(subject: Subject, at: Moment): string {
  const part = subject.kind === 'objective' ? subject.meaning?.part?.name : undefined;
  const query = new URLSearchParams({
    asOf: momentText(at),
    ...windowOf(subject),
    ...(part !== undefined && { part }),
    ...(subject.kind === 'register' && unitOf(subject)),
  });
  return `${subject.evidence}${subject.evidence.includes('?') ? '&' : '?'}${query}`;
}

const unitOf = ({ scope }: { readonly scope: string }): { readonly unit?: string } =>
  scope === OFFICE ? {} : { unit: scope };

const windowOf = (subject: Subject): { readonly window?: string } =>
  subject.kind === 'objective' && subject.meaning ? { window: subject.meaning.window } : {};

export function typeOf({ kind, rule }: Pick<AlertTransitionedV1, 'kind' | 'rule'>): MessageType {
  const over = kind === 'resolved';
  if (rule === 'overdue') return over ? 'register.cleared' : 'register.overdue';
  if (rule === 'feed-silent') return over ? 'feed.resumed' : 'feed.silent';
  if (over) return 'objective.recovered';
  return rule === 'breach' ? 'objective.breached' : 'objective.at-risk';
}

/** The figures of a subject as the API shows them; `value` is null when it cannot be computed, and of a small group. */
export function figuresOf(subject: Subject): Record<string, unknown> {
  if (subject.kind === 'feed') {
    const { feed, objectives, silent, lastEventAt } = subject;
    return {
      feed,
      objectives,
      silent,
      lastEventAt: momentTextOrNull(lastEventAt),
    };
  }
  if (subject.kind === 'register') {
    const { register, scope, overdue } = subject;
    return { register, scope, overdue };
  }
  const { objective, scope, target, comparator = '>=', measuredIn = null, denominator, meaning } = subject;
  const { status, numerator } = disclosed({ ...subject, reason: subject.smallGroup ? SMALL_GROUP : null });
  return {
    objective,
    scope,
    ...(meaning && { title: meaning.title, owner: meaning.owner }),
    status,
    value:
      numerator === null || status === 'not-computable' || denominator === 0 ? null : numerator / denominator,
    target: Number(target),
    comparator,
    measuredIn,
    numerator,
    denominator,
    ...(meaning && {
      lateBudget: meaning.lateBudget,
      needed: meaning.needed ?? null,
      window: meaning.window,
    }),
    ...(meaning?.part && { part: meaning.part }),
  };
}

/** Whether a webhook with this filter is notified. A list of objectives excludes messages about feeds, and the reverse. */
export function wants(filter: MessageFilter, type: MessageType, subject: Subject): boolean {
  const labels = labelsOf(subject);
  const has = (list: readonly string[] | undefined, name: LabelName) =>
    list === undefined || list.some((value) => isLabel(labels, name, value));
  return (
    (filter.types === undefined || filter.types.includes(type)) &&
    has(filter.objectives, 'objective') &&
    has(filter.scopes, 'scope') &&
    has(filter.feeds, 'feed')
  );
}
