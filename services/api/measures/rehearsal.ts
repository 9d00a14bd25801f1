import { objectiveWatches } from '../../../shared/alerting/objective-watches.ts';
import { type RehearsedTransition, rehearse } from '../../../shared/alerting/rehearsal.ts';
import { addDays, dayInMonth, type LocalDay, monthOf, type Zone } from '../../../shared/calendar/zone.ts';
import type { Moment } from '../../../shared/kernel/clock.ts';
import { LedgerBusy, type ReadOptions } from '../../../shared/ledger/port.ts';
import type { ObjectiveDefinition } from '../../../shared/measures/definition.ts';
import type { MeasuredFigure, Observatory } from '../../../shared/measures/observatory.ts';
import type { Pin } from '../../../shared/measures/standpoint.ts';

/** A figure of each day of them is read. */
export const MOST_MONTHS = 24;
/** So many are one question to the ledger, so that others need not wait long. */
const MOMENTS_A_QUESTION = 10;
/** All questions together take no longer. */
const PATIENCE_MS = 20_000;

/** How an objective would have stood. */
export interface Rehearsal {
  /** At the end of each month, the present one so far; the earliest first. */
  readonly months: readonly MeasuredFigure[];
  /** From the figures at the end of each day. */
  readonly transitions: readonly RehearsedTransition[];
  readonly days: number;
  readonly pin: Pin;
}

interface Stage {
  readonly observatory: Pick<Observatory, 'rehearse'>;
  readonly zone: Zone;
  readonly now: Moment;
}

/** @throws LedgerBusy where it takes too long */
export async function rehearsalOf(
  definition: ObjectiveDefinition,
  count: number,
  { observatory, zone, now }: Stage,
  reading: ReadOptions,
): Promise<Rehearsal> {
  const began = performance.now();
  const months = dayEndsOf(count, now, zone);
  const monthEnds = new Set(months.flatMap((days) => days.slice(-1)));
  // Without rules nothing would have been sent: the ends of months are enough.
  const moments = definition.alerts.length === 0 ? [...monthEnds] : months.flat();
  const figures: MeasuredFigure[] = [];
  let pin: Pin | undefined;
  for (let at = 0; at < moments.length; at += MOMENTS_A_QUESTION) {
    const asked = moments.slice(at, at + MOMENTS_A_QUESTION);
    const answer = await observatory.rehearse(definition, asked, pin, reading);
    pin = answer.pin;
    figures.push(...answer.figures);
    if (performance.now() - began > PATIENCE_MS)
      throw new LedgerBusy(
        `${figures.length} of ${moments.length} days took too long: ask for fewer months.`,
      );
  }
  if (!pin) throw new RangeError('No month is asked about');
  const watched = figures.map((figure) => ({ at: figure.asOf, watches: objectiveWatches(figure) }));
  return {
    months: figures.filter(({ asOf }) => monthEnds.has(asOf)),
    transitions: rehearse(watched),
    days: figures.length,
    pin,
  };
}

/** The last moment of each day of the last months, month by month; of today the present. */
function dayEndsOf(count: number, now: Moment, zone: Zone): readonly (readonly Moment[])[] {
  const today = zone.dayOf(now);
  const { month } = monthOf(today);
  return Array.from({ length: count }, (_, index) => {
    const of = month - count + 1 + index;
    const first = dayInMonth(of, 1);
    const last = Math.min(addDays(dayInMonth(of + 1, 1), -1), today) as LocalDay;
    const days = Array.from({ length: last - first + 1 }, (__, at) => addDays(first, at));
    return days.map((day) => (day === today ? now : zone.momentAt(addDays(day, 1), 0) - 1));
  });
}
