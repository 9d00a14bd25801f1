import { useState } from 'preact/hooks';
import type { RiskDetail } from '../client/api.ts';
import type { Entered, Field } from '../state/forms.ts';
import type { RegisterChoices, Written } from '../state/register-forms.ts';
import { REGISTERS } from '../text/registers.ts';
import { useApp } from './context.ts';
import { FormDialog } from './form.tsx';
import { useWords } from './words.ts';

/** The units and objectives that a form of a register offers. */
export function useChoices(): RegisterChoices {
  const app = useApp();
  const { of } = app.words.value;
  return {
    units: app.units.value
      .filter(({ status }) => status === 'active')
      .map(({ id, name, level }) => ({ value: id, label: `${'\u00a0\u00a0'.repeat(level)}${name}` })),
    objectives: app.figures.all.value.map(({ id, title }) => ({ value: id, label: of(title) })),
  };
}

/** What a user may state next, with its form. */
export interface PossibleAct {
  readonly name: string;
  readonly title: string;
  readonly text?: string | undefined;
  readonly fields: readonly Field[];
  /** @throws Problem */
  readonly send: (entered: Entered) => Promise<Written>;
}

interface ActsProps {
  readonly acts: readonly PossibleAct[];
  /** The first is what the place is for. */
  readonly isFirstPrimary?: boolean;
}

/** A button for each act. A moment of the past is only looked at. */
export function ActButtons({ acts, isFirstPrimary }: ActsProps) {
  const app = useApp();
  const [chosen, choose] = useState<string | null>(null);
  const act = acts.find(({ name }) => name === chosen);
  if (app.isPast.value) return null;
  return (
    <>
      <div class="acts">
        {acts.map(({ name, title }, index) => (
          <button
            key={name}
            type="button"
            class={isFirstPrimary && index === 0 ? 'primary' : undefined}
            onClick={() => choose(name)}
          >
            {title}
          </button>
        ))}
      </div>
      {act && (
        <FormDialog
          title={act.title}
          text={act.text}
          action={act.title}
          fields={act.fields}
          close={() => choose(null)}
          send={async (entered) => app.wrote(await act.send(entered))}
        />
      )}
    </>
  );
}

interface HistoryProps {
  readonly acts: RiskDetail['acts'];
  /** The words for a type of event. */
  readonly titleOf: (type: string) => string;
}

const TEXTS = ['comment', 'evidence', 'measures', 'result', 'conclusion', 'what'];

/** Everything that was stated about one subject of a register. */
export function ActHistory({ acts, titleOf }: HistoryProps) {
  const { t, moment } = useWords(REGISTERS);
  return (
    <>
      <h3>{t('register.history')}</h3>
      <ol class="timeline">
        {acts.map(({ event, type, time, by, content }) => (
          <li key={event} data-use="applied">
            <time datetime={time}>{moment(time)}</time>
            <b>{titleOf(type)}</b>
            {TEXTS.map((name) => typeof content[name] === 'string' && <p key={name}>{content[name]}</p>)}
            <small>{by === null ? t('register.noKey') : t('register.by', { by })}</small>
          </li>
        ))}
      </ol>
    </>
  );
}
