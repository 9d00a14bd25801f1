import type { LedgerSnapshot, ReadOptions } from '../../../shared/ledger/port.ts';
import type { FigureOutcome, FigureRequest } from '../../../shared/measures/figure-frame.ts';
import type { Behind, Observatory } from '../../../shared/measures/observatory.ts';
import { type BookView, itemsPage } from '../books/book-view.ts';
import { type Cursor, encodeCursor } from '../cursor.ts';
import { refuseQuery } from '../figure-request.ts';
import { frameView, partView } from './views.ts';

/** What a list is asked for. */
export interface Listing {
  /** The part; the one that makes the figure fail when it is left out. */
  readonly part: string | undefined;
  readonly descending: boolean;
  readonly limit: number;
  readonly cursor: Cursor | undefined;
  /** The query of the list. */
  readonly question: unknown;
  readonly reading: ReadOptions;
}

/** One page of the subjects behind a figure. */
export function evidenceList(
  { observatory, views }: { readonly observatory: Observatory; readonly views: readonly BookView[] },
  id: string,
  request: FigureRequest,
  { part: name, descending, limit, cursor, question, reading }: Listing,
): Promise<FigureOutcome<object>> {
  const asked = cursor ? { ...request, pinned: cursor.pinned } : request;
  const read = async (ledger: LedgerSnapshot, { frame, context, parts, calendar }: Behind) => {
    const part = parts.find((one) => one.name === (name ?? frame.measure.failing));
    if (!part) return refuseQuery('part', `one of ${parts.map((one) => one.name).join(', ')}`);
    const { pin } = frame;
    const query = { ...part.query, descending, limit, ...(cursor && { after: cursor.after }) };
    const view = views.find(({ book }) => book === part.book);
    if (!view) throw new RangeError(`The api has no view of the book ${part.book.name}`);
    const { next, items } = await itemsPage(ledger, view, query, { now: pin.now, calendar });
    return {
      ...frameView(frame, context),
      part: part.name,
      total: part.count,
      parts: parts.map(partView),
      ...items,
      ...(next && { next: encodeCursor(question, { pinned: pin, after: next }) }),
    };
  };
  return observatory.behind(id, asked, read, reading);
}
