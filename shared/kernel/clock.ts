/** Epoch milliseconds. */
export type Moment = number;

/** The only way to the present time: passed in, so that a test or a replay can hold it still. */
export type Clock = () => Moment;

export const systemClock: Clock = () => Date.now();
