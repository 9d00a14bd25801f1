import { dimensionOf } from '../state/question.ts';
import { Box } from './box.tsx';
import { BreakdownTable } from './breakdown.tsx';
import { Choice } from './choice.tsx';
import { useApp } from './context.ts';
import { Known, Loaded, ProblemBox } from './loaded.tsx';
import { useShown } from './shown.ts';
import { Trend, TrendTable } from './trend.tsx';

/** The selected objective over time. */
export function TrendBox() {
  const { words, details, figures } = useApp();
  const { t } = words.value;
  const { answer, problem, isSuperseded } = useShown(details.series).state.value;
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

/** The selected objective by unit, field, … */
export function BreakdownBox() {
  const app = useApp();
  const { t, of } = app.words.value;
  const objective = app.selected.value;
  const breakdown = useShown(app.details.breakdown);
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
    <Box name="breakdown" title={t('breakdown')} isOfObjective aside={choice}>
      <Known>
        <Loaded id="breakdown" of={breakdown} isReported={(one) => app.figures.isShared(one)}>
          {(shown) => {
            // Until the next answer comes, it may be of the objective that was selected before.
            const its = app.figures.all.value.find(({ id }) => id === shown?.id);
            return shown && its && <BreakdownTable breakdown={shown} objective={its} />;
          }}
        </Loaded>
      </Known>
    </Box>
  );
}
