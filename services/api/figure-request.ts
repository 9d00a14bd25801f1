import type { z } from 'zod';
import { addDays, type LocalDay, parseDay, parseMoment, type Zone } from '../../shared/calendar/zone.ts';
import type { Position } from '../../shared/contracts/stored-event.ts';
import type { Clock, Moment } from '../../shared/kernel/clock.ts';
import type { FigureRequest } from '../../shared/measures/figure-frame.ts';
import type { AskedMoment } from '../../shared/measures/standpoint.ts';
import { ProblemError } from '../../shared/platform/problem.ts';
import type { Filters } from './filters.ts';
import type { figureQuery } from './schema-parts.ts';

export type FigureQuery = z.output<z.ZodObject<ReturnType<typeof figureQuery>>>;

/** @param name of the parameter @throws ProblemError */
export function refuseQuery(name: string, detail: string): never {
  throw new ProblemError('request-invalid', 'The query is not valid.', {
    errors: [{ pointer: `/${name}`, detail }],
  });
}

/** How a query is read. */
interface Reading {
  readonly filters: Filters;
  readonly zone: Zone;
  readonly clock: Clock;
}

/** The request of a query. @throws ProblemError naming the parameter */
export function figureRequest(query: FigureQuery, { filters, zone, clock }: Reading): FigureRequest {
  const window = windowAsked(query);
  return {
    ...(window !== undefined && { window }),
    ...filters.asked(query),
    ...(query.below === false && { unitAlone: true }),
    ...(query.basis !== undefined && { basis: query.basis }),
    ...asOfRequest(query.asOf, zone, clock),
  };
}

/** A position as a client gives it back. The schema has checked that it is digits. */
export const positionFrom = (text: string): Position => Number(text) as Position;

function windowAsked({ window, from, to }: FigureQuery): FigureRequest['window'] {
  if (from === undefined && to === undefined) return window;
  if (window !== undefined) refuseQuery('window', 'either window, or from and to');
  if (from === undefined) return refuseQuery('from', 'from and to come together');
  if (to === undefined) return refuseQuery('to', 'from and to come together');
  return { from: localDay('from', from), to: localDay('to', to) };
}

export const localDay = (name: string, text: string): LocalDay =>
  parseDay(text) ?? refuseQuery(name, 'a date, yyyy-MM-dd');

/** The moment that a question names, where it names one. @throws ProblemError */
export const asOfRequest = (text: string | undefined, zone: Zone, clock: Clock): AskedMoment =>
  text === undefined ? {} : { asOf: asOfMoment(text, zone, clock()) };

/** A bare date means as known at the end of that day. @param name of the parameter @throws ProblemError */
export function asOfMoment(text: string, zone: Zone, now: Moment, name = 'asOf'): Moment {
  const day = parseDay(text);
  const moment = day === undefined ? parseMoment(text, zone) : zone.momentAt(addDays(day, 1), 0) - 1;
  if (moment === undefined) {
    // In an address a plus is a blank.
    const isUnescaped = parseMoment(text.replace(' ', '+'), zone) !== undefined;
    const expected = 'a date or an RFC 3339 date-time, e.g. 2026-11-20T17:00:00%2B07:00';
    return refuseQuery(name, isUnescaped ? `${expected}: a plus is written %2B in an address` : expected);
  }
  if (moment > now && day !== zone.dayOf(now)) return refuseQuery(name, 'not in the future');
  return Math.min(moment, now);
}
