import type { ComponentChildren } from 'preact';
import { AlertList } from '../components/alerts.tsx';
import { BreakdownTable } from '../components/breakdown.tsx';
import { Card } from '../components/card.tsx';
import { Choice } from '../components/choice.tsx';
import { useApp } from '../components/context.ts';
import { DossierTable } from '../components/lists.tsx';
import { Empty, Known, Loaded, ProblemBox } from '../components/loaded.tsx';
import { Pager } from '../components/pager.tsx';
import { QualityList } from '../components/quality.tsx';
import { Trend, TrendTable } from '../components/trend.tsx';
import { WORK_STATES } from '../state/details.ts';
import { FIRST } from '../state/paging.ts';
import { dimensionOf } from '../state/question.ts';

/** Every objective, and the selected one in detail. */
export function Overview() {
  const { words, figures } = useApp();
  const { t } = words.value;
  return (
    <>
      <section aria-labelledby="objectives-title">
        <div class="heading">
          <h2 id="objectives-title">{t('objectives')}</h2>
        </div>
        <Loaded id="cards" class="cards" of={figures.resource} isReported={figures.isReportedElsewhere}>
          {(objectives) => objectives.map((one) => <Card key={one.id} objective={one} />)}
        </Loaded>
        <p class="note">{t('notMeasured')}</p>
      </section>
      <div class="columns">
        {/* First, since on a phone the officer on duty needs it before everything else. */}
        <AlertsBox />
        <div>
          <TrendBox />
          <BreakdownBox />
          <WorkBox />
        </div>
        <QualityBox />
      </div>
    </>
  );
}

interface BoxProps {
  readonly name: string;
  readonly title: string;
  /** Whether it is about the selected objective, whose title then stands in it. */
  readonly isOfObjective?: boolean;
  readonly choice?: ComponentChildren;
  readonly children: ComponentChildren;
}

function Box({ name, title, isOfObjective, choice, children }: BoxProps) {
  const { words, selected } = useApp();
  const objective = selected.value;
  return (
    <section class="box" aria-labelledby={`${name}-title`}>
      <div class="heading">
        <h2 id={`${name}-title`}>{title}</h2>
        {isOfObjective && objective && <p>{words.value.of(objective.title)}</p>}
        {choice}
      </div>
      {children}
    </section>
  );
}

function TrendBox() {
  const { words, details, figures } = useApp();
  const { t } = words.value;
  const { answer, problem, isSuperseded } = details.series.state.value;
  const series = answer?.value;
  return (
    <Box name="trend" title={t('trend')} isOfObjective>
      {problem !== undefined && !figures.isShared(problem) && <ProblemBox problem={problem} />}
      <div data-superseded={isSuperseded ? '' : undefined}>
        <Trend series={series} />
      </div>
      {series && (
        <details>
          <summary>{t('trend.table')}</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling part must be reached by keyboard */}
          <section class="scroll" aria-labelledby="trend-title" tabIndex={0}>
            <TrendTable series={series} />
          </section>
        </details>
      )}
    </Box>
  );
}

function BreakdownBox() {
  const app = useApp();
  const { t, of } = app.words.value;
  const objective = app.selected.value;
  const choice = (
    <Choice
      id="by"
      label={t('by')}
      options={objective?.dimensions.map(({ name, title }) => ({ value: name, label: of(title) })) ?? []}
      value={dimensionOf(objective, app.question.value) ?? ''}
      choose={(by) => app.look({ by })}
    />
  );
  return (
    <Box name="breakdown" title={t('breakdown')} isOfObjective choice={choice}>
      <Known>
        <Loaded id="breakdown" of={app.details.breakdown} isReported={(one) => app.figures.isShared(one)}>
          {(breakdown) => {
            // Until the next answer comes, it may be of the objective that was selected before.
            const its = app.figures.all.value.find(({ id }) => id === breakdown?.id);
            return breakdown && its && <BreakdownTable breakdown={breakdown} objective={its} />;
          }}
        </Loaded>
      </Known>
    </Box>
  );
}

function WorkBox() {
  const { words, details, figures } = useApp();
  const { t, code } = words.value;
  const { work, workState, workPaging } = details;
  const choice = (
    <Choice
      id="work-state"
      label={t('account')}
      isLabelUnseen
      options={WORK_STATES.map((value) => ({ value, label: code('state', value) }))}
      value={workState.value}
      choose={(state) => {
        workState.value = state;
        workPaging.value = FIRST;
        work.supersede();
        void work.refresh();
      }}
    />
  );
  return (
    <Box name="work" title={t('work')} choice={choice}>
      <Known>
        <Loaded id="work" of={work} isReported={(one) => figures.isShared(one)}>
          {({ items, next }) =>
            items.length === 0 && workPaging.value === FIRST ? (
              <Empty>{code('work.empty', workState.value)}</Empty>
            ) : (
              <>
                <DossierTable dossiers={items} />
                <Pager
                  paging={workPaging.value}
                  next={next}
                  turn={(turned) => {
                    workPaging.value = turned(workPaging.value);
                    void work.refresh();
                  }}
                />
              </>
            )
          }
        </Loaded>
      </Known>
    </Box>
  );
}

function AlertsBox() {
  const { words, details, figures } = useApp();
  return (
    <Box name="alerts" title={words.value.t('alerts')}>
      <Loaded id="alerts" of={details.alerts} isReported={(one) => figures.isShared(one)}>
        {(alerts) => <AlertList alerts={alerts} />}
      </Loaded>
    </Box>
  );
}

function QualityBox() {
  const { words, details, figures } = useApp();
  return (
    <Box name="quality" title={words.value.t('quality')}>
      <Loaded id="quality" of={details.letters} isReported={(one) => figures.isShared(one)}>
        {(letters) => <QualityList letters={letters} />}
      </Loaded>
    </Box>
  );
}
