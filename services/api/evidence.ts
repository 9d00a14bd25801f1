import type { FigureOutcome, FigureRequest, Observatory } from '../../shared/figures/observatory.ts';
import type { LedgerSnapshot, ListQuery } from '../../shared/ledger/port.ts';
import { DOCUMENT_PARTS, DOSSIER_PARTS, type PartName, partsOf } from '../../shared/objectives/parts.ts';
import { balanceQuery, countParts } from '../../shared/objectives/tally.ts';
import { type Cursor, encodeCursor } from './cursor.ts';
import { refuseQuery } from './figure-request.ts';
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
  return observatory.behind(id, asked, async (ledger, frame, context, slice) => {
    const { definition, window, pin, known } = frame;
    const parts = partsOf(definition, context.basis, context);
    const documents = definition.formula.name === 'documents-electronic';
    const part = name ?? (documents ? 'not-electronic' : 'late');
    const anyOf = parts[part];
    if (!anyOf) return refuseQuery('part', `one of ${Object.keys(parts).join(', ')}`);
    const { filter, from, to } = balanceQuery(definition, window, frame.filter);
    const after = cursor && { after: cursor.after };
    const query: ListQuery = { anyOf, filter, from, to, ...known, limit, ...after };
    const { next, ...items } = await page(ledger, query, documents, pin.now);
    return {
      ...frameView(frame, context),
      part,
      total: countParts({ [part]: anyOf }, slice).get(part) ?? 0,
      ...items,
      ...(next && { next: encodeCursor(question, { pinned: pin, after: next }) }),
    };
  });
}

async function page(ledger: LedgerSnapshot, query: ListQuery, documents: boolean, now: number) {
  if (documents) {
    const { items, next } = await ledger.exchanges(query);
    return { documents: items.map((pair) => exchangeView(pair, now)), next };
  }
  const { items, next } = await ledger.dossiers(query);
  return { dossiers: items.map(dossierView), next };
}
