import type { Moment } from '../kernel/clock.ts';
import type { Holiday } from './holidays.ts';
import { dayOf, type When } from './when.ts';
import { addDays, HOUR, isWeekend, type LocalDay, MINUTE, type Zone } from './zone.ts';

/** Office hours (giờ hành chính) of a working day: stretches in milliseconds after local midnight, in order, apart. */
export type OfficeHours = readonly { readonly opens: number; readonly closes: number }[];

/** 07:00–11:30 and 13:30–17:00, as the one-stop systems in use assume. */
export const DEFAULT_OFFICE_HOURS: OfficeHours = [
  { opens: 7 * HOUR, closes: 11 * HOUR + 30 * MINUTE },
  { opens: 13 * HOUR + 30 * MINUTE, closes: 17 * HOUR },
];

/** The declared kind of a day: off (nghỉ), working (làm bù), or by its weekday. */
export type DayKind = 'off' | 'working' | 'ordinary';

/** Working days and working time of one office. Durations are milliseconds. */
export interface WorkingCalendar {
  isWorkingDay(day: LocalDay): boolean;
  /** The first working day after `day`. */
  nextWorkingDay(day: LocalDay): LocalDay;
  /** The last of so many working days after `day`; of none `day` itself. */
  addWorkingDays(day: LocalDay, count: number): LocalDay;
  /** The first moment after `duration` of working time since `moment`. @throws RangeError below zero */
  addWorkingTime(moment: Moment, duration: number): Moment;
  /**
   * The last moment within that working time: after office hours it reaches to the next opening. A due date
   * up to this moment is due within that working time. @throws RangeError below zero
   */
  reach(moment: Moment, duration: number): Moment;
  /** Working time from `start` to `end`; 0 when `end` is not later. */
  workingTimeBetween(start: Moment, end: Moment): number;
  /** The local days after that of `moment`, up to that of `end`. */
  daysAfter(moment: Moment, end: When): Days;
}

export interface Days {
  /** Ngày làm việc. */
  readonly working: number;
  readonly calendar: number;
}

export interface WorkingCalendarOptions {
  readonly zone: Zone;
  readonly holidays: readonly Holiday[];
  /** One statement about a day, which overrides the table. */
  readonly declared?: readonly { readonly day: LocalDay; readonly kind: DayKind }[];
  readonly hours?: OfficeHours;
}

/** @throws RangeError when the office hours are empty, overlap or leave the day. */
export function workingCalendar(options: WorkingCalendarOptions): WorkingCalendar {
  const { zone, holidays, declared = [], hours = DEFAULT_OFFICE_HOURS } = options;
  checkHours(hours);
  const exceptions = new Map<LocalDay, DayKind>();
  for (const { day, kind } of [...holidays, ...declared]) exceptions.set(day, kind);

  const isWorkingDay = (day: LocalDay): boolean => {
    const kind = exceptions.get(day) ?? 'ordinary';
    return kind === 'ordinary' ? !isWeekend(day) : kind === 'working';
  };
  const nextWorkingDay = (day: LocalDay): LocalDay => {
    let next = addDays(day, 1);
    while (!isWorkingDay(next)) next = addDays(next, 1);
    return next;
  };
  /** Stretches of working time that end after `moment`, without limit; the first one is cut to begin at `moment`. */
  function* stretches(moment: Moment): Generator<{ start: Moment; end: Moment }, never> {
    const today = zone.dayOf(moment);
    for (let day = isWorkingDay(today) ? today : nextWorkingDay(today); ; day = nextWorkingDay(day)) {
      for (const { opens, closes } of hours) {
        const end = zone.momentAt(day, closes);
        if (end > moment) yield { start: Math.max(moment, zone.momentAt(day, opens)), end };
      }
    }
  }
  /** Moves `duration` through working time from `moment`, past the end of each stretch for which `passes` is true. */
  const walk = (
    moment: Moment,
    duration: number,
    passes: (left: number, length: number) => boolean,
  ): Moment => {
    if (!(duration >= 0 && Number.isFinite(duration)))
      throw new RangeError(`A working time of ${duration} ms cannot be added`);
    const ahead = stretches(moment);
    let { start, end } = ahead.next().value;
    let left = duration;
    while (passes(left, end - start)) {
      left -= end - start;
      ({ start, end } = ahead.next().value);
    }
    return start + left;
  };

  return {
    isWorkingDay,
    nextWorkingDay,
    addWorkingDays: (day, count) => {
      let last = day;
      for (let left = count; left > 0; left -= 1) last = nextWorkingDay(last);
      return last;
    },
    addWorkingTime: (moment, duration) =>
      duration === 0 ? moment : walk(moment, duration, (left, length) => left > length),
    reach: (moment, duration) => walk(moment, duration, (left, length) => left >= length),
    workingTimeBetween: (from, to) => {
      let sum = 0;
      for (const { start, end } of stretches(from)) {
        if (!(start < to)) break;
        sum += Math.min(end, to) - start;
      }
      return sum;
    },
    daysAfter: (moment, end) => {
      const [before, last] = [zone.dayOf(moment), dayOf(end, zone)];
      let working = 0;
      for (let day = addDays(before, 1); day <= last; day = addDays(day, 1))
        if (isWorkingDay(day)) working += 1;
      return { working, calendar: Math.max(0, last - before) };
    },
  };
}

function checkHours(hours: OfficeHours): void {
  let before = 0;
  for (const { opens, closes } of hours) {
    if (!(before <= opens && opens < closes && closes <= 24 * HOUR))
      throw new RangeError('Office hours must be in order, apart and within one day');
    before = closes;
  }
  if (hours.length === 0) throw new RangeError('Office hours must not be empty');
}
