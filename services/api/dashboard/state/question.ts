import { NAMED_WINDOWS } from '../../../../shared/calendar/windows.ts';
import type { FigureQuery, Objective } from '../client/api.ts';

type NamedWindow = NonNullable<FigureQuery['window']>;
type Basis = NonNullable<FigureQuery['basis']>;

/** The pages, in the order in which an office reads them. All but the first are loaded when they are opened. */
export const PAGES = [
  'overview',
  'objective',
  'cascade',
  'article-2',
  'inspections',
  'staff',
  'reviews',
  'risks',
  'opportunities',
  'definitions',
  'definition',
  'risk-scale',
] as const;
export type PageName = (typeof PAGES)[number];

/** What the page is asked to show. It stands in the address, so that a link shows the same to another person. */
export interface Question {
  readonly page: PageName;
  /** `own`: each objective's own. */
  readonly window: NamedWindow | 'own';
  readonly basis: Basis;
  /** Empty for all. */
  readonly unit: string;
  /** Empty for the first. */
  readonly objective: string;
  /** A dimension of the breakdown; where the objective does not have it, its first. */
  readonly by: string;
  /** A moment or a day, as known and as it stood then; empty for the present. */
  readonly asOf: string;
}

export const WINDOWS = ['own', ...NAMED_WINDOWS] as const satisfies readonly Question['window'][];
export const BASES = ['adjusted', 'original'] as const satisfies readonly Basis[];

const DEFAULTS: Question = {
  page: 'overview',
  window: 'own',
  basis: 'adjusted',
  unit: '',
  objective: '',
  by: 'unit',
  asOf: '',
};

/** Unknown values in the address become the default. */
export function questionFrom(search: string): Question {
  const asked = new URLSearchParams(search);
  const oneOf = <Value extends string>(name: string, known: readonly Value[], usual: Value): Value =>
    known.find((value) => value === asked.get(name)) ?? usual;
  return {
    page: oneOf('page', PAGES, DEFAULTS.page),
    window: oneOf('window', WINDOWS, DEFAULTS.window),
    basis: oneOf('basis', BASES, DEFAULTS.basis),
    by: asked.get('by') ?? DEFAULTS.by,
    unit: asked.get('unit') ?? '',
    objective: asked.get('objective') ?? '',
    asOf: asked.get('asOf') ?? '',
  };
}

/** Only the values that differ from the default. */
export function searchOf(question: Question): string {
  const usual = new Map<string, string>(Object.entries(DEFAULTS));
  const differing = Object.entries(question).filter(([name, value]) => value !== usual.get(name));
  return differing.length > 0 ? `?${new URLSearchParams(differing)}` : '';
}

/** Whether the stream answers it: the stream sends every figure of the whole office, in its own window, as of now. */
export const isUsual = ({ window, basis, unit, asOf }: Question): boolean =>
  window === DEFAULTS.window && basis === DEFAULTS.basis && unit === '' && asOf === '';

export const figureQuery = ({ window, basis, unit, asOf }: Question): FigureQuery => ({
  ...(window !== 'own' && { window }),
  basis,
  ...(unit !== '' && { unit }),
  ...(asOf !== '' && { asOf }),
});

/** The dimension to break an objective down by. */
export const dimensionOf = (
  objective: Pick<Objective, 'dimensions'> | undefined,
  { by }: Question,
): string | undefined => {
  const names = objective?.dimensions.map(({ name }) => name) ?? [];
  return names.includes(by) ? by : names[0];
};
