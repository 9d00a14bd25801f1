import type { Moment } from '../kernel/clock.ts';
import { isLabel, type Labels, labelsOf } from './labels.ts';
import type { Asked } from './rule.ts';

/** Which alerts a silence covers: all that are given must be equal; none given covers everything. */
export type Matchers = Labels;

/** A request to send no messages for a time, with a reason. The alert itself is evaluated as usual. */
export interface Silence {
  readonly id: string;
  readonly matchers: Matchers;
  /** Inclusive. */
  readonly startsAt: Moment;
  /** Exclusive. */
  readonly endsAt: Moment;
  readonly createdBy: string;
  readonly comment: string;
  readonly createdAt: Moment;
}

/** `silence.created.v1` and `silence.ended.v1` on the stream `silences`. */
export type SilenceFact =
  | { readonly type: 'silence.created.v1'; readonly data: Silence }
  | {
      readonly type: 'silence.ended.v1';
      readonly data: { readonly id: string; readonly at: Moment; readonly by: string };
    };

/** An event of the stream `silences`, as it was written. Undefined for a type it does not know. */
export function silenceFact(type: string, text: string): SilenceFact | undefined {
  if (type === 'silence.created.v1' || type === 'silence.ended.v1') return { type, data: JSON.parse(text) };
  return undefined;
}

/** The silences after a fact. Ending one early moves its end; it stays listed. */
export function applySilence(
  silences: ReadonlyMap<string, Silence>,
  fact: SilenceFact,
): Map<string, Silence> {
  const next = new Map(silences);
  if (fact.type === 'silence.created.v1') return next.set(fact.data.id, fact.data);
  const silence = next.get(fact.data.id);
  if (silence) next.set(silence.id, { ...silence, endsAt: Math.min(silence.endsAt, fact.data.at) });
  return next;
}

/** The silence that covers this alert now, the longest-lasting if there are several. */
export function silenceFor(silences: Iterable<Silence>, watch: Asked, now: Moment): Silence | undefined {
  let found: Silence | undefined;
  for (const silence of silences) {
    const active = silence.startsAt <= now && now < silence.endsAt;
    if (active && covers(silence.matchers, watch) && (!found || silence.endsAt > found.endsAt))
      found = silence;
  }
  return found;
}

export function covers(matchers: Matchers, { rule, subject }: Asked): boolean {
  const labels = labelsOf(subject, rule.kind);
  return (['objective', 'scope', 'rule', 'feed'] as const).every(
    (name) => matchers[name] === undefined || isLabel(labels, name, matchers[name]),
  );
}
