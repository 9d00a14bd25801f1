import { isDecimal } from '../../../../shared/measures/rate.ts';
import type { Language } from './i18n.ts';

/** What a decimal states: a share, which people write in percent, or a number. */
export type DecimalForm = 'share' | 'decimal';

const WRITTEN = /^(-?)(\d+)(?:[.,](\d+))?\s*(%?)$/;
/** `1.000` is a thousand in Vietnamese, and `1,000` in English. */
const GROUPED = { vi: /^-?[1-9]\d{0,2}\.\d{3}$/, en: /^-?[1-9]\d{0,2},\d{3}$/ };

/** Moves the point of a decimal to the right, or to the left where `places` is below 0. Digits are moved, so it is exact. */
function moved(whole: string, decimals: string, places: number): string {
  const digits = `${'0'.repeat(Math.max(0, -places))}${whole}${decimals}${'0'.repeat(Math.max(0, places))}`;
  const point = whole.length + Math.max(0, -places) + places;
  const before = digits.slice(0, point).replace(/^0+(?=\d)/, '') || '0';
  const after = digits.slice(point).replace(/0+$/, '');
  return after === '' ? before : `${before}.${after}`;
}

/**
 * The decimal text of the API of what a person wrote: `0.955` of `95,5%`, `95.5 %` and `0,955`.
 * Undefined where it is no decimal, where a number has a percent sign, and where its sign may group thousands.
 */
export function decimalFrom(written: string, form: DecimalForm, language: Language): string | undefined {
  const [, sign = '', whole, decimals = '', percent] = WRITTEN.exec(written.trim()) ?? [];
  if (whole === undefined) return undefined;
  if (form === 'decimal' && (percent || GROUPED[language].test(written.trim()))) return undefined;
  const text = `${sign}${moved(whole, decimals, percent ? -2 : 0)}`;
  return isDecimal(text) ? text : undefined;
}

/** Decimal text of the API as people write it: a share in percent, with the sign of the language. What is no decimal stays. */
export function decimalShown(text: string, form: DecimalForm, language: Language): string {
  if (!isDecimal(text)) return text;
  const [whole = '', decimals = ''] = text.replace('-', '').split('.');
  const digits = form === 'share' ? `${moved(whole, decimals, 2)}%` : text.replace('-', '');
  return `${text.startsWith('-') ? '-' : ''}${language === 'vi' ? digits.replace('.', ',') : digits}`;
}
