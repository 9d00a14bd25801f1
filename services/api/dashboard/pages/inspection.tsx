import { bodyOf, type InspectionDetail } from '../client/api.ts';
import { useApp } from '../components/context.ts';
import { Facts } from '../components/facts.tsx';
import { FindingTable } from '../components/inspection-findings.tsx';
import { Loaded } from '../components/loaded.tsx';
import { ActButtons } from '../components/register.tsx';
import { useAnswer } from '../components/shown.ts';
import { Findings, Origin } from '../components/timeline.tsx';
import { useWords } from '../components/words.ts';
import { actFields, inspectionActs, OPERATIONS, planText, stateAct } from '../state/inspection-forms.ts';
import { INSPECTIONS } from '../text/inspections.ts';

/** One inspection in the side panel. */
export function InspectionPanel() {
  const app = useApp();
  const route = app.panel.route.value;
  const id = route.kind === 'inspection' ? route.id : '';
  const inspection = useAnswer(
    (client) =>
      bodyOf(client.GET('/v1/inspections/{id}', { params: { path: { id }, query: app.figures.moment() } })),
    `${id} ${app.question.value.asOf}`,
  );
  return (
    <Loaded id="inspection" class="panel-content" of={inspection}>
      {(shown) => <Content inspection={shown} />}
    </Loaded>
  );
}

function Content({ inspection }: { readonly inspection: InspectionDetail }) {
  const { client } = useApp();
  const words = useWords(INSPECTIONS);
  const { t, code, number, day, moment } = words;
  const { account, kind, mode, announced, plannedFrom, plannedUntil, visits, late } = inspection;
  const { concludedAt, conclusionNumber, conclusionDueBy, unitName, unit } = inspection;
  return (
    <>
      <p class="account" data-account={late || inspection.overdue ? 'settled/late' : undefined}>
        {code('inspectionState', account)}
        {late && <small class="urgency"> {t('inspection.late', { n: number(late.workingDays) })}</small>}
        {inspection.overdue && <small class="urgency"> {t('inspection.overdue')}</small>}
      </p>
      <ActButtons
        isFirstPrimary
        acts={inspectionActs(inspection).map((act, at) => {
          const text = code('inspectText', act);
          return {
            ...{ name: act, operation: OPERATIONS[act], about: [unit] },
            // The likeliest, while it is under way.
            isAwaited: at === 0 && /^(planned|visited)/.test(account),
            ...{ title: code('inspectAct', act), ...(text !== act && { text }) },
            fields: actFields(act, inspection, words),
            send: (entered) => stateAct(client, act, inspection, entered),
          };
        })}
      />
      <Facts
        facts={[
          [t('inspection.unit'), unitName ?? unit],
          [t('inspections.kind'), kind && code('kind', kind)],
          [
            t('inspect.mode'),
            [mode && code('mode', mode), announced !== null && code('announced', String(announced))]
              .filter(Boolean)
              .join(', '),
          ],
          [t('inspection.field'), inspection.field],
          [t('inspection.instrument'), inspection.instrument],
          [t('inspection.plan'), plannedUntil && planText(plannedFrom, plannedUntil, words)],
          [t('inspection.visits'), visits.map(moment).join(', ')],
          [
            t('inspection.conclusion'),
            concludedAt
              ? [conclusionNumber, moment(concludedAt)].filter(Boolean).join(', ')
              : conclusionDueBy && t('inspection.dueBy', { day: day(conclusionDueBy) }),
          ],
        ]}
      />
      <Findings findings={inspection.findings} />
      {inspection.inspectionFindings.length > 0 && <FindingTable findings={inspection.inspectionFindings} />}
      <h3>{t('inspection.history')}</h3>
      <ol class="timeline">
        {inspection.events.map((one) => (
          <li key={one.event} data-use={one.use}>
            <time datetime={one.time}>{moment(one.time)}</time>
            <b>{code('inspectionEvent', one.type)}</b>
            <span class="use">{code('use', one.use)}</span>
            <Origin event={one} />
          </li>
        ))}
      </ol>
    </>
  );
}
