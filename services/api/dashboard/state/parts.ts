import type { Objective, Part } from '../client/api.ts';
import type { Words } from '../text/words.ts';

type Parts = Pick<Objective, 'parts'>;

/** The leaves that count so. */
export const leaves = ({ parts }: Parts, counts: Part['counts']): readonly Part[] =>
  parts.filter((part) => part.of === undefined && part.counts === counts);

/** The title of a part; its name where the objective has no such part. */
export function titleOf({ parts }: Parts, name: string, { of }: Words): string {
  const part = parts.find((one) => one.name === name);
  return part ? of(part.title) : name;
}

/** The titles of the parts that reach the objective, for use within a sentence. */
export function reachedBy(objective: Parts, { of, locale }: Words): string {
  const titles = leaves(objective, 'for').map(({ title }) => of(title));
  return titles.map((title) => title.charAt(0).toLocaleLowerCase(locale) + title.slice(1)).join(', ');
}

/** The word for so many failures. */
export const failedWord = (
  { words: { failed } }: Pick<Objective, 'words'>,
  count: number,
  { of }: Words,
): string => of(Math.abs(count) === 1 ? failed.one : failed.many);
