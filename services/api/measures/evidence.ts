import type { ListQuery, Paged } from '../../../shared/bookkeeping/balance.ts';
import type { LedgerSnapshot, ReadOptions } from '../../../shared/ledger/port.ts';
import type { FigureOutcome, FigureRequest } from '../../../shared/measures/figure-frame.ts';
import type { ListItem } from '../../../shared/measures/measured-list.ts';
import type { Behind, Observatory } from '../../../shared/measures/observatory.ts';
import type { ItemView } from '../books/item-view.ts';
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

/** One page of the subjects or items behind a figure. */
export function evidenceList(
  { observatory, views }: { readonly observatory: Observatory; readonly views: readonly ItemView[] },
  id: string,
  request: FigureRequest,
  { part: name, descending, limit, cursor, question, reading }: Listing,
): Promise<FigureOutcome<object>> {
  const asked = cursor ? { ...request, pinned: cursor.pinned } : request;
  const read = async (ledger: LedgerSnapshot, { frame, context, parts, calendar }: Behind) => {
    const part = parts.find((one) => one.name === (name ?? frame.measure.failing));
    if (!part) return refuseQuery('part', `one of ${parts.map((one) => one.name).join(', ')}`);
    const { pin } = frame;
    const collection = part.kind === 'items' ? part.collection : part.book.collection;
    const view = views.find((one) => one.collection === collection);
    if (!view) throw new RangeError(`The api has no view of ${collection}`);
    const page = { descending, limit, ...(cursor && { after: cursor.after }) };
    const { items, next } =
      part.kind === 'items'
        ? pageOf(part.items, page)
        : await ledger.list(part.book, { ...part.query, ...page });
    const seen = { now: pin.now, calendar };
    return {
      ...frameView(frame, context),
      part: part.name,
      total: part.kind === 'items' ? part.items.length : part.count,
      parts: parts.map(partView),
      [collection]: items.map((item) => view.itemView(item, seen)),
      ...(next && { next: encodeCursor(question, { pinned: pin, after: next }) }),
    };
  };
  return observatory.behind(id, asked, read, reading);
}

/** A page of a list that was read as a whole: the place of an item is its number. */
function pageOf(
  listed: readonly ListItem[],
  { descending, limit, after: [from] = [0, 0, 0] }: Pick<ListQuery, 'descending' | 'limit' | 'after'>,
): Paged<object> {
  const all = descending ? listed.toReversed() : listed;
  const items = all.slice(from, from + limit).map(({ shown }) => shown);
  return from + limit < all.length ? { items, next: [from + limit, 0, 0] } : { items };
}
