import type { InspectionFinding } from '../client/api.ts';
import { inspectionLink } from '../state/route.ts';
import { INSPECTIONS } from '../text/inspections.ts';
import { useApp } from './context.ts';
import { Late } from './late.tsx';
import { Head } from './table-head.tsx';
import { useWords } from './words.ts';

/** What inspections found, with its date and how late it is. */
export function FindingTable({ findings }: { readonly findings: readonly InspectionFinding[] }) {
  const app = useApp();
  const words = useWords(INSPECTIONS);
  const { t, code, number } = words;
  const heads = [t('findings.text'), t('findings.unit'), t('findings.due'), t('inspection.state')];
  return (
    <table class="stack">
      <caption>{t('findings.caption')}</caption>
      <Head labels={heads} />
      <tbody>
        {findings.map(({ inspectionId, findingId, description, clause, unit, dueAt, late, account }) => (
          <tr key={`${inspectionId} ${findingId}`}>
            <th scope="row">
              <a href={inspectionLink(inspectionId)}>{description ?? findingId}</a>
              <small>{[clause, inspectionId].filter(Boolean).join(' · ')}</small>
            </th>
            <td data-label={t('findings.unit')}>
              {unit === null ? t('unstated') : app.unitName.value(unit)}
            </td>
            <td data-label={t('findings.due')}>{words.moment(dueAt)}</td>
            <td data-label={t('inspection.state')}>
              {code('inspectionState', account)}
              {late && <Late>{t('inspection.late', { n: number(late.workingDays) })}</Late>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
