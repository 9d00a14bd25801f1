import assert from 'node:assert/strict';
import type { RunningServer } from './standalone.ts';

/** What tests of whole files of cases share. Nothing of the product is used to read a file. */
export type Cells = Readonly<Record<string, string>>;

/** RFC 4180 in one pass over the characters; the first row names the cells of the others. */
export function rowsOf(text: string): Cells[] {
  const rows: string[][] = [[]];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (quoted && char === '"' && text[at + 1] === '"') {
      cell += '"';
      at += 1;
    } else if (char === '"') quoted = !quoted;
    else if (quoted || !/[,\r\n]/.test(char ?? '')) cell += char;
    else if (char === '\r') continue;
    else {
      rows.at(-1)?.push(cell);
      cell = '';
      if (char === '\n') rows.push([]);
    }
  }
  const [header = [], ...rest] = rows;
  return rest
    .filter((row) => row.length === header.length)
    .map((row) => Object.fromEntries(header.map((name, index) => [name, row[index] ?? ''])));
}

export interface Figure {
  readonly numerator: number;
  readonly denominator: number;
  readonly excluded: Readonly<Record<string, number>>;
  readonly open: { readonly total: number; readonly overdue: number };
  readonly position: string;
}
export interface Part extends Figure {
  readonly key: string | null;
}

export const OBJECTIVE = '/v1/objectives/dossier-on-time';

export async function get<Answer>(server: RunningServer, path: string): Promise<Answer> {
  const answer = await fetch(`${server.url}${path}`);
  assert.equal(answer.status, 200, path);
  return (await answer.json()) as Answer;
}

/** The ids of all dossiers in a state, sorted, read page by page. */
export async function dossierIds(server: RunningServer, state: string, limit = 20): Promise<string[]> {
  const ids: string[] = [];
  let cursor = '';
  do {
    const path = `/v1/dossiers?state=${state}&limit=${limit}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
    const page = await get<{ items: { id: string }[]; next?: string }>(server, path);
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.next ?? '';
  } while (cursor);
  return ids.sort();
}

/** A case as its file states it, in epoch seconds. */
export interface PlainCase {
  readonly received: number;
  readonly due: number | null;
  /** From when on it is overdue, by the unit of its limit; and the end of its due day. */
  readonly overdueFrom: number | null;
  readonly dueDayOver: number | null;
  readonly ended: number | null;
  /** It ends before it begins: nothing can be compared. */
  readonly isFaulty: boolean;
}

type Standing = 'for' | 'against' | 'outside';

const judged = (isOnTime: boolean): Standing => (isOnTime ? 'for' : 'against');

/** By the unit of its limit, by the date, and by the minute; what cannot be compared is outside. */
function timings({ due, overdueFrom, dueDayOver, isFaulty }: PlainCase, end: number) {
  const minute = (second: number) => Math.floor(second / 60);
  const compared = (limit: number | null, isOnTime: (last: number) => boolean) =>
    limit === null || isFaulty ? 'outside' : judged(isOnTime(limit));
  return {
    byUnit: compared(overdueFrom, (over) => end < over),
    byDate: compared(dueDayOver, (over) => end < over),
    byMinute: compared(due, (last) => minute(end) <= minute(last)),
  };
}

/**
 * How a case counts by each definition of on time in a window of the past, written anew from docs/definitions.md. A file has no
 * hand-overs, supplements, withdrawals or legal limits.
 */
function standingsOf(one: PlainCase, start: number, over: number): Readonly<Record<string, Standing>> {
  const { received, due, isFaulty } = one;
  const last = over - 1;
  // A case that ends before it begins is closed when it was received, and its true end is unknown.
  const closed = one.ended === null ? Number.POSITIVE_INFINITY : Math.max(one.ended, received);
  const { byUnit, byDate, byMinute } = timings(one, closed);
  const isReceived = received <= last;
  const isSettled = closed < over;
  const ifSettledIn = (standing: Standing) => (isSettled && closed >= start ? standing : 'outside');
  const untimed = due === null && !isFaulty ? 'for' : null;
  return {
    'settled-in-period': ifSettledIn(byUnit),
    'due-in-period':
      isReceived && isWithin(due, start, last) ? dueStanding(one, isSettled, byUnit, last) : 'outside',
    received: isWithin(received, start, last) ? (isSettled ? byUnit : 'against') : 'outside',
    'portal-766': isReceived ? portalStanding(one, isSettled && !isFaulty ? closed : last, start) : 'outside',
    opencps: ifSettledIn(untimed ?? byMinute),
    'td-form-06': 'outside',
    'td-766-progress': ifSettledIn(byDate),
    'td-unit-report': ifSettledIn(due === null ? 'for' : byDate),
  };
}

const isWithin = (second: number | null, start: number, last: number): boolean =>
  second !== null && start <= second && second <= last;

function dueStanding(
  { overdueFrom }: PlainCase,
  isSettled: boolean,
  byUnit: Standing,
  last: number,
): Standing {
  if (isSettled) return byUnit;
  return overdueFrom !== null && overdueFrom <= last ? 'against' : 'outside';
}

const portalStanding = ({ due }: PlainCase, end: number, start: number): Standing =>
  end < start || due === null ? 'outside' : judged(end <= due);

interface Defined {
  readonly name: string;
  readonly numerator: number;
  readonly denominator: number;
}

/** Each definition counts what plain arrays count, and two of them part at as many cases. @param days from and to, yyyy-MM-dd */
export async function assertDefinitions(
  server: RunningServer,
  cases: readonly PlainCase[],
  [from, to]: readonly [string, string],
  [start, over]: readonly [number, number],
): Promise<Readonly<Record<string, readonly [number, number]>>> {
  const standings = cases.map((one) => standingsOf(one, start, over));
  const window = `from=${from}&to=${to}`;
  const { byDefinition } = await get<{ byDefinition: readonly Defined[] }>(
    server,
    `${OBJECTIVE}/definitions?${window}`,
  );
  const counted = (name: string): readonly [number, number] => {
    const of = (wanted: Standing) => standings.filter((one) => one[name] === wanted).length;
    return [of('for'), of('for') + of('against')];
  };
  const shown = byDefinition.map((one) => [one.name, [one.numerator, one.denominator]] as const);
  assert.deepEqual(
    shown,
    byDefinition.map(({ name }) => [name, counted(name)]),
    window,
  );
  for (const [a, b] of [
    ['settled-in-period', 'portal-766'],
    ['due-in-period', 'received'],
  ] as const) {
    const { rules } = await get<{ rules: readonly { subjects: number }[] }>(
      server,
      `${OBJECTIVE}/definitions/compare?${window}&a=${a}&b=${b}`,
    );
    const parted = standings.filter((one) => one[a] !== one[b]).length;
    assert.equal(
      rules.reduce((sum, { subjects }) => sum + subjects, 0),
      parted,
      `${a}, ${b}`,
    );
  }
  return Object.fromEntries(shown);
}
