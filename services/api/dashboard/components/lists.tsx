import type { Dossier, EnteredPeriod, Evidence, Exchange, InspectedUnit, StaffRow } from '../client/api.ts';
import { enteredText } from '../state/entered-text.ts';
import { fieldsOf, type Listed, type Row } from '../state/listed.ts';
import { documentLink, dossierLink, personLink } from '../state/route.ts';
import { isLate, urgency } from '../state/urgency.ts';
import { useApp } from './context.ts';
import { Head } from './table-head.tsx';

export function ListedTable({ listed }: { readonly listed: Listed }) {
  switch (listed.columns) {
    case 'dossiers':
      return <DossierTable dossiers={listed.items} />;
    case 'documents':
      return <ExchangeTable exchanges={listed.items} />;
    case 'staff':
      return <StaffTable staff={listed.items} />;
    case 'inspectedUnits':
      return <InspectedTable units={listed.items} parts={listed.parts} />;
    case 'periods':
      return <PeriodTable periods={listed.items} />;
    case 'fields':
      return <FieldTable rows={listed.items} />;
  }
}

export function DossierTable({ dossiers }: { readonly dossiers: readonly Dossier[] }) {
  const app = useApp();
  const words = app.words.value;
  const { t } = words;
  const now = app.figures.serverNow.value;
  return (
    <table class="stack">
      <Head labels={[t('dossier'), t('unit'), t('due'), t('account')]} />
      <tbody>
        {dossiers.map((dossier) => (
          <tr key={dossier.id}>
            <th scope="row">
              <a href={dossierLink(dossier.id)}>{dossier.id}</a>
              <small>{[dossier.field, dossier.procedure].filter(Boolean).join(' · ')}</small>
            </th>
            <td data-label={t('unit')}>
              {dossier.unit === null ? t('unstated') : app.unitName.value(dossier.unit)}
            </td>
            <td data-label={t('due')}>{words.moment(dossier.dueAt)}</td>
            <td data-label={t('account')}>
              <b class="urgency" data-late={String(isLate(dossier, now))}>
                {urgency(dossier, now, words)}
              </b>
              <small>{words.code('account', dossier.account)}</small>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function ExchangeTable({ exchanges }: { readonly exchanges: readonly Exchange[] }) {
  const app = useApp();
  const words = app.words.value;
  const { t } = words;
  return (
    <table class="stack">
      <Head labels={[t('document'), t('recipients'), t('channel'), t('account')]} />
      <tbody>
        {exchanges.map(({ documentId, recipient, channel, account, issuedAt, findings }) => (
          <tr key={`${documentId} ${recipient}`}>
            <th scope="row">
              <a href={documentLink(documentId)}>{documentId}</a>
              <small>{words.moment(issuedAt)}</small>
            </th>
            <td data-label={t('recipients')}>{app.unitName.value(recipient)}</td>
            <td data-label={t('channel')}>
              {channel === null ? t('unstated') : words.code('channel', channel)}
            </td>
            <td data-label={t('account')}>
              {words.code('account', account)}
              {findings.map(({ code }) => (
                <small key={code}>{words.code('finding', code)}</small>
              ))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function StaffTable({ staff }: { readonly staff: readonly StaffRow[] }) {
  const app = useApp();
  const words = app.words.value;
  const { t, code } = words;
  return (
    <table class="stack">
      <Head labels={[t('staffMember'), t('unit'), t('jobPosition'), t('account'), t('decision')]} />
      <tbody>
        {staff.map(({ ref, name, from, account, unit, staffKind, positionVersion, decision, findings }) => (
          <tr key={`${ref} ${from}`}>
            <th scope="row">
              <a href={personLink(ref)}>{name ?? <code>{ref}</code>}</a>
              {name !== undefined && (
                <small>
                  <code>{ref}</code>
                </small>
              )}
              {staffKind !== null && <small>{code('staffKind', staffKind)}</small>}
            </th>
            <td data-label={t('unit')}>{unit === null ? t('unstated') : app.unitName.value(unit)}</td>
            <td data-label={t('jobPosition')}>{positionVersion ?? t('unstated')}</td>
            <td data-label={t('account')}>
              {code('account', account)}
              {findings.map((finding) => (
                <small key={finding.code}>{code('finding', finding.code)}</small>
              ))}
            </td>
            <td data-label={t('decision')}>
              {decision === null ? '–' : `${decision.number}, ${words.day(decision.date)}`}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface InspectedProps {
  readonly units: readonly InspectedUnit[];
  readonly parts: Evidence['parts'];
}

/** The units that an inspection should reach, or has reached. */
function InspectedTable({ units, parts }: InspectedProps) {
  const app = useApp();
  const words = app.words.value;
  const { t } = words;
  return (
    <table class="stack">
      <Head labels={[t('unit'), t('account'), t('inspectedOn'), t('plannedUntil'), t('field')]} />
      <tbody>
        {units.map(({ unit, name, standing, inspectedOn, plannedUntil, fields }) => {
          const part = parts.find((one) => one.name === standing);
          return (
            <tr key={unit}>
              <th scope="row">
                {app.unitName.value(unit, name)}
                <small>{unit}</small>
              </th>
              <td data-label={t('account')}>{part ? words.of(part.title) : standing}</td>
              <td data-label={t('inspectedOn')}>{inspectedOn === null ? '–' : words.day(inspectedOn)}</td>
              <td data-label={t('plannedUntil')}>{plannedUntil === null ? '–' : words.day(plannedUntil)}</td>
              <td data-label={t('field')}>{fields.length === 0 ? '–' : fields.join(', ')}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** The periods for which people enter a figure. */
function PeriodTable({ periods }: { readonly periods: readonly EnteredPeriod[] }) {
  const words = useApp().words.value;
  const { t } = words;
  return (
    <table class="stack">
      <Head labels={[t('window'), t('due.entry'), t('count'), t('entry.proof')]} />
      <tbody>
        {periods.map(({ period, due, approved, latest }) => (
          <tr key={period}>
            <th scope="row">{period}</th>
            <td data-label={t('due.entry')}>{words.day(due)}</td>
            <td data-label={t('count')}>{enteredText(approved, approved?.measuredIn ?? null, words)}</td>
            <td data-label={t('entry.proof')}>{(approved ?? latest)?.evidence ?? '–'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Of a book that this page does not know: a column for each field. */
function FieldTable({ rows }: { readonly rows: readonly Row[] }) {
  const { t } = useApp().words.value;
  const [first, ...fields] = fieldsOf(rows);
  if (first === undefined) return null;
  const shown = (row: Row, field: string) => String(row.get(field) ?? t('unstated'));
  return (
    <table class="stack">
      <Head labels={[first, ...fields]} />
      <tbody>
        {rows.map((row) => (
          <tr key={[...row.values()].join(' ')}>
            <th scope="row">{shown(row, first)}</th>
            {fields.map((field) => (
              <td key={field} data-label={field}>
                {shown(row, field)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
