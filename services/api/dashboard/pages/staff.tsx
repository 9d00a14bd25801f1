import { useState } from 'preact/hooks';
import { STAFF_KINDS } from '../../../../shared/books/staff/kinds.ts';
import { RATING_STATES, STANDARD_STATES } from '../../../../shared/measures/staff-states.ts';
import { bodyOf, type CapCheck, type Objective, type StaffRow } from '../client/api.ts';
import { Problem } from '../client/problem.ts';
import { Box } from '../components/box.tsx';
import { BreakdownTable } from '../components/breakdown.tsx';
import { Choice } from '../components/choice.tsx';
import { useApp } from '../components/context.ts';
import { FieldRow, useForm } from '../components/form.tsx';
import { Late } from '../components/late.tsx';
import { StaffTable } from '../components/lists.tsx';
import { Known, Loaded, ProblemBox } from '../components/loaded.tsx';
import { NeedsRight } from '../components/no-right.tsx';
import { RegisterList } from '../components/register-list.tsx';
import { useAnswer } from '../components/shown.ts';
import { Head } from '../components/table-head.tsx';
import { useWords } from '../components/words.ts';
import type { Field } from '../state/forms.ts';
import { findNames, findPerson } from '../state/person.ts';
import type { Resource } from '../state/resource.ts';
import { personLink } from '../state/route.ts';
import { decimalShown } from '../text/decimals.ts';
import { STAFF } from '../text/staff.ts';

const LISTS = [...RATING_STATES, ...STANDARD_STATES] as const;
/** The lists that are of one year. */
const RATED: ReadonlySet<string> = new Set([
  'excellent',
  'good',
  'completed',
  'not-completed',
  'under-six-months',
]);
const YEARS_SHOWN = 6;
/** The evidence of an objective about staff lists people. */
const LISTED = 'staff';
const RATING = 'staff-rating';

/** Staff by rating and title standard, their figures by unit, and the cap of the excellent. */
export function StaffPage() {
  const app = useApp();
  const { t, yearsTo } = useWords(STAFF);
  const { unit, asOf } = app.question.value;
  const [asked, ask] = useState('');
  const objectives = app.figures.all.value.filter(({ lists, unit: of }) => lists === LISTED && of === null);
  const rated = objectives.find(({ formula }) => formula.name === RATING);
  const cap = useAnswer(
    (client) => {
      const query = {
        ...app.figures.moment(),
        objective: rated?.id ?? RATING,
        ...(unit !== '' && { unit }),
        ...(asked !== '' && { year: asked }),
      };
      return bodyOf(client.GET('/v1/staff/excellent-cap', { params: { query } }));
    },
    JSON.stringify([rated?.id, unit, asOf, asked]),
  );
  const years = yearsTo(app.figures.serverNow.value, YEARS_SHOWN);
  // A figure of ratings is of the last closed year until the running one has one.
  const year = asked || (cap.value.value?.window.from.slice(0, 4) ?? years[0] ?? '');
  const { answer, problem } = cap.state.value;
  const isKnown = asked !== '' || answer !== undefined || problem !== undefined;
  return (
    <NeedsRight name="staff-right" title={t('staff.noRight')} text={t('staff.noRightText')} of={cap}>
      <FindBox />
      <p class="start">
        <Choice
          id="staff-year"
          label={t('staff.year')}
          options={years.map((value) => ({ value, label: value }))}
          value={year}
          choose={ask}
        />
      </p>
      {isKnown && <PeopleBox year={year} />}
      {objectives.map((objective) => (
        <ByUnitBox key={objective.id} objective={objective} year={asked} />
      ))}
      <CapBox cap={cap} />
    </NeedsRight>
  );
}

/** Opens the record of a person by the id that the office uses, or lists those of a name. */
function FindBox() {
  const app = useApp();
  const { t } = useWords(STAFF);
  const [asked, ask] = useState<string | null>(null);
  const field: Field = {
    ...{ kind: 'line', name: 'staffRef', most: 200 },
    ...{ label: t('find.ref'), hint: t('find.hint') },
  };
  const form = useForm([field], async ({ staffRef = '' }) => {
    ask(null);
    const ref = await findPerson(app.client, staffRef, app.figures.moment());
    if (ref === null) ask(staffRef);
    else location.hash = personLink(ref);
  });
  return (
    <Box name="find" title={t('find.title')}>
      <form {...form.attributes} class="define short" autocomplete="off">
        <FieldRow field={field} fault={form.faultOf(field.name)} />
        <p class="buttons">
          <button type="submit" class="primary" disabled={form.isSending}>
            {t('find.open')}
          </button>
        </p>
        {form.whole !== undefined && <ProblemBox problem={form.whole} />}
        <div role="status">{asked !== null && <FoundNames text={asked} />}</div>
      </form>
    </Box>
  );
}

/** Those whose name has the words of a text, as names are now: one that is deleted leaves the list. */
function FoundNames({ text }: { readonly text: string }) {
  const { t, number } = useWords(STAFF);
  const found = useAnswer((client) => findNames(client, text), text);
  return (
    <Loaded id="found" of={found}>
      {({ items, total }) =>
        items.length === 0 ? (
          <>
            <p class="empty">{t('find.unknown', { id: text })}</p>
            <p class="note">{t('find.unknown.text')}</p>
          </>
        ) : (
          <>
            <p>{t('find.named', { text })}</p>
            <ul class="found">
              {items.map(({ ref, name }) => (
                <li key={ref}>
                  <a href={personLink(ref)}>{name}</a>
                  <small>
                    <code>{ref}</code>
                  </small>
                </li>
              ))}
            </ul>
            {total > items.length && (
              <p class="note">{t('find.more', { n: number(items.length), total: number(total) })}</p>
            )}
          </>
        )
      }
    </Loaded>
  );
}

function PeopleBox({ year }: { readonly year: string }) {
  const { t, code } = useWords(STAFF);
  const [staffKind, setKind] = useState<(typeof STAFF_KINDS)[number] | ''>('');
  return (
    <RegisterList
      name="staff"
      title={t('page.staff')}
      states={LISTS}
      first="not-assessed"
      stateLabel={t('staff.list')}
      wordOf={(state) => code('staffList', state)}
      narrowedBy={`${staffKind} ${year}`}
      aside={
        <Choice
          id="staff-kind"
          label={t('staff.kind')}
          options={[
            { value: '', label: t('staff.anyKind') },
            ...STAFF_KINDS.map((value) => ({ value, label: code('staffKind', value) })),
          ]}
          value={staffKind}
          choose={setKind}
        />
      }
      load={(client, asked) => {
        const query = { ...asked, year, ...(staffKind !== '' && { staffKind }) };
        return bodyOf(client.GET('/v1/staff', { params: { query } }));
      }}
      empty={t('staff.empty')}
      emptyNote={(state) => (RATED.has(state) ? t('staff.ofYear', { year }) : t('staff.none'))}
    >
      {({ items }) => <People people={items} />}
    </RegisterList>
  );
}

function People({ people }: { readonly people: readonly StaffRow[] }) {
  const { t } = useWords(STAFF);
  return (
    <>
      <StaffTable staff={people} />
      <p class="note">{t('staff.caption')}</p>
    </>
  );
}

/** One figure of staff by unit, of its own period where no year is chosen, in which small groups stand together. */
function ByUnitBox({ objective, year }: { readonly objective: Objective; readonly year: string }) {
  const app = useApp();
  const { t, of } = useWords(STAFF);
  const { id, title } = objective;
  const breakdown = useAnswer(
    (client) => {
      const { window, ...question } = app.figures.query();
      const span =
        year === '' ? { ...(window && { window }) } : { from: `${year}-01-01`, to: `${year}-12-31` };
      const query = { ...question, ...span, by: 'unit' as const };
      return bodyOf(client.GET('/v1/objectives/{id}/breakdown', { params: { path: { id }, query } }));
    },
    JSON.stringify([id, app.question.value, year]),
  );
  return (
    <Box
      name={`by-unit-${id}`}
      title={t('staff.byUnit', { title: of(title) })}
      aside={<a href={app.linkTo({ page: 'objective', objective: id })}>{t('objective.open')}</a>}
    >
      <Known>
        <Loaded id={`units-${id}`} of={breakdown} isReported={(one) => app.figures.isShared(one)}>
          {(shown) => (
            <>
              <BreakdownTable breakdown={shown} objective={objective} />
              <p class="note">{t('staff.small')}</p>
            </>
          )}
        </Loaded>
      </Known>
    </Box>
  );
}

function CapBox({ cap }: { readonly cap: Resource<{ readonly checks: readonly CapCheck[] }> }) {
  const app = useApp();
  const { t } = useWords(STAFF);
  const { problem } = cap.state.value;
  return (
    <Box name="cap" title={t('cap.title')}>
      {problem instanceof Problem && problem.status === 404 ? (
        <p class="empty">{t('cap.none')}</p>
      ) : (
        <Known>
          <Loaded id="cap" of={cap} isReported={(one) => app.figures.isShared(one)}>
            {({ checks }) =>
              checks.length === 0 ? <p class="empty">{t('cap.empty')}</p> : <CapTable checks={checks} />
            }
          </Loaded>
        </Known>
      )}
    </Box>
  );
}

function CapTable({ checks }: { readonly checks: readonly CapCheck[] }) {
  const app = useApp();
  const { t, code, number, language } = useWords(STAFF);
  const heads = (['unit', 'group', 'excellent', 'allowed', 'outcome'] as const).map((head) =>
    t(`cap.${head}`),
  );
  return (
    <table class="stack">
      <caption>{t('cap.caption')}</caption>
      <Head labels={heads} />
      <tbody>
        {checks.map(({ unit, ruleSet, group, excellent, good, share, allowed, outcome, reason }) => (
          <tr key={JSON.stringify([unit, ruleSet, group])}>
            <th scope="row">
              {unit === null ? t('unstated') : app.unitName.value(unit)}
              <small>{code('ruleSet', ruleSet)}</small>
            </th>
            <td data-label={t('cap.group')}>{group ?? t('unstated')}</td>
            <td data-label={t('cap.excellent')}>
              {t('cap.of', { n: number(excellent), all: number(excellent + good) })}
            </td>
            <td data-label={t('cap.allowed')}>
              {allowed === null
                ? '–'
                : t('cap.share', {
                    n: number(allowed),
                    share: share === null ? '–' : decimalShown(share, 'share', language),
                  })}
            </td>
            <td data-label={t('cap.outcome')}>
              {outcome === 'exceeded' ? (
                <Late>{code('capOutcome', outcome)}</Late>
              ) : (
                code('capOutcome', outcome)
              )}
              {reason && <small>{code('capReason', reason)}</small>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
