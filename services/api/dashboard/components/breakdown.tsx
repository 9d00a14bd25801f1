import type { Breakdown, Objective, Row } from '../client/api.ts';
import { titleOf } from '../state/parts.ts';
import { evidenceLink } from '../state/route.ts';
import { type Column, sorted, sortedBy } from '../state/sorting.ts';
import { useApp } from './context.ts';

/** The open counts of a part of a breakdown, and the part of the evidence that lists each. */
const OPEN_COLUMNS = [
  ['overdue', 'overdue'],
  ['dueSoon', 'due-soon'],
] as const;

interface BreakdownProps {
  readonly breakdown: Breakdown;
  readonly objective: Objective;
}

export function BreakdownTable({ breakdown, objective }: BreakdownProps) {
  const app = useApp();
  const words = app.words.value;
  const { t } = words;
  const { sorting } = app.details;
  const rows = breakdown.parts.filter(({ denominator, open }) => denominator > 0 || (open?.total ?? 0) > 0);
  if (rows.length === 0) return <p class="empty">{t('breakdown.empty')}</p>;
  const { failing, dimensions } = objective;
  const dimension = dimensions.find(({ name }) => name === breakdown.by);
  const hasOpen = rows.some(({ open }) => open !== null);
  const columns: readonly (readonly [Column, string])[] = [
    ['name', dimension ? words.of(dimension.title) : breakdown.by],
    ['share', t('share')],
    ['count', t('count')],
    ['failed', titleOf(objective, failing, words)],
    ...(hasOpen ? OPEN_COLUMNS.map(([column]) => [column, t(column)] as const) : []),
  ];
  const nameOf = (key: string | null) => {
    if (key === null) return t('unstated');
    if (breakdown.by === 'unit') return app.unitName.value(key);
    return words.code(breakdown.by, key);
  };
  const mostFailures = Math.max(...rows.map(({ numerator, denominator }) => denominator - numerator), 1);
  return (
    <table class="stack">
      <thead>
        <tr>
          {columns.map(([column, label]) => (
            <th key={column} scope="col" aria-sort={direction(sorting.value, column)}>
              <button
                type="button"
                onClick={() => {
                  sorting.value = sortedBy(sorting.value, column);
                }}
              >
                {label}
              </button>
              {/* Of a head that is repeated on paper, the browser does not print the buttons. */}
              <span class="printed" aria-hidden="true">
                {label}
              </span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {sorted(rows, sorting.value, nameOf, words.locale).map((part) => (
          <PartRow
            key={`part:${part.key}`}
            row={part}
            breakdown={breakdown}
            name={nameOf(part.key)}
            labels={new Map(columns)}
            failed={failing}
            mostFailures={mostFailures}
          />
        ))}
      </tbody>
    </table>
  );
}

const direction = (sorting: { readonly column: Column; readonly descending: boolean }, column: Column) =>
  sorting.column !== column ? 'none' : sorting.descending ? 'descending' : 'ascending';

interface RowProps {
  readonly row: Row;
  readonly breakdown: Breakdown;
  readonly name: string;
  readonly labels: ReadonlyMap<Column, string>;
  /** The part of the evidence that lists the failures. */
  readonly failed: string;
  /** Fills the bar. */
  readonly mostFailures: number;
}

function PartRow({ row, breakdown: { id, by, target }, name, labels, failed, mostFailures }: RowProps) {
  const { number, percent, t } = useApp().words.value;
  const { key, numerator, denominator, open, status } = row;
  const failures = denominator - numerator;
  const link = (text: string, evidence: string) => {
    if (key === null) return text;
    const query = { part: evidence, [by]: key, ...(by === 'unit' && { below: 'false' }) };
    return <a href={evidenceLink(id, query)}>{text}</a>;
  };
  return (
    <tr data-below={String(status === 'breached')}>
      <th scope="row">
        {link(name, failed)}
        {by === 'unit' && key !== null && name !== key && <small> {key}</small>}
      </th>
      <td data-label={labels.get('share')}>
        <span class="share">
          {percent(row, target)}
          {status === 'breached' && (
            <>
              <span aria-hidden="true"> ▼</span>
              <span class="unseen"> {t('below')}</span>
            </>
          )}
        </span>
      </td>
      <td data-label={labels.get('count')}>
        {number(numerator)} / {number(denominator)}
      </td>
      <td data-label={labels.get('failed')}>
        {link(number(failures), failed)}
        <progress max={mostFailures} value={failures} aria-hidden="true" />
      </td>
      {OPEN_COLUMNS.map(
        ([column, evidence]) =>
          labels.has(column) && (
            <td key={column} data-label={labels.get(column)}>
              {link(number(open?.[column] ?? 0), evidence)}
            </td>
          ),
      )}
    </tr>
  );
}
