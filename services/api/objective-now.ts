import type { LocalDay } from '../../shared/calendar/zone.ts';
import type { KnownObjective } from '../../shared/measures/known-objectives.ts';
import type { ApiContext } from './context.ts';

/** An objective as it is known at present, with the day of today; undefined where there is none. It may have been stated a moment ago. */
export const objectiveNow = (
  { observatory, answers, zone }: Pick<ApiContext, 'observatory' | 'answers' | 'zone'>,
  id: string,
): Promise<{ readonly objective: KnownObjective; readonly today: LocalDay } | undefined> =>
  answers.lookUp(() =>
    observatory.from({}, async (_ledger, { objectives, pin }) => {
      const objective = objectives.get(id);
      return objective && { objective, today: zone.dayOf(pin.now) };
    }),
  );
