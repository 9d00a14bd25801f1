import { useState } from 'preact/hooks';
import { bodyOf, type Risk, type RiskLevel, type RiskMatrix, type RiskScale } from '../client/api.ts';
import { Box } from '../components/box.tsx';
import { Choice } from '../components/choice.tsx';
import { useApp } from '../components/context.ts';
import { Late } from '../components/late.tsx';
import { Known, Loaded } from '../components/loaded.tsx';
import { ActButtons, useChoices } from '../components/register.tsx';
import { RegisterList } from '../components/register-list.tsx';
import { useRiskWords } from '../components/risk-words.ts';
import { useAnswer } from '../components/shown.ts';
import { Head } from '../components/table-head.tsx';
import { descriptionFields, dismiss, identify } from '../state/risk-forms.ts';
import { riskLink } from '../state/route.ts';

const LISTS = ['open', 'overdue', 'awaiting-approval', 'review-needed', 'closed'] as const;
const LEVELS = ['very-high', 'high', 'medium', 'low'] as const satisfies readonly RiskLevel[];

/** The matrix of the risks, and their register. */
export function RisksPage() {
  const app = useApp();
  const { t } = useRiskWords();
  const [level, setLevel] = useState<RiskLevel | ''>('');
  const { unit, asOf } = app.question.value;
  const scale = useAnswer((client) => bodyOf(client.GET('/v1/risks/scale')), '');
  const matrix = useAnswer(
    (client) =>
      bodyOf(
        client.GET('/v1/risks/matrix', {
          params: { query: { ...app.figures.moment(), ...(unit !== '' && { unit }) } },
        }),
      ),
    `${unit} ${asOf}`,
  );
  return (
    <div class="objective">
      <div>
        <Box
          name="matrix"
          title={t('matrix.title')}
          aside={
            <div class="choices">
              <a href={app.linkTo({ page: 'risk-scale' })}>{t('page.risk-scale')}</a>
            </div>
          }
        >
          <Known>
            <Loaded id="matrix" of={scale} isReported={(one) => app.figures.isShared(one)}>
              {({ scale: words }) => (
                <Loaded id="matrix-cells" of={matrix} isReported={(one) => app.figures.isShared(one)}>
                  {(counted) => <Matrix matrix={counted} scale={words} level={level} choose={setLevel} />}
                </Loaded>
              )}
            </Loaded>
          </Known>
        </Box>
        {!app.isPast.value && <SuggestionsBox />}
      </div>
      <Loaded id="register" of={scale} isReported={() => true}>
        {({ scale: words }) => <Register scale={words} level={level} setLevel={setLevel} />}
      </Loaded>
    </div>
  );
}

/** Risks that the present figures suggest: a person enters each, or dismisses it. */
function SuggestionsBox() {
  const app = useApp();
  const words = useRiskWords();
  const { t, of } = words;
  const choices = useChoices('identifyRisk');
  const suggestions = useAnswer((client) => {
    const { minPosition } = app.figures.moment();
    return bodyOf(client.GET('/v1/risks/suggestions', { params: { query: { minPosition } } }));
  }, '');
  return (
    <Box name="suggestions" title={t('suggestions.title')}>
      <Loaded id="suggestions" of={suggestions} isReported={(one) => app.figures.isShared(one)}>
        {({ items }) =>
          items.length === 0 ? (
            <p class="empty">{t('suggestions.empty')}</p>
          ) : (
            <ul class="reviews">
              {items.map(({ id, description, objective }) => (
                <li key={id}>
                  <p>{of(description)}</p>
                  <ActButtons
                    acts={[
                      {
                        ...{ name: 'accept', operation: 'identifyRisk', title: t('suggestions.accept') },
                        fields: descriptionFields(
                          {
                            ...{ unit: null, description: of(description), source: 'figures' },
                            ...{ cause: null, objective, controls: null },
                          },
                          choices,
                          words,
                        ),
                        send: (entered) => identify(app.client, entered, id),
                      },
                      {
                        // It is of the figures of the whole office.
                        ...{ name: 'dismiss', operation: 'dismissRiskSuggestion', about: [null] },
                        title: t('suggestions.dismiss'),
                        fields: [{ kind: 'prose', name: 'reason', label: t('suggestions.reason') }],
                        send: (entered) => dismiss(app.client, id, entered),
                      },
                    ]}
                  />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Box>
  );
}

interface MatrixProps {
  readonly matrix: RiskMatrix;
  readonly scale: RiskScale;
  readonly level: RiskLevel | '';
  readonly choose: (level: RiskLevel | '') => void;
}

/** Likelihood upwards, impact to the right. Colour repeats the level, which each cell names for a reader that sees none. */
function Matrix({ matrix, scale, level, choose }: MatrixProps) {
  const { t, of, number } = useRiskWords();
  const { cells, levels, unassessed, otherScale } = matrix;
  const steps = scale.likelihood.map((_, index) => index + 1);
  return (
    <>
      <table class="matrix">
        <caption>{t('matrix.caption')}</caption>
        <thead>
          <tr>
            <th scope="col">
              {t('likelihood')} \ {t('impact')}
            </th>
            {steps.map((impact) => (
              <th key={impact} scope="col">
                {impact}
                <small>{scale.impact.slice(impact - 1, impact).map(of)}</small>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {steps.toReversed().map((likelihood) => (
            <tr key={likelihood}>
              <th scope="row">
                {likelihood}
                <small>{scale.likelihood.slice(likelihood - 1, likelihood).map(of)}</small>
              </th>
              {cells
                .filter((cell) => cell.likelihood === likelihood)
                .sort((a, b) => a.impact - b.impact)
                .map((cell) => (
                  <td
                    key={cell.impact}
                    data-level={cell.level}
                    data-chosen={cell.level === level ? '' : undefined}
                  >
                    <span class="unseen">
                      {t('matrix.cell', {
                        level: of(scale.levels[cell.level]),
                        score: cell.score,
                        n: number(cell.risks),
                      })}
                    </span>
                    <span aria-hidden="true">
                      <b>{cell.risks > 0 ? number(cell.risks) : ''}</b>
                      <small>{cell.score}</small>
                    </span>
                  </td>
                ))}
            </tr>
          ))}
        </tbody>
      </table>
      <ul class="levels">
        {LEVELS.map((name) => (
          <li key={name}>
            <button
              type="button"
              data-level={name}
              aria-pressed={name === level}
              onClick={() => choose(name === level ? '' : name)}
            >
              {of(scale.levels[name])} <b>{number(levels[name] ?? 0)}</b>
            </button>
          </li>
        ))}
      </ul>
      {unassessed > 0 && <p class="note">{t('matrix.unassessed', { n: number(unassessed) })}</p>}
      {otherScale > 0 && <p class="note">{t('matrix.other', { n: number(otherScale) })}</p>}
    </>
  );
}

interface RegisterProps {
  readonly scale: RiskScale;
  readonly level: RiskLevel | '';
  readonly setLevel: (level: RiskLevel | '') => void;
}

function Register({ scale, level, setLevel }: RegisterProps) {
  const app = useApp();
  const words = useRiskWords();
  const { t, code, of } = words;
  const choices = useChoices('identifyRisk');
  return (
    <RegisterList
      name="risks"
      title={t('risks.register')}
      states={LISTS}
      first="open"
      stateLabel={t('register.state')}
      wordOf={(state) => code('riskList', state)}
      narrowedBy={level}
      aside={
        <>
          <Choice
            id="risk-level"
            label={t('risks.level')}
            options={[
              { value: '', label: t('risks.anyLevel') },
              ...LEVELS.map((value) => ({ value, label: of(scale.levels[value]) })),
            ]}
            value={level}
            choose={setLevel}
          />
          <ActButtons
            isFirstPrimary
            acts={[
              {
                ...{ name: 'add', operation: 'identifyRisk', title: t('risks.add') },
                fields: descriptionFields(undefined, choices, words),
                send: (entered) => identify(app.client, entered),
              },
            ]}
          />
        </>
      }
      load={(client, asked) => {
        const query = { ...asked, ...(level !== '' && { level }) };
        return bodyOf(client.GET('/v1/risks', { params: { query } }));
      }}
      empty={t('risks.empty')}
    >
      {({ items }) => <RiskTable risks={items} scale={scale} />}
    </RegisterList>
  );
}

function RiskTable({ risks, scale }: { readonly risks: readonly Risk[]; readonly scale: RiskScale }) {
  const app = useApp();
  const words = useRiskWords();
  const { t, code, of } = words;
  const heads = [t('risk.title'), t('risk.score'), t('register.state'), t('register.owner'), t('risk.due')];
  return (
    <table class="stack">
      <caption>{t('risks.caption')}</caption>
      <Head labels={heads} />
      <tbody>
        {risks.map(({ id, unit, description, assessment, state, overdue, plan, reviewNeeded }) => (
          <tr key={id}>
            <th scope="row">
              <a href={riskLink(id)}>{description || id}</a>
              <small>{[id, unit && app.unitName.value(unit)].filter(Boolean).join(' · ')}</small>
            </th>
            <td data-label={t('risk.score')}>
              {assessment === null ? (
                t('risk.notAssessed')
              ) : (
                <span class="level" data-level={assessment.level}>
                  {assessment.score} {of(scale.levels[assessment.level])}
                </span>
              )}
            </td>
            <td data-label={t('register.state')}>
              {code('riskState', state)}
              {reviewNeeded !== null && <small>{code('reviewNeeded', reviewNeeded)}</small>}
            </td>
            <td data-label={t('register.owner')}>{plan?.owner ?? '–'}</td>
            <td data-label={t('risk.due')}>
              {plan === null ? '–' : words.day(plan.due)}
              {overdue && <Late>{t('register.overdue')}</Late>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
