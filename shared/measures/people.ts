import { dayIn, yearOf } from '../calendar/year.ts';
import { addDays, type Zone } from '../calendar/zone.ts';
import { breakdown, type EvaluationContext } from './evaluate.ts';
import type { FigureFrame } from './figure-frame.ts';
import { PeopleGroups } from './small-groups.ts';
import { stageOf } from './stages.ts';
import { type Slice, tally } from './tally.ts';

/** What a figure is counted from. */
export interface CountedFrame {
  readonly frame: FigureFrame;
  readonly slices: readonly Slice[];
  readonly context: EvaluationContext;
}

/** Reads what a frame counts, by some dimensions. */
export type ReadFrame = (frame: FigureFrame, group: readonly string[]) => Promise<CountedFrame>;

/** The frame that a figure of people is shown for, and how these people are grouped. */
export interface People {
  readonly frame: FigureFrame;
  readonly groups: PeopleGroups;
}

/**
 * The people behind a figure, all of them, whatever it is filtered by. Of a yearly measure whose running year has nothing decided yet
 * the last closed year is shown, where that has.
 */
export async function peopleBehind(asked: FigureFrame, read: ReadFrame, zone: Zone): Promise<People> {
  const present = await everybody(asked, read);
  const closed = isDecided(present) ? undefined : closedYear(asked, zone);
  const earlier = closed && (await everybody(closed, read));
  const shown = earlier && isDecided(earlier) ? earlier : present;
  const { measure, filter } = asked;
  const rows = measure.dimensions.map(
    ({ name }) => [name, breakdown(shown.frame, shown.slices, name, shown.context)] as const,
  );
  return { frame: { ...shown.frame, filter }, groups: new PeopleGroups(new Map(rows)) };
}

const everybody = (frame: FigureFrame, read: ReadFrame): Promise<CountedFrame> =>
  read(
    { ...frame, filter: {} },
    frame.measure.dimensions.map(({ name }) => name),
  );

const isDecided = ({ frame, slices, context }: CountedFrame): boolean =>
  tally(frame.measure, slices, context).denominator > 0;

/** The frame of the year before; undefined where the figure is not one of the running year. */
function closedYear(frame: FigureFrame, zone: Zone): FigureFrame | undefined {
  const { measure, window } = frame;
  if (!measure.yearly || window.name !== 'year' || !window.current) return undefined;
  const year = yearOf(window.from) - 1;
  const to = addDays(window.from, -1);
  return {
    ...frame,
    shownFor: window,
    stage: stageOf(measure.yearly, to, zone.dayOf(frame.asOf)),
    window: {
      ...{ name: 'year', from: dayIn(year, 1, 1), to, cutTo: to, current: false },
      stockAt: zone.momentAt(window.from, 0) - 1,
    },
  };
}
