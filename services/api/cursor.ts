import { hash } from 'node:crypto';
import { z } from 'zod';
import type { ListPlace } from '../../shared/bookkeeping/balance.ts';
import type { Position } from '../../shared/contracts/stored-event.ts';
import type { Pin } from '../../shared/measures/standpoint.ts';
import { refuseQuery } from './figure-request.ts';

/**
 * The place where a page of a list begins, and the moment and the ledger position of the list: all pages show the list as it was at
 * its first page, even when the ledger changes meanwhile.
 */
export interface Cursor {
  readonly pinned: Pin;
  readonly after: ListPlace;
}

const whole = z.int().min(0);
/** The calendar ends long before the last moment that a number can hold. */
const moment = whole.max(Date.UTC(9999, 0, 1));
/** PostgreSQL numbers them in 32 bits, and refuses to compare them with more. */
const dimensions = whole.max(2 ** 31 - 1);
const cursorSchema = z.tuple([z.string(), moment, moment, whole, whole, whole, dimensions]);

/** @param question the query of the list; the cursor is valid for no other list. Opaque to callers */
export function encodeCursor(question: unknown, { pinned, after }: Cursor): string {
  const { now, knownAt, upTo } = pinned;
  const written: z.input<typeof cursorSchema> = [mark(question), now, knownAt, upTo, ...after];
  return Buffer.from(JSON.stringify(written)).toString('base64url');
}

/** @throws ProblemError when the cursor was not given out for this list */
export function decodeCursor(question: unknown, cursor: string): Cursor {
  const parsed = cursorSchema.safeParse(jsonOf(cursor));
  if (!parsed.success || parsed.data[0] !== mark(question)) {
    return refuseQuery('cursor', 'a cursor that this list gave as `next`');
  }
  const [, now, knownAt, upTo, ...after] = parsed.data;
  return { pinned: { now, knownAt, upTo: upTo as Position }, after };
}

function jsonOf(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}

const mark = (question: unknown): string => hash('sha1', JSON.stringify(question), 'base64url').slice(0, 8);
