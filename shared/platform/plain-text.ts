import { z } from 'zod';
import { isSeen, SEEN } from '../contracts/schema-parts.ts';

/** Controls (Cc), line separators, lone surrogates (Cs), and marks that turn the direction of writing (UAX #9 §2). */
const HIDDEN = /[\p{Cc}\p{Cs}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** Whether a text shows as it is: nothing in it can break a line, or turn round what stands beside it. */
export const isPlain = (text: string): boolean => !HIDDEN.test(text);

/** A line that a person writes and others read: no control characters, no marks of direction. */
export const plainText = (limit: number) =>
  z
    .string()
    .trim()
    .max(limit)
    .refine(isPlain, 'one line, without control characters and marks of writing direction')
    .refine((text) => text === '' || isSeen(text), SEEN);
