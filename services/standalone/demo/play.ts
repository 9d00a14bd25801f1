import { setTimeout as pause } from 'node:timers/promises';
import { vietnamHolidays } from '../../../shared/calendar/holidays.ts';
import { workingCalendar } from '../../../shared/calendar/working-calendar.ts';
import { addDays } from '../../../shared/calendar/zone.ts';
import type { Moment } from '../../../shared/kernel/clock.ts';
import type { PersonNames } from '../../../shared/person-names/port.ts';
import type { Config } from '../../../shared/platform/config.ts';
import type { Closable } from '../../../shared/platform/lifecycle.ts';
import type { Log } from '../../../shared/platform/log.ts';
import type { Ingest } from '../../ingest/app.ts';
import type { Standalone } from '../app.ts';
import { officeDuties } from './office-duties.ts';
import { officeRegisters } from './office-registers.ts';
import { officeNames, officeStaff } from './office-staff.ts';
import { type DemoEvent, province } from './province.ts';

const SEED = 124;
const HISTORY_DAYS = 330;
/** The last days arrive slowly, before one's eyes; what came before them arrives at once. */
const PLAYED_DAYS = 7;
const EVENTS_A_SECOND = 24;
const TICK_MS = 250;
const BATCH = 1_000;

/** Feeds the invented province into a running server, through the same door as every feed. */
export function playDemo(
  { ingest, names }: Pick<Standalone, 'ingest' | 'names'>,
  { TZ_OFFICE: zone, OFFICE_HOURS: hours }: Config,
  log: Log,
): Closable {
  const stop = new AbortController();
  const now = Date.now();
  const to = zone.dayOf(now);
  const clearedFrom = addDays(to, -PLAYED_DAYS);
  const days = { zone, from: addDays(to, -HISTORY_DAYS), to };
  const dossiersAndDocuments = province({
    seed: SEED,
    calendar: workingCalendar({ zone, holidays: vietnamHolidays(), hours }),
    ...days,
    clearedFrom,
    dossiersADay: 80,
    documentsADay: 40,
  });
  const events = inTurn(officeStaff(days), officeRegisters(days), officeDuties(days), dossiersAndDocuments);
  const playFrom = zone.momentAt(clearedFrom, 0);
  const play = async () => {
    await setNames(names, ingest.people, now);
    for (const { slow, batch } of batches(events, playFrom, now)) {
      if (stop.signal.aborted) return;
      await send(ingest, batch);
      if (slow) await pause(TICK_MS, undefined, { signal: stop.signal });
    }
    log.info('demo: finished, the figures stay until the server stops');
  };
  log.info(
    { days: PLAYED_DAYS, eventsASecond: EVENTS_A_SECOND },
    'demo: started, an invented province; its last days are played in about five minutes, and the land field settles its backlog late',
  );
  const playing = play().catch((error) => {
    if (!stop.signal.aborted) log.error({ err: error }, 'demo: failed');
  });
  return {
    name: 'demo',
    close: async () => {
      stop.abort();
      await playing;
    },
  };
}

function* inTurn(...feeds: readonly Iterable<DemoEvent>[]): Generator<DemoEvent> {
  for (const feed of feeds) yield* feed;
}

/** Nothing is sent that has not happened yet. */
function* batches(events: Iterable<DemoEvent>, playFrom: Moment, now: Moment) {
  let batch: DemoEvent[] = [];
  let slow = false;
  for (const event of events) {
    const time = Date.parse(event.time);
    if (time > now) continue;
    slow = time >= playFrom;
    batch.push(event);
    if (batch.length < (slow ? (EVENTS_A_SECOND * TICK_MS) / 1_000 : BATCH)) continue;
    yield { slow, batch };
    batch = [];
  }
  yield { slow, batch };
}

/** The names of the invented staff, beside their pseudonyms as an office sets them. */
async function setNames(names: PersonNames, people: Ingest['people'], now: Moment): Promise<void> {
  const { seal } = people;
  if (!seal) return;
  const named = officeNames().map(({ staffRef, name }) => ({ ref: seal(staffRef), name }));
  await people.guard(() => names.set(named, now));
}

async function send(ingest: Ingest, events: readonly DemoEvent[]): Promise<void> {
  await ingest.intake.receive(
    events.map((event) => ({
      decoded: ingest.decode(event, 'demo'),
      raw: () => JSON.stringify(event),
      origin: 'demo',
    })),
    { kind: 'file' },
  );
}
