/** The steps of the scale of likelihood and impact. */
export type ScaleSteps = 3 | 5;

/** How likely a risk is and how grave its effect, each from 1 to the steps of the scale. */
export interface Assessment {
  readonly likelihood: number;
  readonly impact: number;
  readonly scale: ScaleSteps;
}

/** Computed, never typed in. */
export const scoreOf = ({ likelihood, impact }: Assessment): number => likelihood * impact;

/** The cell of the matrix (ma trận rủi ro): a word, since dimensions are words. */
export const cellOf = ({ likelihood, impact, scale }: Assessment): string =>
  `of${scale}-${likelihood}x${impact}`;

/** The inverse of {@link cellOf}; undefined for another text. */
export function assessmentIn(cell: string): Assessment | undefined {
  const parts = /^of([35])-([1-5])x([1-5])$/.exec(cell);
  if (!parts) return undefined;
  return { scale: parts[1] === '3' ? 3 : 5, likelihood: Number(parts[2]), impact: Number(parts[3]) };
}

/** Every cell of a scale, by likelihood, then impact. */
export const cellsOf = (scale: ScaleSteps): readonly Assessment[] =>
  Array.from({ length: scale * scale }, (_, index) => ({
    likelihood: Math.floor(index / scale) + 1,
    impact: (index % scale) + 1,
    scale,
  }));
