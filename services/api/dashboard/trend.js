import { DAY, dayRange } from './day-range.js';
import { h, patch } from './dom.js';

/** The page loads its small build, which is a script and no module. */
const { uPlot } = /** @type {{ uPlot: typeof import('uplot') }} */ (/** @type {unknown} */ (globalThis));

/** @typedef {import('./api.js').Series} Series */
/** @typedef {import('uplot')} Chart */
/** @typedef {import('uplot').Options} Options */
/** @typedef {import('./words.js').Words} Words */

const HEIGHT = 260;
const SECOND = 1_000;

/** The chart of one objective over its window, in an element of its own. */
export class Trend {
  #chart = /** @type {Chart | undefined} */ (undefined);
  #drawn = '';

  /** @param {HTMLElement} canvas where the chart goes @param {HTMLElement} table where its figures go */
  constructor(canvas, table) {
    this.canvas = canvas;
    this.table = table;
    new ResizeObserver(() => this.#chart?.setSize({ width: canvas.clientWidth, height: HEIGHT })).observe(
      canvas,
    );
  }

  clear() {
    this.#drawn = '';
    this.#chart?.destroy();
    this.#chart = undefined;
    this.canvas.removeAttribute('aria-label');
    patch(this.canvas);
    patch(this.table);
  }

  /** @param {Series} series @param {Words} words */
  show(series, words) {
    const { points, target, window } = series;
    const theme = getComputedStyle(document.documentElement);
    const drawn = JSON.stringify([points, words.language, theme.getPropertyValue('--ink'), series.id]);
    if (drawn === this.#drawn) return;
    this.clear();
    this.#drawn = drawn;
    const last = points.at(-1);
    if (!last) {
      patch(this.canvas, h('p.empty', null, words.t('trend.empty')));
      return;
    }
    this.canvas.setAttribute(
      'aria-label',
      words.t('trend.label', {
        from: words.day(window.from),
        to: words.day(last.to),
        value: words.percent(last.cumulative, target),
        target: words.target(target),
      }),
    );
    this.#chart = new uPlot(
      options(series, words, theme, this.canvas.clientWidth),
      dataOf(series),
      this.canvas,
    );
    patch(this.table, table(series, words));
  }
}

/** Where a point stands on the axis of days. @param {Series['points'][number] | undefined} point */
const dayOf = (point) => (point ? Date.parse(point.to) / SECOND : 0);

/** @param {Series} series @returns {import('uplot').AlignedData} */
function dataOf({ points, target }) {
  return [
    points.map(dayOf),
    points.map(({ denominator }) => denominator),
    points.map(({ numerator, denominator }) => denominator - numerator),
    points.map(({ cumulative }) => (cumulative.value === null ? null : cumulative.value * 100)),
    points.map(() => target * 100),
  ];
}

/** @param {Series} series @param {Words} words @param {CSSStyleDeclaration} theme @param {number} width @returns {Options} */
function options({ points, target }, words, theme, width) {
  /** @param {string} name */
  const colour = (name) => theme.getPropertyValue(name).trim();
  const font = `12px ${theme.getPropertyValue('font-family') || 'sans-serif'}`;
  const axis = {
    stroke: colour('--muted'),
    font,
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
  };
  const paths = uPlot.paths.bars?.({ size: [0.7, 24], align: 0 });
  /** @param {'trend.volume' | 'trend.failed'} label @param {string} name of the colour @returns {import('uplot').Series} */
  const bars = (label, name) => ({
    label: words.t(label),
    scale: 'volume',
    fill: colour(name),
    stroke: colour(name),
    width: 0,
    points: { show: false },
    value: (_, value) => (value === null ? '–' : words.number(value)),
    ...(paths && { paths }),
  });
  return {
    width,
    height: HEIGHT,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * SECOND), 'UTC'),
    legend: { live: true },
    cursor: { y: false, drag: { x: false, y: false } },
    scales: {
      // By the points themselves: of one alone the library makes years.
      x: { range: () => dayRange(dayOf(points[0]), dayOf(points.at(-1))) },
      share: { range: (_, low, high) => shareRange(low, high, target * 100) },
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
        values: (_, ticks) =>
          ticks.map(
            (tick) => `${new Intl.NumberFormat(words.locale, { maximumFractionDigits: 2 }).format(tick)}%`,
          ),
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
      bars('trend.volume', '--bar'),
      bars('trend.failed', '--bad'),
      {
        label: words.t('trend.share'),
        scale: 'share',
        stroke: colour('--accent'),
        width: 2.5,
        points: { show: points.length < 3, size: 6 },
        value: (_, __, ___, index) =>
          words.percent(index === null ? null : (points[index]?.cumulative ?? null), target),
      },
      {
        label: words.t('trend.target'),
        scale: 'share',
        stroke: colour('--ink'),
        width: 1.5,
        dash: [6, 4],
        points: { show: false },
        value: () => words.target(target),
      },
    ],
  };
}

/** Around both the line and the target, never beyond 0 and 100. @param {number} low @param {number} high @param {number} target @returns {[number, number]} */
function shareRange(low, high, target) {
  const least = Math.min(low, target);
  const most = Math.max(high, target);
  const room = Math.max((most - least) * 0.15, 0.5);
  return [Math.max(0, least - room * 2), Math.min(100.2, most + room)];
}

/** The same figures for those who cannot see the chart. @param {Series} series @param {Words} words */
function table({ points, target }, { t, ...words }) {
  return h(
    'table',
    null,
    h(
      'thead',
      null,
      h(
        'tr',
        null,
        ...['trend.day', 'count', 'trend.share'].map((key) =>
          h('th', { scope: 'col' }, t(/** @type {'count'} */ (key))),
        ),
      ),
    ),
    h(
      'tbody',
      null,
      ...points
        .toReversed()
        .map(({ to, numerator, denominator, cumulative }) =>
          h(
            'tr',
            null,
            h('th', { scope: 'row' }, words.day(to)),
            h('td', null, `${words.number(numerator)} / ${words.number(denominator)}`),
            h('td', null, words.percent(cumulative, target)),
          ),
        ),
    ),
  );
}
