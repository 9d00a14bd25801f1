import { useState } from 'preact/hooks';
import type { RiskDetail } from '../client/api.ts';
import { type About, NEEDED, type Operation } from '../state/access.ts';
import type { Entered, Field } from '../state/forms.ts';
import type { RegisterChoices, Written } from '../state/register-forms.ts';
import { REGISTERS } from '../text/registers.ts';
import { useApp } from './context.ts';
import { FormDialog } from './form.tsx';
import { useWords } from './words.ts';

/** The units and objectives that the form of an act offers: of the units those that the key may name. */
export function useChoices(operation: Operation): RegisterChoices {
  const app = useApp();
  const { of } = app.words.value;
  const within = app.access.unitsFor(operation);
  return {
    units: app.units.value
      .filter(({ id, status }) => status === 'active' && (within === null || within.includes(id)))
      .map(({ id, name, level }) => ({ value: id, label: name, level })),
    isLimited: within !== null,
    objectives: app.figures.all.value.map(({ id, title, unit }) => ({ value: id, label: of(title), unit })),
  };
}

/** What may be stated next, with its form. */
export interface PossibleAct {
  /** Of one upon a subject of a register: as its `possibleActs` have it. */
  readonly name: string;
  readonly operation: Operation;
  readonly about?: About;
  /** Of an act of a second person: who did what it approves; undefined where any person will do. */
  readonly second?: { readonly first: string | null | undefined };
  /** Whether nothing goes on without it: then the page states it where there is no button. */
  readonly isAwaited?: boolean;
  readonly title: string;
  readonly text?: string | undefined;
  readonly fields: readonly Field[];
  readonly each?: string;
  /** @throws Problem */
  readonly send: (entered: Entered, attempt: string) => Promise<Written>;
}

/** Of the acts of a page those that the server takes now. */
export const possible = (now: readonly string[], acts: readonly PossibleAct[]): readonly PossibleAct[] =>
  acts.filter(({ name }) => now.includes(name));

interface ActsProps {
  readonly acts: readonly PossibleAct[];
  /** The first is what the place is for. */
  readonly isFirstPrimary?: boolean;
}

/** A button for each act that the key may do, and in words what waits for another. A moment of the past is only looked at. */
export function ActButtons({ acts, isFirstPrimary }: ActsProps) {
  const app = useApp();
  const { access } = app;
  const { t } = app.words.value;
  const [chosen, choose] = useState<string | null>(null);
  if (app.isPast.value) return null;
  const judged = acts.map((act) => ({ act, bar: access.bar(act.operation, act.about, act.second) }));
  const offered = judged.flatMap(({ act, bar }) => (bar === undefined ? [act] : []));
  const awaited = judged.flatMap(({ act: { title, operation, second, isAwaited }, bar }) => {
    if (bar === undefined || !isAwaited || !access.me.value) return [];
    const rights = NEEDED[operation].map((right) => `“${right}”`).join(` ${t('or')} `);
    return t(`awaits.${bar}`, { act: title, rights, person: second?.first ?? '' });
  });
  // A form that is open stays, whatever another key may do: the server judges what it sends.
  const act = acts.find(({ name }) => name === chosen);
  return (
    <>
      {offered.length > 0 && (
        <div class="acts">
          {offered.map(({ name, title }, index) => (
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
      )}
      {awaited.map((text) => (
        <p key={text} class="note">
          {text}
        </p>
      ))}
      {act && (
        <FormDialog
          title={act.title}
          text={act.text}
          action={act.title}
          fields={act.fields}
          each={act.each}
          close={() => choose(null)}
          send={async (entered, attempt) => app.figures.wrote((await act.send(entered, attempt)).position)}
          show={() => app.shown.refresh()}
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
