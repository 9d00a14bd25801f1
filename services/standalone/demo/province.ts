import type { WorkingCalendar } from '../../../shared/calendar/working-calendar.ts';
import {
  addDays,
  DAY,
  formatDay,
  HOUR,
  type LocalDay,
  MINUTE,
  type Zone,
} from '../../../shared/calendar/zone.ts';
import { type Moment, momentText } from '../../../shared/kernel/clock.ts';
import { inspectedRooms, inspections, OFFICE } from './inspections.ts';
import { type Random, seeded } from './random.ts';

/** A CloudEvent 1.0 in structured form, as a feed of the province would send it. */
export interface DemoEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly time: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface ProvinceOptions {
  readonly seed: number;
  readonly zone: Zone;
  readonly calendar: WorkingCalendar;
  /** First and last day of the feed. */
  readonly from: LocalDay;
  readonly to: LocalDay;
  /** From this day on the land field clears the backlog that it let grow: it settles, late, what was only overdue before. */
  readonly clearedFrom: LocalDay;
  readonly dossiersADay: number;
  readonly documentsADay: number;
}

interface Field {
  readonly id: string;
  readonly unit: string;
  readonly procedure: string;
  /** Working hours; 8 are a working day. */
  readonly limit: number;
  readonly share: number;
  readonly late: number;
}

/** Invented volumes and rates; shares add up to 1. Land (đất đai) is the field that averages like to hide. */
const FIELDS: readonly [Field, ...Field[]] = [
  { id: 'Đất đai', unit: 'H19.07', procedure: '1.012783', limit: 120, share: 0.15, late: 0.07 },
  { id: 'Hộ tịch', unit: 'H19.05', procedure: '1.001193', limit: 4, share: 0.2, late: 0.004 },
  { id: 'Chứng thực', unit: 'H19.05', procedure: '2.000815', limit: 8, share: 0.18, late: 0.002 },
  { id: 'Đăng ký doanh nghiệp', unit: 'H19.04', procedure: '2.001610', limit: 24, share: 0.17, late: 0.03 },
  { id: 'Xây dựng', unit: 'H19.06', procedure: '1.009994', limit: 160, share: 0.09, late: 0.07 },
  { id: 'Giao thông vận tải', unit: 'H19.06', procedure: '1.002801', limit: 40, share: 0.11, late: 0.065 },
  { id: 'Y tế', unit: 'H19.08', procedure: '1.012289', limit: 80, share: 0.1, late: 0.06 },
];
/** Of the land dossiers due in the weeks before the backlog is cleared, so many were left lying. */
const LAND_HELD_UP = 0.75;
const HELD_UP_DAYS = 30;

const UNITS: readonly (readonly [id: string, name: string, parent: string | null])[] = [
  ['H19', 'UBND tỉnh Đồng Nai', null],
  [OFFICE, 'Văn phòng UBND tỉnh', 'H19'],
  ['H19.01.01', 'Phòng Hành chính - Tổ chức', OFFICE],
  ['H19.01.02', 'Trung tâm Phục vụ hành chính công', OFFICE],
  ['H19.04', 'Sở Tài chính', 'H19'],
  ['H19.05', 'Sở Tư pháp', 'H19'],
  ['H19.06', 'Sở Xây dựng', 'H19'],
  ['H19.07', 'Sở Nông nghiệp và Môi trường', 'H19'],
  ['H19.08', 'Sở Y tế', 'H19'],
];

/**
 * The feed of an invented province, in the order of arrival: dossiers of 8 to 12 events in office hours, documents with
 * their recipients, and what real feeds do: duplicates, disorder within the day, corrections days later. Nothing is dated
 * after `to`.
 */
export function* province(options: ProvinceOptions): Generator<DemoEvent> {
  const { seed, zone, calendar, from, to } = options;
  const random = seeded(seed);
  const pending = new Map<LocalDay, DemoEvent[]>();
  const schedule = (events: Iterable<DemoEvent>) => {
    for (const event of events) {
      const day = zone.dayOf(Date.parse(event.time));
      const others = pending.get(day);
      if (others) others.push(event);
      else if (day <= to) pending.set(day, [event]);
    }
  };
  for (const [unitId, name, parentId] of UNITS) {
    const data = {
      unitId,
      name,
      parentId,
      handlesProcedures: parentId === 'H19',
      effectiveFrom: formatDay(from),
    };
    yield message('/catalogue', `unit-${unitId}`, 'unit.declared.v1', zone.momentAt(from, 0), data);
  }
  for (const room of inspectedRooms(from))
    yield message('/catalogue', `unit-${room.unitId}`, 'unit.declared.v1', zone.momentAt(from, 0), room);
  for (const { day, id, type, data } of inspections(from, calendar))
    schedule([message('/inspections/office', id, type, zone.momentAt(day, 17 * HOUR), data)]);
  for (let day = from; day <= to; day = addDays(day, 1)) {
    if (calendar.isWorkingDay(day)) {
      for (let n = 1; n <= options.dossiersADay; n++) schedule(dossier(options, random, day, n));
      for (let n = 1; n <= options.documentsADay; n++) schedule(document(options, random, day, n));
    }
    yield* arrival(pending.get(day) ?? [], random);
    pending.delete(day);
  }
}

const MOST_DELAY = 2 * HOUR;

/** A day's events as they arrive: nearly in order, some a little late, some twice. */
function* arrival(events: readonly DemoEvent[], random: Random): Generator<DemoEvent> {
  const delayed = events.map((event) => ({
    event,
    at: Date.parse(event.time) + (random.chance(0.05) ? random.between(0, MOST_DELAY) : 0),
  }));
  for (const { event } of delayed.sort((left, right) => left.at - right.at)) {
    yield event;
    if (random.chance(0.02)) yield event;
  }
}

function* dossier(options: ProvinceOptions, random: Random, day: LocalDay, n: number): Generator<DemoEvent> {
  const { calendar } = options;
  const field = fieldAt(random.next());
  const received = workingMoment(options, random, day);
  const date = formatDay(day).slice(2).replaceAll('-', '');
  const dossierId = `${field.unit}-${date}-${String(n).padStart(4, '0')}`;
  const hours = field.limit < 8;
  const dueAt = calendar.addWorkingTime(received, field.limit * HOUR);
  const online = random.chance(0.7);
  const dimensions = { dossierId, unitId: field.unit, fieldId: field.id, procedureId: field.procedure };
  const channel = online ? 'online' : random.chance(0.9) ? 'in-person' : 'postal';
  let sequence = 0;
  const status = (time: Moment, state: string, more: object = {}) => {
    sequence += 1;
    const data = { ...dimensions, status: state, sequence, ...more };
    return message('/one-stop/dong-nai', `${dossierId}#${sequence}`, 'dossier.status.v1', time, data);
  };

  if (online) yield status(received - random.between(5, 50) * MINUTE, 'registered', { channel });
  if (random.chance(0.005)) {
    yield status(received, 'intake-refused', { reason: 'Thành phần hồ sơ không hợp lệ' });
    return;
  }
  const due = random.chance(0.01)
    ? {}
    : { dueAt: text(dueAt), dueBasis: 'receipt-slip', limitUnit: hours ? 'hours' : 'days' };
  yield status(received, 'received', { channel, receivedAt: text(received), ...due });

  const late = random.chance(field.late);
  // A third of the late ones are apologised for, on the due day and without a new date.
  if (late && 'dueAt' in due && n % 3 === 0) {
    const letter = {
      dossierId,
      letterNumber: `${n}/TXL-${date}`,
      date: formatDay(options.zone.dayOf(dueAt)),
    };
    yield message('/one-stop/dong-nai', `${dossierId}#letter`, 'dossier.apology.v1', dueAt, letter);
  }
  const work =
    field.limit * (late ? 1 : random.between(0.25, 0.9)) * HOUR + (late ? random.between(9, 60) * HOUR : 0);
  const steps = random.whole(4, 7);
  for (let step = 1; step <= steps; step++) {
    yield status(calendar.addWorkingTime(received, (work * step) / (steps + 2)), 'in-progress');
  }
  if (random.chance(0.012)) {
    yield status(calendar.addWorkingTime(received, work), 'withdrawn');
    return;
  }
  let paused = 0;
  if (random.chance(0.07)) {
    const asked = calendar.addWorkingTime(received, work * 0.95);
    paused = random.between(4, 32) * HOUR;
    yield status(asked, 'supplement-requested', { reason: 'Bổ sung bản vẽ hiện trạng' });
    const moved = text(calendar.addWorkingTime(dueAt, paused));
    const back = calendar.addWorkingTime(asked, paused);
    yield status(back, 'in-progress', 'dueAt' in due ? { dueAt: moved, dueBasis: 'supplement' } : {});
  }
  const finished = heldUp(options, random, field, dueAt) ?? calendar.addWorkingTime(received, work + paused);
  const completion = { finishedAt: text(finished), outcome: random.chance(0.02) ? 'refused' : 'granted' };
  yield status(finished, 'completed', completion);
  const completedId = `${dossierId}#${sequence}`;
  yield status(finished + random.between(0.5, 30) * HOUR, 'returned');
  if (random.chance(0.006)) {
    const correction = {
      ...completion,
      finishedAt: text(Math.max(received, finished - random.between(1, 20) * HOUR)),
    };
    const corrected = finished + random.between(1, 6) * DAY;
    yield status(corrected, 'completed', {
      ...correction,
      corrects: completedId,
      assertedAt: text(corrected),
    });
  }
}

function* document(options: ProvinceOptions, random: Random, day: LocalDay, n: number): Generator<DemoEvent> {
  const issued = workingMoment(options, random, day);
  const internal = random.chance(0.35);
  const fromUnitId = internal ? 'H19.01.01' : OFFICE;
  const documentId = `${fromUnitId},${formatDay(day)},${n}/VP-HC`;
  const failing = day >= options.clearedFrom;
  const others = UNITS.map(([id]) => id).filter(
    (id) => id !== fromUnitId && id.startsWith(OFFICE) === internal,
  );
  const recipients = others.slice(0, random.whole(1, others.length)).map((unitId) => {
    if (random.chance(0.01)) return { unitId, channel: 'paper', exemption: { reason: 'classified' } };
    const strays = internal ? failing && random.chance(0.01) : random.chance(0.003);
    return { unitId, channel: strays ? 'email' : 'axis' };
  });
  const data = {
    documentId,
    scope: internal ? 'internal' : 'inter-agency',
    fromUnitId,
    issuedAt: text(issued),
    recipients,
  };
  let carried = issued;
  for (const { unitId, channel } of recipients) {
    if (channel !== 'axis') continue;
    let at = issued;
    for (const step of random.chance(0.01) ? [...RESENT, ...CARRIED] : CARRIED) {
      at += random.between(0.5, 20) * MINUTE;
      const passed = { documentId, recipientUnitId: unitId, step, at: text(at) };
      yield message('/axis/dong-nai', `${documentId}>${unitId}@${at}`, 'document.exchange.v1', at, passed);
    }
    carried = Math.max(carried, at);
  }
  // The register speaks after the axis: played in seconds, a day that is past gives the axis no grace to follow in.
  const entered = carried + MOST_DELAY;
  yield message('/register/office', documentId, 'document.registered.v1', entered, data);
}

const CARRIED = ['sent', 'arrived', 'accepted'];
const RESENT = ['sent', 'arrived', 'rejected'];

/** When a land dossier that was left lying is settled at last: while the backlog is cleared. Undefined for all others. */
function heldUp(options: ProvinceOptions, random: Random, field: Field, dueAt: Moment): Moment | undefined {
  const { zone, calendar, clearedFrom } = options;
  const due = zone.dayOf(dueAt);
  const candidate = field === FIELDS[0] && due >= addDays(clearedFrom, -HELD_UP_DAYS) && due < clearedFrom;
  if (!candidate || !random.chance(LAND_HELD_UP)) return undefined;
  return calendar.addWorkingTime(zone.momentAt(clearedFrom, 0), random.between(1, 40) * HOUR);
}

function fieldAt(point: number): Field {
  let sum = 0;
  for (const field of FIELDS) {
    sum += field.share;
    if (point < sum) return field;
  }
  return FIELDS[0];
}

function workingMoment({ zone, calendar }: ProvinceOptions, random: Random, day: LocalDay): Moment {
  return calendar.addWorkingTime(zone.momentAt(day, 0), random.between(0.1, 7.9) * HOUR);
}

const text = (moment: Moment): string => momentText(Math.round(moment));

/** An event of the province as its feeds write it. */
export function message(
  source: string,
  id: string,
  type: string,
  time: Moment,
  data: DemoEvent['data'],
): DemoEvent {
  return { specversion: '1.0', id, source, type, time: text(time), data };
}
