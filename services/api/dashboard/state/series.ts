import type { Series } from '../client/api.ts';

const NOTHING = { numerator: 0, denominator: 0 };

/**
 * A series of which only the end was fetched again: the points before `since` are those already held. Undefined when they do
 * not fit together, because something changed before `since` or the window is another one: then the whole is fetched.
 */
export function withTail(held: Series, tail: Series, since: string): Series | undefined {
  const before = held.points.filter(({ to }) => to < since);
  const base = before.at(-1)?.cumulative ?? NOTHING;
  const [first] = tail.points;
  const fits =
    first !== undefined &&
    held.id === tail.id &&
    held.window.from === tail.window.from &&
    first.cumulative.numerator - first.numerator === base.numerator &&
    first.cumulative.denominator - first.denominator === base.denominator;
  return fits ? { ...tail, points: [...before, ...tail.points] } : undefined;
}
