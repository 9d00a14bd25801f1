import { unitId } from '../contracts/ids.ts';
import { composed } from '../kernel/written-text.ts';
import type { RuleKind, Subject } from './rule.ts';

/** The labels of an alert that silences and filters name. */
export type LabelName = 'objective' | 'scope' | 'rule' | 'feed';
export type Labels = { readonly [Name in LabelName]?: string | undefined };

/** The canonical form of a label's value: two that look alike are alike, and both written forms of an agency are one. */
export const canonicalLabel = (name: LabelName, value: string): string =>
  name === 'scope' ? unitId(value) : composed(value.trim());

export function labelsOf(subject: Subject, rule?: RuleKind): Labels {
  if (subject.kind === 'feed') return { feed: subject.feed, rule };
  const { scope } = subject;
  return subject.kind === 'register' ? { scope, rule } : { objective: subject.objective, scope, rule };
}

/** Whether a value names this label, in any form it was stored in. */
export function isLabel(labels: Labels, name: LabelName, value: string): boolean {
  const own = labels[name];
  return own !== undefined && canonicalLabel(name, own) === canonicalLabel(name, value);
}
