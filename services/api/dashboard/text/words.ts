import {
  decimalOf,
  type Fraction,
  percentDigits,
  pointsDigits,
  valueDigits,
} from '../../../../shared/measures/rate.ts';
import { type Language, TEXTS, textsIn } from './i18n.ts';

/** The office's zone. The API names none; its dates are cut in this one unless TZ_OFFICE says otherwise. */
const ZONE = 'Asia/Ho_Chi_Minh';
const LOCALES = { vi: 'vi-VN', en: 'en-GB' };
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const TARGET_DECIMALS = 15;
const VALUE_DECIMALS = 6;

const DATE = { day: '2-digit', month: '2-digit', year: 'numeric' } as const;
const TIME = { hour: '2-digit', minute: '2-digit' } as const;

/** Whether a time of the server is a day, of which no hour is known. */
export const isDay = (when: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(when);

/** When a time of the server (RFC 3339 date-time or date) begins. */
export const beginOf = (when: string): number => Date.parse(isDay(when) ? `${when}T00:00:00+07:00` : when);

/** When it is over: a day lasts to its end. */
export const endOf = (when: string): number => beginOf(when) + (isDay(when) ? DAY : 0);

/** How a figure must stand to its target. */
export const SIGNS = { '>=': '≥', '<=': '≤', '=': '=' } as const;

/** A text that the server gives in both languages. */
export type Bilingual = { readonly vi: string; readonly en: string };
export interface Share {
  /** Null of a small group of people. */
  readonly numerator: number | null;
  readonly denominator: number;
}

/** Texts, numbers and dates in one language. */
export type Words = ReturnType<typeof wordsIn>;

export function wordsIn(language: Language) {
  const locale = LOCALES[language];
  const whole = new Intl.NumberFormat(locale);
  const dates = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options);
  const moments = dates({ timeZone: ZONE, ...DATE, ...TIME });
  const stamps = dates({ timeZone: ZONE, ...DATE, ...TIME, second: '2-digit' });
  const clock = dates({ timeZone: ZONE, timeStyle: 'medium' });
  const today = dates({ timeZone: ZONE, dateStyle: 'short' });
  const days = dates({ timeZone: 'UTC', ...DATE });
  const shortDays = dates({ timeZone: 'UTC', day: '2-digit', month: '2-digit' });
  // The Swedish form of a date is that of ISO 8601.
  const isoDays = new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE, ...DATE });
  const years = new Intl.DateTimeFormat('en-GB', { timeZone: ZONE, year: 'numeric' });
  const wallClock = new Intl.DateTimeFormat('en-GB', { timeZone: ZONE, timeStyle: 'medium' });

  const { t, code } = textsIn(language, TEXTS);
  const number = (value: number | null) => (value === null ? '–' : whole.format(value));
  const decimalText = (digits: string) => {
    const decimals = digits.replace(/\.0+$/, '').includes('.') ? (digits.split('.')[1] ?? '').length : 0;
    const format = new Intl.NumberFormat(locale, {
      minimumFractionDigits: decimals,
      maximumFractionDigits: 8,
    });
    // Intl takes decimal text as it stands, without a detour over a float.
    return format.format(digits as Intl.StringNumericLiteral);
  };
  const figureText = (figure: Fraction, target: number, measuredIn: Bilingual | null) => {
    // As many decimals as a target has at most, and no more digits than a decimal has.
    const goal = decimalOf(target.toFixed(measuredIn ? VALUE_DECIMALS : TARGET_DECIMALS));
    return measuredIn
      ? `${decimalText(valueDigits(figure, goal))} ${measuredIn[language]}`
      : `${decimalText(percentDigits(figure, goal))}%`;
  };

  return {
    language,
    locale,
    t,
    number,
    code,
    of: (both: Bilingual) => both[language],
    /** A share in percent, or a value in its unit. */
    percent: (share: Share | null, target: number | null, measuredIn: Bilingual | null = null) => {
      if (!share || share.denominator === 0 || target === null) return '–';
      const { numerator, denominator } = share;
      return numerator === null ? '–' : figureText({ numerator, denominator }, target, measuredIn);
    },
    /** A difference of two shares, with its sign; of shares in percent. */
    points: (difference: Fraction) => decimalText(pointsDigits(difference)),
    /** @param target of a share from 0 to 1; null where it is not understood */
    target: (target: number | null, measuredIn: Bilingual | null = null) => {
      const denominator = measuredIn ? 10 ** VALUE_DECIMALS : 1e9;
      return target === null
        ? '–'
        : figureText({ numerator: Math.round(target * denominator), denominator }, target, measuredIn);
    },
    /** A moment with its hour; a day, of which no hour is known, as the day. */
    moment: (when: string | null) => {
      if (when === null) return '–';
      return (isDay(when) ? days : moments).format(Date.parse(when));
    },
    /** The time alone when it is of today. */
    since: (moment: string | number) => {
      const at = new Date(moment);
      return today.format(at) === today.format(Date.now()) ? clock.format(at) : moments.format(at);
    },
    /** The day of a moment in the office: yyyy-MM-dd. */
    dayOf: (moment: number) => isoDays.format(moment),
    /** The year of a moment in the office. */
    yearOf: (moment: number) => Number(years.format(moment)),
    /** The year of a moment in the office and those before it, the newest first. */
    yearsTo: (moment: number, count: number) =>
      Array.from({ length: count }, (_, back) => String(Number(years.format(moment)) - back)),
    /** Day and time, to the second. */
    stamp: (moment: number) => stamps.format(moment),
    /** @param day yyyy-MM-dd */
    day: (day: string) => days.format(Date.parse(day)),
    shortDay: (day: string | number) => shortDays.format(new Date(day)).replace('-', '/'),
    isMidnight: (moment: number) => wallClock.format(moment) === '00:00:00',
    /** The two greatest units of a length of at least 0 ms. */
    length: (ms: number) => {
      const minutes = Math.floor(ms / MINUTE);
      const [d, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
      if (d > 0)
        return hours > 0 ? `${t('days', { n: d })} ${t('hours', { n: hours })}` : t('days', { n: d });
      return hours > 0 ? t('hours', { n: hours }) : t('minutes', { n: rest });
    },
  };
}
