import type { Book, LedgerSnapshot, ListQuery } from '../../shared/ledger/port.ts';
import type { FigureOutcome, FigureRequest, Observatory } from '../../shared/measures/observatory.ts';
import { DOCUMENT_PARTS, DOSSIER_PARTS, type PartName } from '../../shared/measures/parts.ts';
import { type Cursor, encodeCursor } from './cursor.ts';
import { refuseQuery } from './figure-request.ts';
import type { Seen } from './lateness.ts';
import { dossierView, exchangeView, frameView } from './views.ts';

export const EVIDENCE_PARTS = [...DOSSIER_PARTS, ...DOCUMENT_PARTS] as const;

export interface Paging {
  readonly limit: number;
  readonly cursor: Cursor | undefined;
  /** What the list was asked with. */
  readonly question: unknown;
}

/** One page of what stands behind a figure; without a part, what makes it fail: late dossiers, documents not electronic. */
export function evidenceList(
  observatory: Observatory,
  id: string,
  request: FigureRequest,
  name: PartName | undefined,
  { limit, cursor, question }: Paging,
): Promise<FigureOutcome<object>> {
  const asked = cursor ? { ...request, pinned: cursor.pinned } : request;
  return observatory.behind(id, asked, async (ledger, { frame, context, parts, book, calendar }) => {
    const part = name ?? (book === 'document' ? 'not-electronic' : 'late');
    const counted = parts.get(part);
    if (!counted) return refuseQuery('part', `one of ${[...parts.keys()].join(', ')}`);
    const { pin } = frame;
    const query = { ...counted.query, limit, ...(cursor && { after: cursor.after }) };
    const { next, ...items } = await page(ledger, query, book, { now: pin.now, calendar });
    return {
      ...frameView(frame, context),
      part,
      total: counted.count,
      ...items,
      ...(next && { next: encodeCursor(question, { pinned: pin, after: next }) }),
    };
  });
}

async function page(ledger: LedgerSnapshot, query: ListQuery, book: Book, seen: Seen) {
  if (book === 'document') {
    const { items, next } = await ledger.exchanges(query);
    return { documents: items.map((pair) => exchangeView(pair, seen.now)), next };
  }
  const { items, next } = await ledger.dossiers(query);
  return { dossiers: items.map((dossier) => dossierView(dossier, seen)), next };
}
