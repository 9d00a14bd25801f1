/** One line of the report. Ratios are to a peer measured in the same run, so that they say something on any machine. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: 'ev/s' | 'req/s' | 'ms' | 'MiB' | '×' | 'µs/ev';
  /** In the unit of the value; whether more or less is better follows from the unit. */
  readonly goal?: number;
  readonly floor?: number;
  /** The same done by somebody else. */
  readonly peer?: {
    readonly what: string;
    readonly value: number;
    readonly goal?: number;
    readonly floor?: number;
  };
  /** What a reader must know to believe it. */
  readonly note?: string;
}

export interface Scale {
  /** Minutes in all instead of most of an hour: smaller stores, shorter stretches. */
  readonly quick: boolean;
  /** How many dossiers the past has; `asof` alone asks. */
  readonly dossiers?: number;
  readonly log: (line: string) => void;
}

/** One budget of the design, measured. */
export type Bench = (scale: Scale) => Promise<readonly Figure[]>;

type Verdict = 'goal' | 'floor' | 'below' | '';

const isBetterWhenMore = ({ unit }: Figure): boolean => unit === 'ev/s' || unit === 'req/s';

export const ratioOf = ({ value, peer }: Figure): number | undefined => peer && value / peer.value;

/** Which of goal and floor a figure reaches, by value and by ratio: the worse of the two counts. */
export function verdictOf(figure: Figure): Verdict {
  const { value, goal, floor, peer } = figure;
  const sign = isBetterWhenMore(figure) ? 1 : -1;
  const reaches = (limit: number | undefined) => limit === undefined || (value - limit) * sign >= 0;
  const ratio = ratioOf(figure) ?? Number.POSITIVE_INFINITY;
  if (goal === undefined && floor === undefined) return '';
  if (reaches(goal) && ratio >= (peer?.goal ?? 0)) return 'goal';
  return reaches(floor) && ratio >= (peer?.floor ?? 0) ? 'floor' : 'below';
}

/** A table for people, as Markdown. */
export function tableOf(figures: readonly Figure[]): string {
  const header = ['what', 'measured', 'goal', 'floor', 'reached', 'peer', 'ratio', 'goal ×', 'floor ×'];
  const rows = figures.map((figure) => {
    const { what, value, unit, goal, floor, peer } = figure;
    const ratio = ratioOf(figure);
    return [
      what,
      `${shown(value)} ${unit}`,
      goal === undefined ? '' : shown(goal),
      floor === undefined ? '' : shown(floor),
      verdictOf(figure),
      peer ? `${peer.what}: ${shown(peer.value)}` : '',
      ratio === undefined ? '' : `${shown(ratio)} ×`,
      peer?.goal === undefined ? '' : String(peer.goal),
      peer?.floor === undefined ? '' : String(peer.floor),
    ];
  });
  const all = [header, header.map(() => '---'), ...rows];
  const notes = figures.flatMap(({ what, note }) => (note === undefined ? [] : [`- ${what}: ${note}`]));
  return [...all.map((cells) => `| ${cells.join(' | ')} |`), '', ...notes].join('\n');
}

const shown = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)));

/** The value below which the share `part` of them lies. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);
