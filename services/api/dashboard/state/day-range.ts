/** In the seconds of a chart's axis. */
export const DAY = 86_400;

/** The range of an axis of days: at least a week, so that one day alone stands in the midst of days. */
export function dayRange(first: number, last: number): [number, number] {
  const room = Math.ceil(Math.max(0, 6 * DAY - (last - first)) / 2 / DAY) * DAY;
  return [first - room, last + room];
}
