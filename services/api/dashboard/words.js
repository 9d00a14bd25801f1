import { text, word } from './i18n.js';
import { percentDigits } from './percent.js';

/** The office's zone. The API names none; its dates are cut in this one unless TZ_OFFICE says otherwise. */
const ZONE = 'Asia/Ho_Chi_Minh';
const LOCALES = { vi: 'vi-VN', en: 'en-GB' };
const MINUTE = 60_000;

/** Whether a time of the server is a day, of which no hour is known. @param {string} when */
export const isDay = (when) => /^\d{4}-\d{2}-\d{2}$/.test(when);

const DAY = 24 * 60 * MINUTE;

/** When a time of the server begins. @param {string} when RFC 3339 date-time or date */
export const beginOf = (when) => Date.parse(isDay(when) ? `${when}T00:00:00+07:00` : when);

/** When it is over: a day lasts to its end. @param {string} when RFC 3339 date-time or date */
export const endOf = (when) => beginOf(when) + (isDay(when) ? DAY : 0);

/**
 * Texts, numbers and dates in one language.
 * @typedef {ReturnType<typeof wordsIn>} Words
 */

/** @param {import('./i18n.js').Language} language */
export function wordsIn(language) {
  const locale = LOCALES[language];
  const whole = new Intl.NumberFormat(locale);
  const moments = new Intl.DateTimeFormat(locale, {
    timeZone: ZONE,
    day: '2-digit',
    month: '2-digit',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  });
  const stamps = new Intl.DateTimeFormat(locale, {
    timeZone: ZONE,
    day: '2-digit',
    month: '2-digit',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  const clock = new Intl.DateTimeFormat(locale, { timeZone: ZONE, timeStyle: 'medium' });
  const today = new Intl.DateTimeFormat(locale, { timeZone: ZONE, dateStyle: 'short' });
  const days = new Intl.DateTimeFormat(locale, {
    timeZone: 'UTC',
    day: '2-digit',
    month: '2-digit',
    year: 'numeric',
  });
  const shortDays = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', day: '2-digit', month: '2-digit' });

  /** @param {import('./i18n.js').TextKey} key @param {Record<string, string | number>} [values] */
  const t = (key, values) => text(language, key, values);
  /** @param {number} value */
  const number = (value) => whole.format(value);
  /** @param {string} digits decimal text */
  const percentText = (digits) => {
    const decimals = digits.replace(/\.?0+$/, '').includes('.') ? (digits.split('.')[1] ?? '').length : 0;
    const format = new Intl.NumberFormat(locale, {
      minimumFractionDigits: decimals,
      maximumFractionDigits: 8,
    });
    // Intl takes decimal text as it stands, without a detour over a float.
    return `${format.format(/** @type {Intl.StringNumericLiteral} */ (digits))}%`;
  };

  const wallClock = new Intl.DateTimeFormat('en-GB', { timeZone: ZONE, timeStyle: 'medium' });

  return {
    language,
    locale,
    t,
    number,
    /** A code of the server. @param {string} group @param {string} code */
    code: (group, code) => word(language, group, code),
    /** A text that the server gives in both languages. @param {{ vi: string, en: string }} both */
    of: (both) => both[language],
    /** @param {{ numerator: number, denominator: number } | null} share @param {number} target */
    percent: (share, target) =>
      share && share.denominator > 0
        ? percentText(percentDigits(share.numerator, share.denominator, target))
        : '–',
    /** @param {number} target from 0 to 1 */
    target: (target) => percentText(percentDigits(Math.round(target * 1e9), 1e9, target)),
    /** A moment with its hour; a day, of which no hour is known, as the day. @param {string | null} when RFC 3339 date-time or date */
    moment: (when) => {
      if (when === null) return '–';
      return (isDay(when) ? days : moments).format(Date.parse(when));
    },
    /** The time alone when it is of today. @param {string | number} moment */
    since: (moment) => {
      const at = new Date(moment);
      return today.format(at) === today.format(Date.now()) ? clock.format(at) : moments.format(at);
    },
    /** Day and time, to the second. @param {number} moment */
    stamp: (moment) => stamps.format(moment),
    /** @param {string} day yyyy-MM-dd */
    day: (day) => days.format(Date.parse(day)),
    /** @param {string | number} day */
    shortDay: (day) => shortDays.format(new Date(day)).replace('-', '/'),
    /** @param {number} moment */
    isMidnight: (moment) => wallClock.format(moment) === '00:00:00',
    /** The two greatest units of a length. @param {number} ms at least 0 */
    length: (ms) => {
      const minutes = Math.floor(ms / MINUTE);
      const [d, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
      if (d > 0)
        return hours > 0 ? `${t('days', { n: d })} ${t('hours', { n: hours })}` : t('days', { n: d });
      return hours > 0 ? t('hours', { n: hours }) : t('minutes', { n: rest });
    },
  };
}
