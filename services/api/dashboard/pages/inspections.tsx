import { useState } from 'preact/hooks';
import { bodyOf, type Inspection, type InspectionFinding } from '../client/api.ts';
import { Box } from '../components/box.tsx';
import { Choice } from '../components/choice.tsx';
import { useApp } from '../components/context.ts';
import { FindingTable } from '../components/inspection-findings.tsx';
import { Late } from '../components/late.tsx';
import { Known, Loaded } from '../components/loaded.tsx';
import { Pager } from '../components/pager.tsx';
import { useAnswer } from '../components/shown.ts';
import { Head } from '../components/table-head.tsx';
import { useWords } from '../components/words.ts';
import { cursorOf, FIRST, type Paging } from '../state/paging.ts';
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
const KINDS = ['par', 'procedures', 'iso-audit'] as const;
const FINDING_LISTS = ['open', 'overdue', 'closed'] as const;
const PAGE_SIZE = 25;

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
  const app = useApp();
  const { t, code } = useWords(INSPECTIONS);
  const [state, setState] = useState<(typeof LISTS)[number]>('all');
  const [kind, setKind] = useState<(typeof KINDS)[number] | ''>('');
  const [paging, setPaging] = useState<Paging>(FIRST);
  const { unit, asOf } = app.question.value;
  const cursor = cursorOf(paging);
  const inspections = useAnswer(
    (client) => {
      const query = {
        ...app.figures.moment(),
        ...{ state, limit: PAGE_SIZE },
        ...(kind !== '' && { kind }),
        ...(unit !== '' && { unit }),
        ...(cursor !== undefined && { cursor }),
      };
      return bodyOf(client.GET('/v1/inspections', { params: { query } }));
    },
    JSON.stringify([state, kind, unit, asOf, cursor]),
  );
  const aside = (
    <div class="choices">
      <Choice
        id="inspection-list"
        label={t('inspections.list')}
        options={LISTS.map((value) => ({ value, label: code('inspectionList', value) }))}
        value={state}
        choose={(chosen) => {
          setState(chosen);
          setPaging(FIRST);
        }}
      />
      <Choice
        id="inspection-kind"
        label={t('inspections.kind')}
        options={[
          { value: '', label: t('inspections.anyKind') },
          ...KINDS.map((value) => ({ value, label: code('kind', value) })),
        ]}
        value={kind}
        choose={(chosen) => {
          setKind(chosen);
          setPaging(FIRST);
        }}
      />
    </div>
  );
  return (
    <Box name="inspections" title={t('page.inspections')} aside={aside}>
      <Known>
        <Loaded id="inspections" of={inspections} isReported={(one) => app.figures.isShared(one)}>
          {({ items, next, lateConclusionWorkingDays }) => (
            <>
              {items.length === 0 ? (
                <>
                  <p class="empty">{t('inspections.empty')}</p>
                  {state === 'all' && <p class="note">{t('inspections.none')}</p>}
                </>
              ) : (
                <InspectionTable inspections={items} lateAfter={lateConclusionWorkingDays} />
              )}
              <Pager paging={paging} next={next} turn={(turned) => setPaging(turned(paging))} />
            </>
          )}
        </Loaded>
      </Known>
    </Box>
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
        {plannedUntil === null
          ? t('inspection.unplanned')
          : t('inspection.planned', {
              from: plannedFrom === null ? '' : words.day(plannedFrom),
              until: words.day(plannedUntil),
            })}
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
  const app = useApp();
  const { t, code } = useWords(INSPECTIONS);
  const [state, setState] = useState<(typeof FINDING_LISTS)[number]>('open');
  const [paging, setPaging] = useState<Paging>(FIRST);
  const { unit, asOf } = app.question.value;
  const cursor = cursorOf(paging);
  const findings = useAnswer(
    (client) => {
      const query = {
        ...app.figures.moment(),
        ...{ state, limit: PAGE_SIZE },
        ...(unit !== '' && { unit }),
        ...(cursor !== undefined && { cursor }),
      };
      return bodyOf(client.GET('/v1/inspection-findings', { params: { query } }));
    },
    JSON.stringify([state, unit, asOf, cursor]),
  );
  const choice = (
    <Choice
      id="finding-list"
      label={t('inspections.list')}
      options={FINDING_LISTS.map((value) => ({ value, label: code('findingList', value) }))}
      value={state}
      choose={(chosen) => {
        setState(chosen);
        setPaging(FIRST);
      }}
    />
  );
  return (
    <Box name="findings" title={t('findings.title')} aside={choice}>
      <Known>
        <Loaded id="findings" of={findings} isReported={(one) => app.figures.isShared(one)}>
          {({ items, next }) => (
            <>
              {items.length === 0 ? (
                <p class="empty">{t('findings.empty')}</p>
              ) : (
                <FindingTable findings={items satisfies readonly InspectionFinding[]} />
              )}
              <Pager paging={paging} next={next} turn={(turned) => setPaging(turned(paging))} />
            </>
          )}
        </Loaded>
      </Known>
    </Box>
  );
}
