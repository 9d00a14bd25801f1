import { z } from 'zod';
import { parseMoment, type Zone } from '../calendar/zone.ts';
import type { Moment } from '../platform/clock.ts';

/** No office has dossiers from before it or due after it; a year outside is a slip of the keyboard. */
const EARLIEST = Date.UTC(1990, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);

/** A zod schema from RFC 3339 text (zone optional, bare date allowed) to epoch milliseconds. */
export function momentSchema(zone: Zone) {
  return z.string().transform((text, context): Moment => {
    const moment = parseMoment(text, zone);
    if (moment !== undefined && moment >= EARLIEST && moment < LATEST) return moment;
    context.addIssue({
      code: 'custom',
      message:
        'an RFC 3339 date-time between 1990 and 2099, e.g. 2026-11-20T09:31:00+07:00 (without a zone: office time)',
    });
    return z.NEVER;
  });
}

/** An identifier as feeds write it: trimmed, 1 to `limit` characters, none of them a control character. */
export const identifierSchema = (limit = 200) =>
  z
    .string()
    .trim()
    .min(1)
    .max(limit)
    .regex(/^\P{Cc}*$/u, 'no control characters');
