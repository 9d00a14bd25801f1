import { z } from 'zod';
import { described } from './described.ts';

/** Guesses and cuts at the door: the status, the time, the end of a long reason. */
export const MARKS = ['defaulted', 'time-inferred', 'reason-cut'] as const;
export type Mark = (typeof MARKS)[number];

/** Limit of a reason, in UTF-16 units. */
export const REASON_LIMIT = 2_000;

interface Reasoned {
  readonly reason?: string | undefined;
  readonly marks?: Mark[] | undefined;
}

/** A reason beyond the limit is cut and marked: it informs people, no figure depends on it. */
export function withBoundedReason<Data extends Reasoned>(data: Data): Data {
  const { reason, marks = [] } = data;
  if (reason === undefined || reason.length <= REASON_LIMIT) return data;
  return {
    ...data,
    // The cut may leave half of a character behind.
    reason: reason.slice(0, REASON_LIMIT).replace(/\p{Cs}$/u, ''),
    marks: [...marks, 'reason-cut'],
  };
}

/** Marks as a set, in the order of the list. */
export const marksSchema = described(
  z.array(z.enum(MARKS)).transform((marks) => MARKS.filter((mark) => marks.includes(mark))),
  {
    meaning: 'Guesses and cuts of the sender, or of a translation on the way',
    vi: 'ghi chú về dữ liệu suy đoán',
    example: ['time-inferred'],
    omit: 'everything was stated by the source',
    values: {
      defaulted: 'The source states no status (trạng thái mặc định)',
      'time-inferred': 'The source states no time for this (thời điểm suy ra)',
      'reason-cut': `The reason was cut at ${REASON_LIMIT} characters (lý do bị cắt)`,
    },
  },
);
