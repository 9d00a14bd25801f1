import type { Part } from '../client/api.ts';
import type { Words } from '../text/words.ts';

/** The leaves that count so. */
export const leaves = (parts: readonly Part[], counts: Part['counts']): readonly Part[] =>
  parts.filter((part) => part.of === undefined && part.counts === counts);

/** The one part that holds all failures, for a link to them: their union when there are several leaves. */
export const failuresOf = (parts: readonly Part[]): Part | undefined => {
  const [first, ...more] = leaves(parts, 'against');
  const union = parts.find(({ of, counts }) => of !== undefined && counts === 'against');
  return more.length > 0 ? (union ?? first) : first;
};

/** The titles of the leaves that count so, for use within a sentence. */
export function titlesOf(parts: readonly Part[], counts: Part['counts'], { of, locale }: Words): string {
  const titles = leaves(parts, counts).map(({ title }) => of(title));
  return titles.map((title) => title.charAt(0).toLocaleLowerCase(locale) + title.slice(1)).join(', ');
}
