import type { ListPlace } from '../bookkeeping/balance.ts';
import { addDays, DAY, dayInMonth, formatDay, monthOf, type Zone } from '../calendar/zone.ts';
import { type Moment, momentText } from '../kernel/clock.ts';
import type { LedgerSnapshot } from '../ledger/port.ts';
import { type Check, checkOf } from '../ledger/verify.ts';
import type { FigureFrame, FigureRequest } from './figure-frame.ts';
import type { ListedPart } from './listed-parts.ts';
import { BASES } from './measure.ts';
import type { Observatory } from './observatory.ts';

/** Rows in memory at a time: a document of an earlier version may have a megabyte. */
const PAGE = 50;

/**
 * That the list is the figure, for each objective in force: in its own window, in the month that is over, and a week ago as it
 * was known then, on each basis.
 */
export async function verifyLists(
  observatory: Observatory,
  now: Moment,
  zone: Zone,
): Promise<readonly Check[]> {
  const { month } = monthOf(zone.dayOf(now));
  const lastMonth = { from: dayInMonth(month - 1, 1), to: addDays(dayInMonth(month, 1), -1) };
  const asked: FigureRequest[] = [{}, { window: lastMonth }, { asOf: now - 7 * DAY }];
  const checks: Check[] = [];
  for (const id of await observatory.objectiveIds()) {
    const failures: string[] = [];
    for (const request of asked) {
      for (const basis of BASES)
        failures.push(...(await unequalLists(observatory, id, { ...request, basis })));
    }
    checks.push(checkOf(`${id}: lists`, 'each list has as many as the figure counts', failures));
  }
  return checks;
}

/** The parts of an objective whose list, read to its end, has another length than the figure counts; none of one not in force. */
export async function unequalLists(
  observatory: Observatory,
  id: string,
  request: FigureRequest,
): Promise<readonly string[]> {
  const outcome = await observatory.behind(id, request, async (ledger, { frame, context, parts }) => {
    const failures: string[] = [];
    for (const part of parts) {
      const listed = await lengthOf(ledger, part);
      if (listed === part.count) continue;
      failures.push(
        `${part.name}, ${context.basis}, ${seenFrom(frame)}: ${part.count} counted, ${listed} listed`,
      );
    }
    return failures;
  });
  return outcome.kind === 'figure' ? outcome.figure : [];
}

/** What a list comes to: the number of its subjects, or the sum of what its items add to the part. */
async function lengthOf(ledger: LedgerSnapshot, part: ListedPart): Promise<number> {
  if (part.kind === 'items') {
    const leaves = part.of ?? [part.name];
    return part.items
      .flatMap(({ amounts }) => leaves.map((leaf) => amounts[leaf] ?? 0))
      .reduce((sum, amount) => sum + amount, 0);
  }
  const { book, query } = part;
  let length = 0;
  for (let after: ListPlace | undefined; ; ) {
    const paged = { ...query, limit: PAGE, ...(after && { after }) };
    const { items, next } = await ledger.list(book, paged);
    length += items.length;
    if (!next) return length;
    after = next;
  }
}

function seenFrom({ window, known, asOf }: FigureFrame): string {
  const days = `${formatDay(window.from)} to ${formatDay(window.cutTo)}`;
  return known.knownAt === undefined ? days : `${days} as of ${momentText(asOf)}`;
}
