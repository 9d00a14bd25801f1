import { useState } from 'preact/hooks';
import { INSPECTION_KINDS } from '../../../../shared/books/inspection/kinds.ts';
import { bodyOf, type Inspection } from '../client/api.ts';
import { Choice } from '../components/choice.tsx';
import { useApp } from '../components/context.ts';
import { FindingTable } from '../components/inspection-findings.tsx';
import { Late } from '../components/late.tsx';
import { ActButtons, useChoices } from '../components/register.tsx';
import { RegisterList } from '../components/register-list.tsx';
import { Head } from '../components/table-head.tsx';
import { useWords } from '../components/words.ts';
import { begin, beginFields, planText } from '../state/inspection-forms.ts';
import { inspectionLink } from '../state/route.ts';
import { INSPECTIONS } from '../text/inspections.ts';

const LISTS = [
  'open',
  'planned',
  'not-visited',
  'visited',
  'concluded',
  'late',
  'findings-overdue',
  'cancelled',
  'all',
] as const;
const FINDING_LISTS = ['open', 'overdue', 'closed'] as const;

/** Inspections from their plan to the mending of what they found. */
export function InspectionsPage() {
  return (
    <>
      <InspectionsBox />
      <FindingsBox />
    </>
  );
}

function InspectionsBox() {
  const { client } = useApp();
  const words = useWords(INSPECTIONS);
  const { t, code } = words;
  const choices = useChoices('beginInspection');
  const [kind, setKind] = useState<(typeof INSPECTION_KINDS)[number] | ''>('');
  return (
    <RegisterList
      name="inspections"
      title={t('page.inspections')}
      states={LISTS}
      first="all"
      stateLabel={t('inspections.list')}
      wordOf={(state) => code('inspectionList', state)}
      narrowedBy={kind}
      aside={
        <>
          <Choice
            id="inspection-kind"
            label={t('inspections.kind')}
            options={[
              { value: '', label: t('inspections.anyKind') },
              ...INSPECTION_KINDS.map((value) => ({ value, label: code('kind', value) })),
            ]}
            value={kind}
            choose={setKind}
          />
          <ActButtons
            isFirstPrimary
            acts={[
              {
                ...{ name: 'begin', operation: 'beginInspection', each: 'unitId' },
                ...{ title: t('inspect.begin'), text: t('inspect.beginText') },
                fields: beginFields(true, choices, words),
                send: (entered, attempt) => begin(client, true, entered, attempt),
              },
              {
                ...{ name: 'unplanned', operation: 'beginInspection', each: 'unitId' },
                ...{ title: t('inspect.unplanned'), text: t('inspect.beginText') },
                fields: beginFields(false, choices, words),
                send: (entered, attempt) => begin(client, false, entered, attempt),
              },
            ]}
          />
        </>
      }
      load={(client, asked) => {
        const query = { ...asked, ...(kind !== '' && { kind }) };
        return bodyOf(client.GET('/v1/inspections', { params: { query } }));
      }}
      empty={t('inspections.empty')}
      emptyNote={(state) => (state === 'all' ? t('inspections.none') : undefined)}
    >
      {({ items, lateConclusionWorkingDays }) => (
        <InspectionTable inspections={items} lateAfter={lateConclusionWorkingDays} />
      )}
    </RegisterList>
  );
}

interface TableProps {
  readonly inspections: readonly Inspection[];
  /** Working days. */
  readonly lateAfter: number;
}

function InspectionTable({ inspections, lateAfter }: TableProps) {
  const { t } = useWords(INSPECTIONS);
  const heads = (['unit', 'kind', 'plan', 'visits', 'conclusion', 'findings'] as const).map((head) =>
    t(head === 'kind' ? 'inspections.kind' : `inspection.${head}`),
  );
  return (
    <table class="stack">
      <caption>{t('inspections.caption', { n: lateAfter })}</caption>
      <Head labels={heads} />
      <tbody>
        {inspections.map((inspection) => (
          <InspectionRow key={inspection.inspectionId} inspection={inspection} />
        ))}
      </tbody>
    </table>
  );
}

function InspectionRow({ inspection }: { readonly inspection: Inspection }) {
  const app = useApp();
  const words = useWords(INSPECTIONS);
  const { t, code, number } = words;
  const { inspectionId, unit, kind, mode, account, plannedFrom, plannedUntil, visits } = inspection;
  const { concludedAt, conclusionNumber, conclusionDueBy, late, overdue } = inspection;
  const { openFindings, overdueFindings, allFindings } = inspection;
  const lateness = late && <Late>{t('inspection.late', { n: number(late.workingDays) })}</Late>;
  return (
    <tr>
      <th scope="row">
        <a href={inspectionLink(inspectionId)}>{unit === null ? inspectionId : app.unitName.value(unit)}</a>
        <small>{inspectionId}</small>
      </th>
      <td data-label={t('inspections.kind')}>
        {kind === null ? t('unstated') : code('kind', kind)}
        <small>
          {[mode && code('mode', mode), code('inspectionState', account)].filter(Boolean).join(' · ')}
        </small>
      </td>
      <td data-label={t('inspection.plan')}>
        {plannedUntil === null ? t('inspection.unplanned') : planText(plannedFrom, plannedUntil, words)}
        {overdue && <Late>{t('inspection.overdue')}</Late>}
      </td>
      <td data-label={t('inspection.visits')}>
        {visits.length === 0 ? '–' : visits.map((visit) => words.moment(visit)).join(', ')}
      </td>
      <td data-label={t('inspection.conclusion')}>
        {concludedAt === null
          ? conclusionDueBy === null
            ? '–'
            : t('inspection.dueBy', { day: words.day(conclusionDueBy) })
          : `${conclusionNumber ?? ''} ${words.moment(concludedAt)}`}
        {lateness}
      </td>
      <td data-label={t('inspection.findings')}>
        {allFindings === 0
          ? '–'
          : t('inspection.openOf', { open: number(openFindings), all: number(allFindings) })}
        {overdueFindings > 0 && (
          <Late>{t('inspection.overdueFindings', { n: number(overdueFindings) })}</Late>
        )}
      </td>
    </tr>
  );
}

function FindingsBox() {
  const { t, code } = useWords(INSPECTIONS);
  return (
    <RegisterList
      name="findings"
      title={t('findings.title')}
      states={FINDING_LISTS}
      first="open"
      stateLabel={t('inspections.list')}
      wordOf={(state) => code('findingList', state)}
      load={(client, query) => bodyOf(client.GET('/v1/inspection-findings', { params: { query } }))}
      empty={t('findings.empty')}
    >
      {({ items }) => <FindingTable findings={items} />}
    </RegisterList>
  );
}
