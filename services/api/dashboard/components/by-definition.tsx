import { useState } from 'preact/hooks';
import {
  type ByDefinitions,
  bodyOf,
  type ComparedQuery,
  type DefinedFigure,
  type Objective,
  type PartedDossier,
  type PartingRule,
} from '../client/api.ts';
import { definitionQuery, OPEN_ENDS, type OpenEnd } from '../state/by-definition.ts';
import { figureQuery } from '../state/question.ts';
import { dossierLink } from '../state/route.ts';
import { BY_DEFINITION } from '../text/by-definition.ts';
import { Box } from './box.tsx';
import { Choice } from './choice.tsx';
import { useApp } from './context.ts';
import { Known, Loaded } from './loaded.tsx';
import { PagedList } from './paged-list.tsx';
import { ReasonTable } from './reason-table.tsx';
import { useAnswer } from './shown.ts';
import { Head } from './table-head.tsx';
import { TitleButton } from './title-button.tsx';
import { useWords } from './words.ts';

/** The figure by other definitions of "on time". Reading them costs the server more than the figure: it is asked once the box is opened. */
export function ByDefinitionBox({ objective }: { readonly objective: Objective }) {
  const { t } = useWords(BY_DEFINITION);
  const [isOpen, setOpen] = useState(false);
  return (
    <Box name="by-definition" title={t('byDefinition')}>
      {isOpen ? (
        <Known>
          <Definitions objective={objective} />
        </Known>
      ) : (
        <>
          <p class="note">{t('byDefinition.text')}</p>
          <p>
            <button type="button" onClick={() => setOpen(true)}>
              {t('byDefinition.ask')}
            </button>
          </p>
        </>
      )}
    </Box>
  );
}

interface OfObjective {
  readonly objective: Objective;
}

function Definitions({ objective: { id, target } }: OfObjective) {
  const app = useApp();
  const { t } = useWords(BY_DEFINITION);
  const [openEnd, setOpenEnd] = useState<OpenEnd>('cut');
  const [other, setOther] = useState<DefinedFigure['name'] | undefined>(undefined);
  const query = () => definitionQuery(app.figures.query(), openEnd);
  const question = JSON.stringify([id, definitionQuery(figureQuery(app.question.value), openEnd)]);
  const answer = useAnswer(
    (client) =>
      bodyOf(client.GET('/v1/objectives/{id}/definitions', { params: { path: { id }, query: query() } })),
    question,
  );
  return (
    <Loaded id="definitions" of={answer} isReported={(one) => app.figures.isShared(one)}>
      {(shown) => {
        const [ours] = shown.byDefinition;
        const chosen = shown.byDefinition.find(({ name }) => name === other);
        return (
          <>
            <Choice
              label={t('openEnd')}
              options={OPEN_ENDS.map((value) => ({ value, label: t(`openEnd.${value}`) }))}
              value={openEnd}
              choose={setOpenEnd}
            />
            <DefinitionTable shown={shown} target={target} choose={setOther} />
            {ours && chosen && (
              <Comparison
                key={`${question} ${chosen.name}`}
                {...{ id, ours, chosen }}
                query={() => ({ ...query(), a: ours.name, b: chosen.name })}
              />
            )}
          </>
        );
      }}
    </Loaded>
  );
}

interface DefinitionTableProps {
  readonly shown: ByDefinitions;
  readonly target: number | null;
  readonly choose: (name: DefinedFigure['name']) => void;
}

function DefinitionTable({ shown: { byDefinition }, target, choose }: DefinitionTableProps) {
  const words = useWords(BY_DEFINITION);
  const { t, number } = words;
  const [ours] = byDefinition;
  return (
    <table class="stack">
      <Head labels={[t('definition.name'), t('definition.value'), t('definition.difference')]} />
      <tbody>
        {byDefinition.map((one) => (
          <tr key={one.name}>
            <th scope="row">
              {one === ours ? (
                words.of(one.title)
              ) : (
                <TitleButton title={words.of(one.title)} press={() => choose(one.name)} />
              )}
              <small>{words.of(one.source)}</small>
              <Unconfirmed of={one.unconfirmed} />
            </th>
            <td data-label={t('definition.value')}>
              {words.percent(one, target)}
              <small>
                {number(one.numerator)} / {number(one.denominator)}
              </small>
              {one.score && (
                <small>
                  {t('definition.score', { points: number(one.score.points), outOf: one.score.outOf })}
                </small>
              )}
            </td>
            <td data-label={t('definition.difference')}>
              {one === ours || !one.difference ? '–' : words.points(one.difference)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Unconfirmed({ of }: { readonly of: DefinedFigure['unconfirmed'] }) {
  const words = useWords(BY_DEFINITION);
  if (of.length === 0) return null;
  return (
    <details>
      <summary>{words.t('definition.unconfirmed', { n: words.number(of.length) })}</summary>
      <ul>
        {of.map((rule) => (
          <li key={rule.en}>{words.of(rule)}</li>
        ))}
      </ul>
    </details>
  );
}

interface ComparisonProps {
  readonly id: string;
  readonly ours: DefinedFigure;
  readonly chosen: DefinedFigure;
  readonly query: () => ComparedQuery;
}

/** The rules that part ours from another one. */
function Comparison({ id, ours, chosen, query }: ComparisonProps) {
  const words = useWords(BY_DEFINITION);
  const { t } = words;
  const [rule, setRule] = useState<PartingRule | undefined>(undefined);
  const compared = useAnswer(
    (client) =>
      bodyOf(
        client.GET('/v1/objectives/{id}/definitions/compare', { params: { path: { id }, query: query() } }),
      ),
    chosen.name,
  );
  return (
    <Loaded id="compared" of={compared}>
      {({ rules }) => (
        <>
          <h3>{t('compared', { a: words.of(ours.title), b: words.of(chosen.title) })}</h3>
          {rules.length === 0 ? (
            <p class="empty">{t('compared.none')}</p>
          ) : (
            <ReasonTable
              labels={{
                reason: t('compared.rule'),
                subjects: t('compared.count'),
                points: t('compared.points'),
              }}
              reasons={rules.map((one) => ({ ...one, name: one.rule }))}
              choose={setRule}
            />
          )}
          {rule && <PartedList key={rule} {...{ id, ours, chosen, query, rule }} />}
        </>
      )}
    </Loaded>
  );
}

interface PartedListProps extends ComparisonProps {
  readonly rule: PartingRule;
}

/** The dossiers that one rule parts, page by page. */
function PartedList({ id, ours, chosen, query, rule }: PartedListProps) {
  const words = useWords(BY_DEFINITION);
  const { t } = words;
  const [a, b] = [words.of(ours.title), words.of(chosen.title)];
  const ruling = ({ counts, title }: PartedDossier['a']) => (
    <>
      {words.code('ruled', counts)}
      <small>{words.of(title)}</small>
    </>
  );
  return (
    <PagedList
      id="parted"
      size={10}
      load={(client, page) =>
        bodyOf(
          client.GET('/v1/objectives/{id}/definitions/compare/{rule}', {
            params: { path: { id, rule }, query: { ...query(), ...page } },
          }),
        )
      }
    >
      {({ dossiers }) => (
        <table class="stack">
          <Head labels={[t('dossier'), t('due'), a, b]} />
          <tbody>
            {dossiers.map((dossier) => (
              <tr key={dossier.id}>
                <th scope="row">
                  <a href={dossierLink(dossier.id)}>{dossier.id}</a>
                  <small>{[dossier.field, dossier.procedure].filter(Boolean).join(' · ')}</small>
                </th>
                <td data-label={t('due')}>{words.moment(dossier.dueAt)}</td>
                <td data-label={a}>{ruling(dossier.a)}</td>
                <td data-label={b}>{ruling(dossier.b)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </PagedList>
  );
}
