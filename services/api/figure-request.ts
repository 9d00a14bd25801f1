import { z } from 'zod';
import { addDays, type LocalDay, parseDay, parseMoment, type Zone } from '../../shared/calendar/zone.ts';
import { fieldId, procedureId, unitId } from '../../shared/contracts/ids.ts';
import type { Position } from '../../shared/contracts/stored-event.ts';
import type { Clock, Moment } from '../../shared/kernel/clock.ts';
import type { FigureRequest } from '../../shared/measures/figure-frame.ts';
import type { AskedMoment } from '../../shared/measures/standpoint.ts';
import { ProblemError } from '../../shared/platform/problem.ts';
import { figureQuery, filterQuery } from './schema-parts.ts';

const figureQuerySchema = z.object(figureQuery);
const filterQuerySchema = z.object(filterQuery);
export type FigureQuery = z.output<typeof figureQuerySchema>;
type FilterQuery = z.output<typeof filterQuerySchema>;

/** @param name of the parameter @throws ProblemError */
export function refuseQuery(name: string, detail: string): never {
  throw new ProblemError('request-invalid', 'The query is not valid.', {
    errors: [{ pointer: `/${name}`, detail }],
  });
}

/** What a query asks for. @throws ProblemError naming the parameter */
export function figureRequest(query: FigureQuery, zone: Zone, clock: Clock): FigureRequest {
  const window = windowAsked(query);
  return {
    ...(window !== undefined && { window }),
    ...dimensions(query),
    ...(query.below === false && { unitAlone: true }),
    ...(query.basis !== undefined && { basis: query.basis }),
    ...asOfRequest(query.asOf, zone, clock),
  };
}

/** The part of a query that names dimensions, in canonical form. */
export function dimensions(query: FilterQuery): Pick<FigureRequest, 'unit' | 'where'> {
  const where = {
    ...(query.field !== undefined && { field: fieldId(query.field) }),
    ...(query.procedure !== undefined && { procedure: procedureId(query.procedure) }),
    ...(query.channel !== undefined && { channel: query.channel }),
  };
  return {
    ...(query.unit !== undefined && { unit: unitId(query.unit) }),
    ...(Object.keys(where).length > 0 && { where }),
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

const localDay = (name: string, text: string): LocalDay =>
  parseDay(text) ?? refuseQuery(name, 'a date, yyyy-MM-dd');

/** The moment that a question names, where it names one. @throws ProblemError */
export const asOfRequest = (text: string | undefined, zone: Zone, clock: Clock): AskedMoment =>
  text === undefined ? {} : { asOf: asOfMoment(text, zone, clock()) };

/** A bare date means as known at the end of that day. @throws ProblemError */
export function asOfMoment(text: string, zone: Zone, now: Moment): Moment {
  const day = parseDay(text);
  const moment = day === undefined ? parseMoment(text, zone) : zone.momentAt(addDays(day, 1), 0) - 1;
  if (moment === undefined) {
    // In an address a plus is a blank.
    const isUnescaped = parseMoment(text.replace(' ', '+'), zone) !== undefined;
    const expected = 'a date or an RFC 3339 date-time, e.g. 2026-11-20T17:00:00%2B07:00';
    return refuseQuery('asOf', isUnescaped ? `${expected}: a plus is written %2B in an address` : expected);
  }
  if (moment > now && day !== zone.dayOf(now)) return refuseQuery('asOf', 'not in the future');
  return Math.min(moment, now);
}
