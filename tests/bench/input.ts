import { type DemoEvent, province } from '../../services/standalone/demo/province.ts';
import { books } from '../../shared/books/registry.ts';
import { vietnamHolidays } from '../../shared/calendar/holidays.ts';
import { workingCalendar } from '../../shared/calendar/working-calendar.ts';
import { addDays, zoneOf } from '../../shared/calendar/zone.ts';
import { decoder } from '../../shared/contracts/decode.ts';
import { feedName } from '../../shared/contracts/ids.ts';
import type { EventToRecord } from '../../shared/contracts/stored-event.ts';
import { readConfig } from '../../shared/platform/config.ts';

/** Every run has the same province. */
export const SEED = 124;
const HISTORY_DAYS = 330;

const zone = zoneOf('Asia/Ho_Chi_Minh');
export const OFFICE = { zone, holidays: vietnamHolidays(), hours: officeHours() };
const decode = decoder(books.kinds, zone, (source) => ({ feed: feedName(source), rank: 1 }));

/**
 * What a province sends in a year, in the order of arrival: dossiers of 8 to 12 events that interleave, documents, duplicates,
 * corrections. It ends today. @param dossiers how many, about; a tenth as many documents come with them
 */
export function* cloudEvents(dossiers: number): Generator<DemoEvent> {
  const calendar = workingCalendar(OFFICE);
  const to = zone.dayOf(Date.now());
  const days = Array.from({ length: HISTORY_DAYS + 1 }, (_, ago) => addDays(to, -ago));
  const dossiersADay = Math.ceil(dossiers / days.filter((day) => calendar.isWorkingDay(day)).length);
  yield* province({
    seed: SEED,
    zone,
    calendar,
    from: addDays(to, -HISTORY_DAYS),
    to,
    clearedFrom: addDays(to, -7),
    dossiersADay,
    documentsADay: Math.ceil(dossiersADay / 10),
  });
}

/** What ingest hands to the store. */
export function eventOf(event: DemoEvent): EventToRecord {
  const decoded = decode(event);
  if (decoded.kind === 'invalid') throw new Error(JSON.stringify(decoded.faults));
  return decoded.event;
}

/** The next `count` of a sequence, which can be gone on with. @throws RangeError when there are fewer */
export function take<Item>(items: Iterator<Item>, count: number): Item[] {
  return Array.from({ length: count }, () => {
    const next = items.next();
    if (next.done) throw new RangeError('the feed is too short for this run');
    return next.value;
  });
}

/** Cuts a sequence into arrays of `size`; the last may be shorter. */
export function* inBatches<Item>(items: Iterable<Item>, size: number): Generator<Item[]> {
  let batch: Item[] = [];
  for (const item of items) {
    if (batch.push(item) < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function officeHours() {
  const reading = readConfig({});
  if (reading.kind === 'invalid') throw new Error(JSON.stringify(reading.faults));
  return reading.config.OFFICE_HOURS;
}
