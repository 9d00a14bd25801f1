import { useEffect, useRef } from 'preact/hooks';
import { Choice } from '../components/choice.tsx';
import { useApp } from '../components/context.ts';
import { move } from '../components/motion.ts';
import icon from '../icon.svg';
import { notReady } from '../state/quality.ts';
import { BASES, searchOf, WINDOWS } from '../state/question.ts';
import { markedName } from '../state/units.ts';

/** One beat for every answer. */
const BEAT = [{ transform: 'scale(1)' }, { transform: 'scale(1.6)' }, { transform: 'scale(1)' }];

export function Header() {
  const app = useApp();
  const { t } = app.words.value;
  return (
    <>
      <header class="top">
        <div class="brand">
          <img src={icon} alt="" width="34" height="34" />
          <div>
            <h1>Nhịp</h1>
            <p id="office">{t('office')}</p>
          </div>
        </div>
        <div class="connection">
          <Live />
          <AsOf />
        </div>
        <div class="controls">
          <Filters />
          <div class="tools">
            <button type="button" onClick={() => print()}>
              {t('print')}
            </button>
            <button type="button" aria-label={t('language.label')} onClick={() => app.switchLanguage()}>
              {t('language')}
            </button>
          </div>
        </div>
      </header>
      <Banner />
    </>
  );
}

function Live() {
  const app = useApp();
  const { t, since } = app.words.value;
  const { connection, figures } = app;
  const state = connection.state(app.isPast.value);
  const heardAt = connection.heardAt.value;
  const time = since(state === 'stale' ? heardAt : (connection.downSince.value ?? heardAt));
  const element = useRef<HTMLParagraphElement>(null);
  const beats = figures.beats.value;
  useEffect(() => {
    if (element.current && beats > 0)
      move(element.current, BEAT, { duration: 600, pseudoElement: '::before' });
  }, [beats]);
  const missed = figures.all.value.filter(({ status }) => status === 'breached').length;
  const sign = connection.isCurrent.value ? (missed > 0 ? `✕${missed} ` : '') : '⚠ ';
  const title = `${sign}Nhịp – ${t('tagline')}`;
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <p id="live" role="status" data-state={state} ref={element}>
      {t(`live.${state}`, { time })}
    </p>
  );
}

function AsOf() {
  const app = useApp();
  const { t, stamp } = app.words.value;
  const position = app.figures.position.value;
  return (
    <p id="as-of">
      {position !== '' && <span>{t('asOf', { time: stamp(app.figures.serverNow.value) })}</span>}
      {position !== '' && !app.isPast.value && <small title={t('position')}> #{position}</small>}
    </p>
  );
}

function Filters() {
  const app = useApp();
  const words = app.words.value;
  const { t, code } = words;
  const { window, basis, unit } = app.question.value;
  const units = app.units.value.map((one) => ({
    value: one.id,
    label: `${'\u00a0\u00a0\u00a0'.repeat(one.level)}${markedName(one, words)}`,
  }));
  const named = <Value extends string>(group: string, values: readonly Value[]) =>
    values.map((value) => ({ value, label: code(group, value) }));
  return (
    <form class="filters" id="filters">
      <Choice
        id="window"
        label={t('window')}
        options={named('window', WINDOWS)}
        value={window}
        choose={(chosen) => app.ask({ window: chosen })}
      />
      <Choice
        id="basis"
        label={t('basis')}
        options={named('basis', BASES)}
        value={basis}
        choose={(chosen) => app.ask({ basis: chosen })}
      />
      <Choice
        id="unit"
        label={t('unit')}
        options={[{ value: '', label: t('unit.all') }, ...units]}
        value={unit}
        choose={(chosen) => app.ask({ unit: chosen })}
      />
    </form>
  );
}

function Banner() {
  const app = useApp();
  const words = app.words.value;
  const { t } = words;
  const { connection, figures, question } = app;
  const present = `${location.pathname}${searchOf({ ...question.value, asOf: '' })}`;
  return (
    <div id="banner" role="alert">
      {!connection.isCurrent.value && !connection.isRefused.value && (
        <p>{t('live.staleLong', { time: words.since(connection.heardAt.value) })}</p>
      )}
      {app.isPast.value && figures.position.value !== '' && (
        <p class="past">
          {t('past', { time: words.stamp(figures.serverNow.value) })} <a href={present}>{t('past.leave')}</a>
        </p>
      )}
      {notReady(app.readiness.value, words).map((problem) => (
        <p key={problem}>{problem}</p>
      ))}
    </div>
  );
}
