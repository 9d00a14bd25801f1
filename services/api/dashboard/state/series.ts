import { pointsMark } from '../../../../shared/measures/points-mark.ts';
import type { Series } from '../client/api.ts';

/**
 * A series of which only the end was fetched again: the points before `since` are those already held. Undefined when they do
 * not fit together, because something changed before `since` or the window is another one: then the whole is fetched.
 */
export function withTail(held: Series, tail: Series, since: string): Series | undefined {
  const before = held.points.filter(({ to }) => to < since);
  const fits =
    held.id === tail.id && held.window.from === tail.window.from && tail.earlier === pointsMark(before);
  return fits ? { ...tail, points: [...before, ...tail.points] } : undefined;
}

/** What the points of a series are: sums of the window so far, how it stood on a day, or values. It decides their words. */
export const pointsOf = ({
  measuredIn,
  onLastDay,
}: Pick<Series, 'measuredIn' | 'onLastDay'>): 'window' | 'day' | 'value' =>
  measuredIn ? 'value' : onLastDay ? 'day' : 'window';
