import { daysOf, monthNamed, monthsIn, type NamedWindow } from './windows.ts';
import type { LocalDay } from './zone.ts';

/** How long the periods (kỳ số liệu) of a window are for which figures are entered. */
export const PERIOD_LENGTHS = ['month', 'quarter', 'year'] as const;
export type PeriodLength = (typeof PERIOD_LENGTHS)[number];

/** A calendar period, or a reporting period of NĐ 09/2019/NĐ-CP art. 12. */
export interface Period {
  /** `2026`, `2026-Q2`, `2026-05`; of a reporting period `reporting-2026`, … */
  readonly id: string;
  readonly length: PeriodLength;
  readonly reporting: boolean;
  readonly from: LocalDay;
  /** Inclusive. */
  readonly to: LocalDay;
}

const FORM = /^(reporting-)?([12]\d{3})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?$/;

/** The period of that id; undefined for any other text. */
export function periodNamed(id: string): Period | undefined {
  const parts = FORM.exec(id);
  if (!parts) return undefined;
  const [, reporting, year, quarter, month] = parts;
  const length = quarter ? 'quarter' : month ? 'month' : 'year';
  const first = quarter ? (Number(quarter) - 1) * 3 : month ? Number(month) - 1 : 0;
  return periodOf(length, reporting !== undefined, Number(year) * 12 + first);
}

/** The periods whose last day lies between two days, both inclusive, in order. */
export function periodsEnding(
  length: PeriodLength,
  reporting: boolean,
  { from, to }: { readonly from: LocalDay; readonly to: LocalDay },
): readonly Period[] {
  const periods: Period[] = [];
  const name = windowNameOf(length, reporting);
  const months = monthsIn(length);
  const [first, last] = [monthNamed(name, from), monthNamed(name, to)];
  for (let month = first - (first % months); month <= last; month += months) {
    const period = periodOf(length, reporting, month);
    if (period.to >= from && period.to <= to) periods.push(period);
  }
  return periods;
}

const windowNameOf = (length: PeriodLength, reporting: boolean): NamedWindow =>
  reporting ? `reporting-${length}` : length;

function periodOf(length: PeriodLength, reporting: boolean, month: number): Period {
  const year = String(Math.floor(month / 12)).padStart(4, '0');
  const ofYear = month % 12;
  const names: Readonly<Record<PeriodLength, string>> = {
    year,
    quarter: `${year}-Q${Math.floor(ofYear / 3) + 1}`,
    month: `${year}-${String(ofYear + 1).padStart(2, '0')}`,
  };
  const id = `${reporting ? 'reporting-' : ''}${names[length]}`;
  return { id, length, reporting, ...daysOf(windowNameOf(length, reporting), month) };
}
