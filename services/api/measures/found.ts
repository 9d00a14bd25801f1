import { formatDay } from '../../../shared/calendar/zone.ts';
import type { FigureOutcome } from '../../../shared/measures/figure-frame.ts';
import { ProblemError } from '../../../shared/platform/problem.ts';
import { refuseQuery } from '../figure-request.ts';

/** The answer of an objective that is there. @throws ProblemError of any other outcome */
export function found<Answer>(outcome: FigureOutcome<Answer>, id: string): Answer {
  switch (outcome.kind) {
    case 'figure':
      return outcome.figure;
    case 'unknown-objective':
      throw new ProblemError(
        'not-found',
        `There is no objective ${id}; there are ${outcome.known.join(', ')}.`,
      );
    case 'not-yet-in-force':
      throw new ProblemError(
        'not-found',
        `The objective ${id} is in force from ${formatDay(outcome.from)} on.`,
      );
    case 'closed':
      throw new ProblemError(
        'not-found',
        `The objective ${id} is closed: its last day was ${formatDay(outcome.lastDay)}. Figures until then are there with asOf.`,
      );
    case 'window-ends-before-it-begins':
      return refuseQuery('to', 'not before from');
  }
}
