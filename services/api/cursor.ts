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
export interface Cursor<After = ListPlace> {
  readonly pinned: Pin;
  readonly after: After;
}

const whole = z.int().min(0);
/** No list is of a later year: to count its days would hold up every other request for seconds. */
const moment = whole.max(Date.UTC(2100, 0, 1));
/** PostgreSQL numbers them in 32 bits, and refuses to compare them with more. */
const dimensions = whole.max(2 ** 31 - 1);
/** The mark of the question, and the pin. */
const head = [z.string(), moment, moment, whole] as const;
const placeSchema = z.tuple([...head, whole, whole, dimensions]);
const nameSchema = z.tuple([...head, z.string()]);

/** @param question the query of the list; the cursor is valid for no other list. Opaque to callers */
export const encodeCursor = (question: unknown, { pinned, after }: Cursor): string =>
  encoded(question, pinned, after);

/** The same for a list in the order of a name. */
export const encodeNameCursor = (question: unknown, { pinned, after }: Cursor<string>): string =>
  encoded(question, pinned, [after]);

const encoded = (question: unknown, { now, knownAt, upTo }: Pin, after: readonly unknown[]): string =>
  Buffer.from(JSON.stringify([mark(question), now, knownAt, upTo, ...after])).toString('base64url');

/** Undefined of the first page, which has none. @throws ProblemError when the cursor was not given out for this list */
export function decodeCursor(question: unknown, cursor: string | undefined): Cursor | undefined {
  if (cursor === undefined) return undefined;
  const [, now, knownAt, upTo, ...after] = decoded(question, cursor, placeSchema);
  return { pinned: { now, knownAt, upTo: upTo as Position }, after };
}

/** The same for a list in the order of a name. @throws ProblemError */
export function decodeNameCursor(question: unknown, cursor: string | undefined): Cursor<string> | undefined {
  if (cursor === undefined) return undefined;
  const [, now, knownAt, upTo, after] = decoded(question, cursor, nameSchema);
  return { pinned: { now, knownAt, upTo: upTo as Position }, after };
}

function decoded<Written extends readonly [string, ...unknown[]]>(
  question: unknown,
  cursor: string,
  schema: z.ZodType<Written>,
): Written {
  const parsed = schema.safeParse(jsonOf(cursor));
  return parsed.success && parsed.data[0] === mark(question)
    ? parsed.data
    : refuseQuery('cursor', 'a cursor that this list gave as `next`');
}

function jsonOf(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}

const mark = (question: unknown): string => hash('sha1', JSON.stringify(question), 'base64url').slice(0, 8);
