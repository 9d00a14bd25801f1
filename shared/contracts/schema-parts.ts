import { z } from 'zod';
import { firstMomentOf, parseWhen, type When } from '../calendar/when.ts';
import { dayInMonth, parseDay, type Zone } from '../calendar/zone.ts';
import { EXTENSIONS } from './described.ts';

/** An office has no records from before or due after these; a year outside is a typing error. */
export const EARLIEST = dayInMonth(1990 * 12, 1);
const LATEST = dayInMonth(2099 * 12 + 11, 31);

/** A zod schema from RFC 3339 text (zone optional) to epoch milliseconds, or to the day of a date without a time. */
export function whenSchema(zone: Zone) {
  const written = z.string().meta({
    description:
      'RFC 3339 date-time, without a zone in office time; or a date, which is that day, as is 00:00:00 without a zone.',
    [EXTENSIONS.form]: 'when',
  });
  return written.transform((text, context): When => {
    const when = parseWhen(text, zone);
    const day = when === undefined ? Number.NaN : zone.dayOf(firstMomentOf(when, zone));
    if (when !== undefined && day >= EARLIEST && day <= LATEST) return when;
    context.addIssue({
      code: 'custom',
      message:
        'an RFC 3339 date-time between 1990 and 2099, e.g. 2026-11-20T09:31:00+07:00 (without a zone: office time), ' +
        'or a date, e.g. 2026-11-20',
    });
    return z.NEVER;
  });
}

/** A date of the office, `yyyy-MM-dd`, within the years of {@link whenSchema}. */
export const dateSchema = z.iso.date().refine((text) => {
  const day = parseDay(text);
  return day !== undefined && day >= EARLIEST && day <= LATEST;
}, 'a date between 1990 and 2099, e.g. 2026-11-20');

/** Texts that look alike must be equal, and every text must have a UTF-8 form: see Unicode's general categories. */
const VISIBLE = /^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]*$/u;

/** One line of text: trimmed, up to `limit` UTF-16 units, possibly empty, without invisible characters. */
export const lineSchema = (limit: number) =>
  z.string().trim().max(limit).regex(VISIBLE, 'no control, invisible or unpaired characters');

/** An identifier or name as feeds write it: a line that is not empty. */
export const identifierSchema = (limit = 200) => lineSchema(limit).min(1);

/** In an address these name the address itself, and the one above it: no client sends them. */
const STEPS = ['.', '..'];

/** The id of what stands at an address of its own. @param taken ids at whose addresses other things stand */
export const addressIdSchema = (limit: number, taken: readonly string[] = []) => {
  const refused = new Set([...STEPS, ...taken]);
  return identifierSchema(limit).refine(
    (id) => !refused.has(id),
    `another id than ${[...refused].join(', ')}, whose address is taken`,
  );
};

/** Whether a person who reads the text sees anything of it. */
export const isSeen = (text: string): boolean => /[^\p{C}\p{Z}]/u.test(text);
export const SEEN = 'a text with visible characters';

/** Identifiers whose order and repetition state nothing, in one canonical order. */
export const identifierSetSchema = <Id extends string>(canonical: (text: string) => Id) =>
  z
    .array(identifierSchema(300).transform(canonical))
    .max(20)
    .transform((ids) => [...new Set(ids)].sort());

/** Free text for people: of any length, with line breaks, without other control characters. */
export const proseSchema = z.string().transform((text) =>
  text
    .toWellFormed()
    .replace(/(?![\n\t])\p{Cc}/gu, '')
    .trim(),
);
