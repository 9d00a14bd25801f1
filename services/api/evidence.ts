import type { ListQuery } from '../../shared/bookkeeping/balance.ts';
import type { Book } from '../../shared/bookkeeping/book.ts';
import { documentBook } from '../../shared/books/document/book.ts';
import { dossierBook } from '../../shared/books/dossier/book.ts';
import type { LedgerSnapshot } from '../../shared/ledger/port.ts';
import type { FigureOutcome, FigureRequest } from '../../shared/measures/figure-frame.ts';
import type { Observatory } from '../../shared/measures/observatory.ts';
import { type Cursor, encodeCursor } from './cursor.ts';
import { refuseQuery } from './figure-request.ts';
import type { Seen } from './lateness.ts';
import { dossierView, exchangeView, frameView, partView } from './views.ts';

/** What a list is asked for. */
export interface Listing {
  /** The part; the one that makes the figure fail when it is left out. */
  readonly part: string | undefined;
  readonly descending: boolean;
  readonly limit: number;
  readonly cursor: Cursor | undefined;
  /** The query of the list. */
  readonly question: unknown;
}

/** One page of the subjects behind a figure. */
export function evidenceList(
  observatory: Observatory,
  id: string,
  request: FigureRequest,
  { part: name, descending, limit, cursor, question }: Listing,
): Promise<FigureOutcome<object>> {
  const asked = cursor ? { ...request, pinned: cursor.pinned } : request;
  return observatory.behind(id, asked, async (ledger, { frame, context, parts, calendar }) => {
    const part = parts.find((one) => one.name === (name ?? frame.measure.failing));
    if (!part) return refuseQuery('part', `one of ${parts.map((one) => one.name).join(', ')}`);
    const { pin } = frame;
    const query = { ...part.query, descending, limit, ...(cursor && { after: cursor.after }) };
    const { next, ...items } = await page(ledger, query, part.book, { now: pin.now, calendar });
    return {
      ...frameView(frame, context),
      part: part.name,
      total: part.count,
      parts: parts.map(partView),
      ...items,
      ...(next && { next: encodeCursor(question, { pinned: pin, after: next }) }),
    };
  });
}

async function page(ledger: LedgerSnapshot, query: ListQuery, book: Book, seen: Seen) {
  if (book === documentBook) {
    const { items, next } = await ledger.list(documentBook, query);
    return { documents: items.map((pair) => exchangeView(pair, seen.now)), next };
  }
  const { items, next } = await ledger.list(dossierBook, query);
  return { dossiers: items.map((dossier) => dossierView(dossier, seen)), next };
}
