import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import type { Series } from '../client/api.ts';
import { pointsOf } from '../state/series.ts';
import { chartData, chartOptions } from './chart.ts';
import { useApp } from './context.ts';

const HEIGHT = 260;

/** Changes with the colour scheme: a drawing on a canvas does not follow it. */
function useScheme(): boolean {
  const [isDark, setDark] = useState(() => matchMedia('(prefers-color-scheme: dark)').matches);
  useEffect(() => {
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const changed = () => setDark(dark.matches);
    dark.addEventListener('change', changed);
    return () => dark.removeEventListener('change', changed);
  }, []);
  return isDark;
}

/** The chart of one objective over its window. */
export function Trend({ series }: { readonly series: Series | undefined }) {
  const words = useApp().words.value;
  const canvas = useRef<HTMLDivElement>(null);
  const isDark = useScheme();
  const drawn = JSON.stringify([series?.id, series?.points, series?.target, words.language, isDark]);
  useEffect(() => {
    const element = canvas.current;
    if (!element || !series || series.points.length === 0) return;
    const size = { width: element.clientWidth, height: HEIGHT };
    const theme = getComputedStyle(document.documentElement);
    const chart = new uPlot(chartOptions(series, words, theme, size), chartData(series), element);
    const resized = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: HEIGHT }));
    resized.observe(element);
    return () => {
      resized.disconnect();
      chart.destroy();
    };
    // The drawing depends on nothing else: an equal answer is not drawn again.
  }, [drawn]);
  const last = series?.points.at(-1);
  const label =
    series && last
      ? words.t(`trend.label.${pointsOf(series)}`, {
          from: words.day(series.window.from),
          to: words.day(last.to),
          value: words.percent(last.cumulative, series.target, series.measuredIn),
          target: words.target(series.target, series.measuredIn),
        })
      : undefined;
  return (
    <>
      {series && !last && <p class="empty">{words.t('trend.empty')}</p>}
      <div id="trend" role="img" aria-label={label} hidden={!last} ref={canvas} />
    </>
  );
}

/** The same figures for users who cannot see the chart. */
export function TrendTable({ series }: { readonly series: Series }) {
  const { points, target, measuredIn } = series;
  const words = useApp().words.value;
  const { t, number } = words;
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{t('trend.day')}</th>
          <th scope="col">{measuredIn ? t('trend.volume.value') : t('count')}</th>
          <th scope="col">{t(`trend.share.${pointsOf(series)}`)}</th>
        </tr>
      </thead>
      <tbody>
        {points.toReversed().map(({ to, numerator, denominator, cumulative }) => (
          <tr key={to}>
            <th scope="row">{words.day(to)}</th>
            <td>
              {measuredIn
                ? words.percent({ numerator, denominator }, target, measuredIn)
                : `${number(numerator)} / ${number(denominator)}`}
            </td>
            <td>{words.percent(cumulative, target, measuredIn)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
