/** Epoch milliseconds. */
export type Moment = number;

/** The only source of the present time: an argument, so that a test or a replay can fix it. */
export type Clock = () => Moment;

export const systemClock: Clock = () => Date.now();
