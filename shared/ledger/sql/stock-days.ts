/**
 * The balances hold an open account (a stock) over all days, as day 0, and over blocks of eight days, so that its sum up to a
 * past day is a sum of blocks. What enters and leaves within a block is not in it. The blocks begin at multiples of their
 * length, counted from 1970-01-01, and stand under days before any that an event can name.
 */
const BLOCK_BITS = 3;
const BLOCK_DAYS = 2 ** BLOCK_BITS;
const FIRST_BLOCK = -10_000_000;
/** More blocks than there are before 1970. */
const BEFORE = 1_000_000;

const ALL_DAYS = 0;
/** Before and after all days, within the four bytes of the columns. */
export const FIRST_DAY = -(2 ** 31);
export const LAST_DAY = 2 ** 31 - 1;

/** A range of days, or of values of the column `day` of the balances; both ends inclusive. */
export type DayRange = readonly [from: number, to: number];

/** The block of a day, as it stands under `day`: a shift rounds down, here as in both engines. */
export const blockOf = (day: number): number => FIRST_BLOCK + (day >> BLOCK_BITS);
/** {@link blockOf} of a column. */
export const blockSql = (day: string): string => `${FIRST_BLOCK} + (${day} >> ${BLOCK_BITS})`;

/** The values of `day` under which the movements of a stock in a block are summed. */
export const stockDays = (block: number): readonly number[] => [ALL_DAYS, block];

/** The days that a value of `day` stands for; null for all. */
export function daysUnder(value: number): DayRange | null {
  if (value === ALL_DAYS) return null;
  if (value > FIRST_BLOCK / 2) return [value, value];
  const first = (value - FIRST_BLOCK) * BLOCK_DAYS;
  return [first, first + BLOCK_DAYS - 1];
}

/** Stored sums of stocks: the last day in them, and the values of `day` of their rows. */
export interface StockSums {
  readonly end: number;
  readonly under: DayRange;
}

/** The sums that end nearest to a day: those of all days where the present is near, else those of blocks. */
export function nearestSums(day: number, today: number): StockSums {
  const blocks = Math.floor((day + 1 + BLOCK_DAYS / 2) / BLOCK_DAYS);
  const end = blocks * BLOCK_DAYS - 1;
  return today - day <= Math.abs(end - day)
    ? { end: LAST_DAY, under: [ALL_DAYS, ALL_DAYS] }
    : { end, under: [FIRST_BLOCK - BEFORE, FIRST_BLOCK + blocks - 1] };
}
