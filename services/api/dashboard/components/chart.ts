import uPlot from 'uplot';
import type { Series } from '../client/api.ts';
import { DAY, dayRange } from '../state/day-range.ts';
import { pointsOf } from '../state/series.ts';
import type { Words } from '../text/words.ts';

const SECOND = 1_000;

/** Where a point stands on the axis of days. */
const dayOf = (point: Series['points'][number] | undefined): number =>
  point ? Date.parse(point.to) / SECOND : 0;

/** A share is drawn in percent, a value as it is. */
const scaleOf = ({ measuredIn }: Pick<Series, 'measuredIn'>): number => (measuredIn ? 1 : 100);

export function chartData(series: Series): uPlot.AlignedData {
  const { points, target, measuredIn } = series;
  const scale = scaleOf(series);
  // A value has no volume.
  const volume = (count: (point: Series['points'][number]) => number) =>
    points.map((point) => (measuredIn ? null : count(point)));
  return [
    points.map(dayOf),
    volume(({ denominator }) => denominator),
    volume(({ numerator, denominator }) => denominator - numerator),
    points.map(({ cumulative }) => (cumulative.value === null ? null : cumulative.value * scale)),
    points.map(() => target && target * scale),
  ];
}

export function chartOptions(
  series: Series,
  words: Words,
  theme: CSSStyleDeclaration,
  size: { readonly width: number; readonly height: number },
): uPlot.Options {
  const { points, target, measuredIn, kind } = series;
  const colour = (name: string) => theme.getPropertyValue(name).trim();
  const font = `12px ${theme.getPropertyValue('font-family') || 'sans-serif'}`;
  const axis = {
    stroke: colour('--muted'),
    font,
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
  };
  const paths = uPlot.paths.bars?.({ size: [0.7, 24], align: 0 });
  const bars = (label: string, name: string): uPlot.Series => ({
    label,
    scale: 'volume',
    fill: colour(name),
    stroke: colour(name),
    width: 0,
    points: { show: false },
    value: (_, value) => (value === null ? '–' : words.number(value)),
    ...(paths && { paths }),
  });
  const shares = new Intl.NumberFormat(words.locale, { maximumFractionDigits: 2 });
  return {
    ...size,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * SECOND), 'UTC'),
    legend: { live: true },
    cursor: { y: false, drag: { x: false, y: false } },
    scales: {
      // By the points themselves: of one alone the library makes years.
      x: { range: () => dayRange(dayOf(points[0]), dayOf(points.at(-1))) },
      share: {
        range: (_, low, high) =>
          measuredIn ? around(low, high, target ?? 0) : shareRange(low, high, (target ?? 0) * 100),
      },
      // Volume keeps to the lower part, out of the way of the line.
      volume: { range: (_, __, high) => [0, Math.max(high * 2.5, 4)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        values: (_, ticks) => ticks.map((tick) => words.shortDay(tick * SECOND)),
        space: 64,
        // Nothing happens between two days.
        incrs: [1, 2, 7, 14, 30, 60, 90, 180, 365].map((days) => days * DAY),
      },
      {
        ...axis,
        scale: 'share',
        size: 58,
        values: (_, ticks) => ticks.map((tick) => `${shares.format(tick)}${measuredIn ? '' : '%'}`),
      },
      {
        ...axis,
        scale: 'volume',
        side: 1,
        size: 42,
        grid: { show: false },
        values: (_, ticks) => ticks.map(words.number),
      },
    ],
    series: [
      {
        label: words.t('trend.day'),
        value: (_, tick) => (tick === null ? '–' : words.shortDay(tick * SECOND)),
      },
      bars(words.t(`trend.volume.${pointsOf(series)}`), '--bar'),
      // What is still missing of a sum that grows has not failed.
      bars(words.t(`trend.rest.${kind}`), kind === 'rate' ? '--bad' : '--muted'),
      {
        label: words.t(`trend.share.${pointsOf(series)}`),
        scale: 'share',
        stroke: colour('--accent'),
        width: 2.5,
        points: { show: points.length < 3, size: 6 },
        value: (_, __, ___, index) =>
          words.percent(index === null ? null : (points[index]?.cumulative ?? null), target, measuredIn),
      },
      {
        label: words.t('trend.target'),
        scale: 'share',
        stroke: colour('--ink'),
        width: 1.5,
        dash: [6, 4],
        points: { show: false },
        value: () => words.target(target, measuredIn),
      },
    ],
  };
}

/** Around both the line and the target. */
function around(low: number, high: number, target: number): [number, number] {
  const least = Math.min(low, target);
  const most = Math.max(high, target);
  const room = Math.max((most - least) * 0.15, 0.5);
  return [least - room * 2, most + room];
}

/** The same, never beyond 0 and 100. */
function shareRange(low: number, high: number, target: number): [number, number] {
  const [least, most] = around(low, high, target);
  return [Math.max(0, least), Math.min(100.2, most)];
}
