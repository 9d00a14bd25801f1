import { formatDay } from '../../../shared/calendar/zone.ts';
import type { SeenFigure } from '../../../shared/contracts/register-fields.ts';
import type { ReadOptions } from '../../../shared/ledger/port.ts';
import type { ObjectiveFigure, Observatory } from '../../../shared/measures/observatory.ts';
import { isHidden } from '../../../shared/measures/small-groups.ts';
import type { AskedMoment } from '../../../shared/measures/standpoint.ts';

/** The figure of an objective as a person had it before him; null where none is known. */
export async function figureSeen(
  observatory: Observatory,
  objectiveId: string | null | undefined,
  at: AskedMoment = {},
  options?: ReadOptions,
): Promise<SeenFigure | null> {
  if (objectiveId === undefined || objectiveId === null) return null;
  const outcome = await observatory.measure(objectiveId, at, options);
  return outcome.kind === 'figure' && !isHidden(outcome.figure.measurement) ? seenIn(outcome.figure) : null;
}

const seenIn = ({ definition, measurement, window }: ObjectiveFigure): SeenFigure => ({
  objectiveId: definition.id,
  status: measurement.status,
  numerator: measurement.numerator,
  denominator: measurement.denominator,
  from: formatDay(window.from),
  to: formatDay(window.to),
});

/** Those of the objectives that are missed at a moment, with the figure. */
export async function missedAmong(
  observatory: Observatory,
  ids: Iterable<string | null | undefined>,
  at: AskedMoment,
  options: ReadOptions,
): Promise<ReadonlyMap<string, SeenFigure>> {
  const missed = new Map<string, SeenFigure>();
  for (const id of new Set(ids)) {
    const seen = await figureSeen(observatory, id, at, options);
    if (seen?.status === 'breached') missed.set(seen.objectiveId, seen);
  }
  return missed;
}
