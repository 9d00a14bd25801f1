import { isHidden } from '../../../../shared/measures/small-groups.ts';
import type { Breakdown, Objective, Part, Row } from '../client/api.ts';
import { leaves, titleOf } from '../state/parts.ts';
import { evidenceLink } from '../state/route.ts';
import { type Column, columnOf, sorted, sortedBy } from '../state/sorting.ts';
import { failuresOf } from '../state/verdict.ts';
import { useApp } from './context.ts';
import { TitleButton } from './title-button.tsx';

interface BreakdownProps {
  readonly breakdown: Breakdown;
  readonly objective: Objective;
}

export function BreakdownTable({ breakdown, objective }: BreakdownProps) {
  const app = useApp();
  const words = app.words.value;
  const { t } = words;
  const { sorting } = app.details;
  const open = leaves(objective, 'open');
  const rows = breakdown.parts.filter(
    ({ denominator, partCounts }) => denominator > 0 || open.some(({ name }) => (partCounts[name] ?? 0) > 0),
  );
  if (rows.length === 0)
    return <p class="empty">{t(isHidden(breakdown) ? 'smallGroup.parts' : 'breakdown.empty')}</p>;
  const { failing, dimensions } = objective;
  const dimension = dimensions.find(({ name }) => name === breakdown.by);
  const urgent = objective.parts.filter((part) => part.urgent);
  const columns: readonly (readonly [Column, string])[] = [
    ['name', dimension ? words.of(dimension.title) : breakdown.by],
    ['share', t('share')],
    ['count', t('count')],
    ['failed', titleOf(objective, failing, words)],
    ...urgent.map(({ name, title }) => [columnOf(name), words.of(title)] as const),
  ];
  const nameOf = (row: Row) => app.rowName.value(breakdown.by, row);
  const mostFailures = Math.max(...rows.map((row) => failuresOf(row, breakdown.comparator)), 1);
  return (
    <table class="stack breakdown" data-kind={objective.kind}>
      <thead>
        <tr>
          {columns.map(([column, label]) => (
            <th key={column} scope="col" aria-sort={direction(sorting.value, column)}>
              <TitleButton
                title={label}
                press={() => {
                  sorting.value = sortedBy(sorting.value, column);
                }}
              />
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
            name={nameOf(part)}
            labels={new Map(columns)}
            failed={failing}
            urgent={urgent}
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
  /** The parts that have a column of their own. */
  readonly urgent: readonly Part[];
  /** Fills the bar. */
  readonly mostFailures: number;
}

function PartRow({
  row,
  breakdown: { id, by, target, comparator, measuredIn, window },
  name,
  labels,
  failed,
  urgent,
  mostFailures,
}: RowProps) {
  const { number, percent, t } = useApp().words.value;
  const { key, numerator, denominator, partCounts, status, together } = row;
  const failures = failuresOf(row, comparator);
  const link = (text: string, evidence: string) => {
    if (key === null || together) return text;
    const query = {
      ...{ part: evidence, [by]: key },
      ...(by === 'unit' && { below: 'false' }),
      ...(window.name === 'from-to' && { from: window.from, to: window.to }),
    };
    return <a href={evidenceLink(id, query)}>{text}</a>;
  };
  return (
    <tr data-below={String(status === 'breached')}>
      <th scope="row">
        {link(name, failed)}
        {row.name !== null && row.name !== key && !together && <small> {key}</small>}
      </th>
      <td data-label={labels.get('share')}>
        <span class="share">
          {percent(row, target, measuredIn)}
          {status === 'breached' && (
            <>
              <span aria-hidden="true"> ▼</span>
              <span class="unseen"> {t('below')}</span>
            </>
          )}
        </span>
      </td>
      <td data-label={labels.get('count')}>
        {measuredIn ? '–' : `${number(numerator)}\u00a0/\u00a0${number(denominator)}`}
      </td>
      <td data-label={labels.get('failed')}>
        {link(number(failures), failed)}
        <progress max={mostFailures} value={failures} aria-hidden="true" />
      </td>
      {urgent.map((part) => (
        <td key={part.name} data-label={labels.get(columnOf(part.name))}>
          {link(number(partCounts[part.name] ?? 0), part.name)}
        </td>
      ))}
    </tr>
  );
}
