import { isLabel, type LabelName, labelsOf } from './labels.ts';
import { type MessageFilter, type MessageType, typeOf, wants } from './message.ts';
import type { Asked } from './rule.ts';
import { covers, type Matchers } from './silence.ts';

/** So many of the known values a warning lists. */
const LISTED = 20;

/** Warnings about a silence that covers no known alert. Empty when it covers one. */
export function silenceWarnings(matchers: Matchers, known: readonly Asked[]): readonly string[] {
  if (known.length === 0) return [UNCHECKED];
  if (known.some((asked) => covers(matchers, asked))) return [];
  const names = (['objective', 'scope', 'feed'] as const).flatMap((name) => {
    const value = matchers[name];
    return value === undefined ? [] : unknown(name, [value], known);
  });
  return names.length > 0 ? names : ['No alert that is known has all of this at once: nothing is silenced.'];
}

/** Warnings about a filter: names that are unknown, or a combination that no message can pass. */
export function filterWarnings(filter: MessageFilter, known: readonly Asked[]): readonly string[] {
  const { types, objectives, scopes, feeds } = filter;
  if ([types, objectives, scopes, feeds].every((list) => list === undefined)) return [];
  if (known.length === 0) return [UNCHECKED];
  const names = [
    ...unknown('objective', objectives ?? [], known),
    ...unknown('scope', scopes ?? [], known),
    ...unknown('feed', feeds ?? [], known),
  ];
  if (names.length > 0) return names;
  const isReachable = known.some(({ rule, subject }) =>
    typesOf(rule).some((type) => wants(filter, type, subject)),
  );
  return isReachable ? [] : ['No message that is known is in all of these lists: nothing would be sent.'];
}

const UNCHECKED = 'Nothing has been evaluated yet: whether it matches anything could not be checked.';

const typesOf = ({ kind }: Asked['rule']): readonly MessageType[] =>
  (['fired', 'resolved'] as const).map((transition) => typeOf({ kind: transition, rule: kind }));

function unknown(name: LabelName, values: readonly string[], known: readonly Asked[]): readonly string[] {
  const labels = known.map(({ rule, subject }) => labelsOf(subject, rule.kind));
  const list = [...new Set(labels.flatMap((one) => one[name] ?? []))].sort();
  const more = list.length > LISTED ? `, and ${list.length - LISTED} more` : '';
  const those = list.length === 0 ? 'none is' : `known: ${list.slice(0, LISTED).join(', ')}${more}`;
  return values
    .filter((value) => !labels.some((one) => isLabel(one, name, value)))
    .map((value) => `No ${name} ${JSON.stringify(value)} is known (${those}).`);
}
