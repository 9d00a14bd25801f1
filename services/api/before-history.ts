import type { FastifyInstance } from 'fastify';
import type { Zone } from '../../shared/calendar/zone.ts';
import { START } from '../../shared/contracts/stored-event.ts';
import { type Clock, type Moment, momentText } from '../../shared/kernel/clock.ts';
import type { EventReader } from './books/history.ts';
import { asOfMoment, refuseQuery } from './figure-request.ts';

/**
 * Makes every list of a plugin that takes `asOf` refuse a moment before the first event was recorded: nothing was known then, and
 * an empty list would look like an office without work. (A figure says `not-yet-known` itself.) A store without any event has no
 * such moment.
 */
export function refuseBeforeHistory(
  app: FastifyInstance,
  { events, zone, clock }: { readonly events: EventReader; readonly zone: Zone; readonly clock: Clock },
): void {
  let known: Moment | undefined;
  app.addHook<{ Querystring: { asOf?: string } }>('preHandler', async ({ query: { asOf } }) => {
    if (asOf === undefined) return;
    const moment = asOfMoment(asOf, zone, clock());
    known ??= await firstRecorded(events);
    if (known !== undefined && moment < known)
      refuseQuery('asOf', `not before ${momentText(known)}: until then no event had been recorded`);
  });
}

async function firstRecorded(events: EventReader): Promise<Moment | undefined> {
  const { events: first } = await events.readAll(START, 1);
  return first[0]?.recordedAt;
}
