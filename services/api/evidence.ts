import type {
  FigureFrame,
  FigureOutcome,
  FigureRequest,
  Observatory,
} from '../../shared/figures/observatory.ts';
import type { LedgerSnapshot, ListQuery } from '../../shared/ledger/port.ts';
import type { EvaluationContext } from '../../shared/objectives/evaluate.ts';
import { ProblemError } from '../../shared/platform/problem.ts';
import { refuseCursor } from './figure-request.ts';
import { dossierView, exchangeView, frameView, positionText } from './views.ts';

/** Which subjects stand behind which part of a figure. `due` is the moment before or after which they must fall due. */
type Part = Pick<ListQuery, 'accounts'> & {
  readonly due?: 'passed' | 'soon' | 'awaited';
  /** Stocks stand now; flows have their day in the window. */
  readonly stock?: true;
};

const DOSSIER_PARTS = {
  settled: { accounts: ['settled/early', 'settled/on-time', 'settled/late'] },
  'on-time': { accounts: ['settled/early', 'settled/on-time'] },
  late: { accounts: ['settled/late'] },
  'no-due-date': { accounts: ['settled/no-due-date'] },
  'no-finish-date': { accounts: ['settled/no-finish-date'] },
  withdrawn: { accounts: ['withdrawn'] },
  'refused-at-intake': { accounts: ['refused-at-intake'] },
  overdue: { accounts: ['in-progress/timed'], due: 'passed', stock: true },
  'due-soon': { accounts: ['in-progress/timed'], due: 'soon', stock: true },
  paused: { accounts: ['paused'], stock: true },
} as const satisfies Record<string, Part>;

const DOCUMENT_PARTS = {
  electronic: { accounts: ['exchanged/electronic'] },
  'not-electronic': { accounts: ['exchanged/not-electronic'], due: 'passed' },
  awaiting: { accounts: ['exchanged/not-electronic'], due: 'awaited' },
  'exempt-classified': { accounts: ['exempt/classified'] },
  'exempt-regulated': { accounts: ['exempt/regulated'] },
  recalled: { accounts: ['recalled'] },
} as const satisfies Record<string, Part>;

type PartName = keyof typeof DOSSIER_PARTS | keyof typeof DOCUMENT_PARTS;
export const evidenceParts = [...Object.keys(DOSSIER_PARTS), ...Object.keys(DOCUMENT_PARTS)] as [
  PartName,
  ...PartName[],
];

/** One page of what stands behind a figure; without a part, what makes it fail: late dossiers, documents not electronic. */
export function evidenceList(
  observatory: Observatory,
  id: string,
  request: FigureRequest,
  name: PartName | undefined,
  paging: Pick<ListQuery, 'limit' | 'cursor'>,
): Promise<FigureOutcome<object>> {
  return observatory.behind(id, request, async (ledger, frame, context) => {
    const { formula } = frame.definition;
    const documents = formula.name === 'documents-electronic';
    const parts: Readonly<Record<string, Part>> = documents ? DOCUMENT_PARTS : DOSSIER_PARTS;
    const part = name ?? (documents ? 'not-electronic' : 'late');
    const wanted = parts[part];
    if (wanted === undefined) {
      throw new ProblemError('request-invalid', 'The query is not valid.', {
        errors: [{ pointer: '/part', detail: `one of ${Object.keys(parts).join(', ')}` }],
      });
    }
    const query = listQuery(wanted, frame, context, request, paging);
    const head = { ...frameView(frame, context), part, position: positionText(ledger.checkpoint) };
    return { ...head, ...(await page(ledger, query, documents, context).catch(refuseCursor)) };
  });
}

async function page(
  ledger: LedgerSnapshot,
  query: ListQuery,
  documents: boolean,
  { now }: EvaluationContext,
): Promise<object> {
  if (documents) {
    const { items, next } = await ledger.exchanges(query);
    return { documents: items.map((pair) => exchangeView(pair, now)), ...(next !== undefined && { next }) };
  }
  const { items, next } = await ledger.dossiers(query);
  return { dossiers: items.map(dossierView), ...(next !== undefined && { next }) };
}

function listQuery(
  { accounts, due, stock }: Part,
  { window, filter, definition }: FigureFrame,
  { now, dueSoonUntil, basis }: EvaluationContext,
  { asOf }: FigureRequest,
  paging: Pick<ListQuery, 'limit' | 'cursor'>,
): ListQuery {
  const scoped =
    definition.formula.name === 'documents-electronic'
      ? { ...filter, scope: definition.formula.scope }
      : filter;
  return {
    accounts,
    filter: scoped,
    basis,
    ...(stock ? {} : { from: window.from, to: window.cutTo }),
    ...(due === 'passed' && { dueUntil: stock ? window.stockAt : now }),
    ...(due === 'soon' && { dueAfter: window.stockAt, dueUntil: dueSoonUntil }),
    ...(due === 'awaited' && { dueAfter: now }),
    ...(asOf !== undefined && { knownAt: asOf }),
    ...paging,
  };
}
