/** Epoch milliseconds. */
export type Moment = number;

/** RFC 3339 in UTC with milliseconds. */
export const momentText = (moment: Moment): string => new Date(moment).toISOString();
export const momentTextOrNull = (moment: Moment | null): string | null =>
  moment === null ? null : momentText(moment);

/** The only source of the present time: an argument, so that a test or a replay can fix it. */
export type Clock = () => Moment;

export const systemClock: Clock = () => Date.now();
