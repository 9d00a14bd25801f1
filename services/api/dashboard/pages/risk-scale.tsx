import { useState } from 'preact/hooks';
import { bodyOf, type RiskScaleAnswer } from '../client/api.ts';
import { Box } from '../components/box.tsx';
import { Choice } from '../components/choice.tsx';
import { useApp } from '../components/context.ts';
import { FieldFacts } from '../components/facts.tsx';
import { FieldRow, useForm } from '../components/form.tsx';
import { IfMay } from '../components/if-may.tsx';
import { Loaded, ProblemBox } from '../components/loaded.tsx';
import { useRiskWords } from '../components/risk-words.ts';
import { useAnswer } from '../components/shown.ts';
import type { Field } from '../state/forms.ts';
import { STEPS, type Steps, scaleParts, stateScale } from '../state/risk-scale-form.ts';

/** The scale by which the office assesses risks: its words, the scores at which levels begin, and who has stated it. */
export function RiskScalePage() {
  const app = useApp();
  const { t } = useRiskWords();
  const scale = useAnswer((client) => bodyOf(client.GET('/v1/risks/scale')), '');
  return (
    <Box
      name="scale"
      title={t('page.risk-scale')}
      aside={
        <div class="choices">
          <a href={app.linkTo({ page: 'risks' })}>{t('risks.register')}</a>
        </div>
      }
    >
      <p class="note">{t('scale.text')}</p>
      <Loaded id="scale" of={scale} isReported={(one) => app.figures.isShared(one)}>
        {(answer) => (
          <>
            <IfMay operation="stateRiskScale" about={[null]} otherwise={<ScaleFacts scale={answer.scale} />}>
              <ScaleForm key={answer.statements} seen={answer} />
            </IfMay>
            <History history={answer.history} />
          </>
        )}
      </Loaded>
    </Box>
  );
}

/** The scale for a key that may not state another. */
function ScaleFacts({ scale }: Pick<RiskScaleAnswer, 'scale'>) {
  const words = useRiskWords();
  const { t } = words;
  return (
    <div class="panel-content">
      <p class="note">{t('scale.noRight')}</p>
      {scaleParts(scale.steps, scale, words).map(({ name, fields }) => (
        <FieldFacts key={name} title={t(`scale.part.${name}`)} fields={fields} />
      ))}
    </div>
  );
}

/** A statement of another person meanwhile begins the form anew. */
function ScaleForm({ seen }: { readonly seen: RiskScaleAnswer }) {
  const app = useApp();
  const words = useRiskWords();
  const { t } = words;
  const [steps, setSteps] = useState<Steps>(seen.scale.steps);
  const parts = scaleParts(steps, seen.scale, words);
  const reason: Field = { kind: 'prose', name: 'reason', label: t('scale.reason') };
  const form = useForm([...parts.flatMap(({ fields }) => fields), reason], async (entered) => {
    await app.wrote(await stateScale(app.client, seen, steps, entered));
    app.announcement.value = t('scale.saved');
  });
  return (
    <>
      <p class="start">
        <Choice
          id="scale-steps"
          label={t('scale.steps')}
          options={STEPS.map((value) => ({ value: String(value), label: String(value) }))}
          value={String(steps)}
          choose={(chosen) => setSteps(STEPS.find((one) => String(one) === chosen) ?? steps)}
        />
      </p>
      <form {...form.attributes} class="define">
        {parts.map(({ name, fields }) => (
          <fieldset key={`${name} ${steps}`}>
            <legend>{t(`scale.part.${name}`)}</legend>
            <div class="fields pairs">
              {fields.map((field) => (
                <FieldRow key={field.name} field={field} fault={form.faultOf(field.name)} />
              ))}
            </div>
          </fieldset>
        ))}
        <FieldRow field={reason} fault={form.faultOf(reason.name)} />
        {form.whole !== undefined && <ProblemBox problem={form.whole} />}
        <p class="buttons">
          <button type="submit" class="primary" disabled={form.isSending}>
            {t('scale.save')}
          </button>
        </p>
      </form>
    </>
  );
}

function History({ history }: Pick<RiskScaleAnswer, 'history'>) {
  const { t, moment } = useRiskWords();
  return (
    <>
      <h3>{t('scale.history')}</h3>
      {history.length === 0 ? (
        <p class="empty">{t('scale.default')}</p>
      ) : (
        <ol class="timeline">
          {history.map(({ at, by, reason, scale }) => (
            <li key={at} data-use="applied">
              <time datetime={at}>{moment(at)}</time>
              <b>
                {t('scale.summary', {
                  ...{ steps: scale.steps, medium: scale.from.medium },
                  ...{ high: scale.from.high, veryHigh: scale.from['very-high'] },
                })}
              </b>
              <p>{reason}</p>
              <small>{by === null ? t('register.noKey') : t('register.by', { by })}</small>
            </li>
          ))}
        </ol>
      )}
    </>
  );
}
