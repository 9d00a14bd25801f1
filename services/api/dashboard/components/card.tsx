import { isHidden, LEAST_GROUP } from '../../../../shared/measures/small-groups.ts';
import type { Objective } from '../client/api.ts';
import { doubtsOf } from '../state/doubts.ts';
import { failedWord, reachedBy } from '../state/parts.ts';
import { allowance, isSourceless, type Verdict, verdictOf } from '../state/verdict.ts';
import { SIGNS } from '../text/words.ts';
import { useApp } from './context.ts';
import { SettledNow } from './explanation.tsx';
import { useFlash } from './motion.ts';

/** Shape and word show the status; colour only repeats it. */
const ICONS: Readonly<Record<Verdict, string>> = {
  assured: '✓',
  doubtful: '?',
  'on-path': '→',
  'at-risk': '!',
  breached: '✕',
  'not-computable': '–',
  'no-source': '∅',
};

interface CardProps {
  readonly objective: Objective;
}

export function Card({ objective }: CardProps) {
  const app = useApp();
  const words = app.words.value;
  const { id, title } = objective;
  const verdict = verdictOf(objective, app.connection.isCurrent.value);
  return (
    <article class="card" data-verdict={verdict} aria-labelledby={`title-${id}`}>
      <header>
        <h3 id={`title-${id}`}>
          <button
            type="button"
            aria-pressed={app.selected.value?.id === id}
            onClick={() => app.look({ objective: id })}
          >
            {words.of(title)}
          </button>
        </h3>
        <VerdictMark verdict={verdict} />
      </header>
      <Judged objective={objective} />
      {verdict !== 'no-source' && <Fraction objective={objective} />}
      <p class="more">
        <a href={app.linkTo({ page: 'objective', objective: id })}>
          {words.t('objective.open')}
          <span class="unseen">: {words.of(title)}</span>
        </a>
      </p>
    </article>
  );
}

/** The sign of a verdict: shape and word. */
export function VerdictMark({ verdict }: { readonly verdict: Verdict }) {
  const { t } = useApp().words.value;
  return (
    <p class="verdict">
      <span class="icon" aria-hidden="true">
        {ICONS[verdict]}
      </span>
      {t(`verdict.${verdict}`)}
    </p>
  );
}

/** The figure with everything by which it is judged. */
export function Judged({ objective }: CardProps) {
  const words = useApp().words.value;
  const { target, comparator, measuredIn, reason, status } = objective;
  const figure = useFlash<HTMLElement>(objective.value);
  // That nothing was ever sent is no doubt of a figure: there is none.
  const isUnmeasured = reason !== null && isSourceless(reason);
  return (
    <>
      <p class="figure">
        <strong ref={figure}>
          {objective.value === null ? '–' : words.percent(objective, target, measuredIn)}
        </strong>
        <span>
          {target !== null &&
            words.t('target', {
              comparator: comparator === null ? '' : SIGNS[comparator],
              target: words.target(target, measuredIn),
            })}
          {objective.aspirational && ` (${words.t('aspirational')})`}
        </span>
      </p>
      <Span objective={objective} />
      <Yearly objective={objective} />
      {reason !== null && <Reason objective={objective} reason={reason} />}
      {isUnmeasured && <p class="note">{words.code('needs', reason)}</p>}
      {status === 'at-risk' && <SettledNow objective={objective} />}
      <Outlook objective={objective} />
      {!isUnmeasured && <Doubts objective={objective} />}
      <Budget objective={objective} />
    </>
  );
}

/** Why there is no figure. Of a small group of people the size alone is known. */
function Reason({ objective, reason }: CardProps & { readonly reason: string }) {
  const { t, code } = useApp().words.value;
  const { denominator: n } = objective;
  if (!isHidden({ reason })) return <p>{code('reason', reason)}</p>;
  return <p>{n < LEAST_GROUP ? t('smallGroup.size', { n }) : t('smallGroup.byDifference', { n })}</p>;
}

/** Each objective may have a period of its own. */
function Span({ objective: { window } }: CardProps) {
  const { t, code, day } = useApp().words.value;
  const days = t('window.span', { from: day(window.from), to: day(window.cutTo) });
  return (
    <p class="span">
      {code('window', window.name)} · {days}
    </p>
  );
}

/** How settled the figure of a year is, and for which year it stands in. */
function Yearly({ objective: { stage, shownFor, value } }: CardProps) {
  const { t, code, day } = useApp().words.value;
  if (stage === null || value === null) return null;
  return (
    <p class="note">
      {shownFor && `${t('shownFor', { from: day(shownFor.from), to: day(shownFor.to) })}. `}
      {code('stage', stage)}
    </p>
  );
}

function Doubts({ objective }: CardProps) {
  const doubts = doubtsOf(objective, useApp().words.value);
  if (doubts.length === 0) return null;
  return (
    <ul class="doubts">
      {doubts.map((doubt) => (
        <li key={doubt}>{doubt}</li>
      ))}
    </ul>
  );
}

function Budget({ objective }: CardProps) {
  const words = useApp().words.value;
  const { t, number } = words;
  const room = allowance(objective);
  const line = useFlash<HTMLParagraphElement>(room?.left);
  if (!room) return null;
  const { failures, allowed, left } = room;
  const state = left > 0 ? 'left' : left === 0 ? 'none' : 'over';
  const named = (count: number) => ({
    n: number(Math.abs(count)),
    failed: failedWord(objective, count, words),
  });
  const spoken = t('budget.bar', {
    ...named(failures),
    used: number(failures),
    allowed: number(allowed),
  });
  return (
    <div class="budget" data-state={state}>
      <p ref={line}>{t(`budget.${state}`, named(state === 'none' ? 1 : left))}</p>
      {allowed > 0 && (
        <>
          <progress max={allowed} value={Math.min(failures, allowed)} aria-label={spoken} />
          <small>{spoken}</small>
        </>
      )}
    </div>
  );
}

/** What a figure that grows still needs, and what is planned and asked for. */
function Outlook({ objective: { outlook, path, target, measuredIn, status } }: CardProps) {
  const { t, number, percent, target: percentOf } = useApp().words.value;
  const neededText = (needed: number): string => {
    if (status === 'breached') return t('outlook.outOfReach');
    return needed > 0 ? t('outlook.needed', { n: number(needed) }) : t('outlook.reached');
  };
  if (!outlook && path === null) return null;
  return (
    <ul class="outlook">
      {outlook && <li>{neededText(outlook.needed)}</li>}
      {outlook?.planned && <li>{t('outlook.planned', { share: percent(outlook.planned, target) })}</li>}
      {path !== null && <li>{t('outlook.path', { share: percentOf(path, measuredIn) })}</li>}
    </ul>
  );
}

function Fraction({ objective }: CardProps) {
  const words = useApp().words.value;
  const { value, numerator, denominator, measuredIn } = objective;
  if (measuredIn || isHidden(objective)) return null;
  return (
    <p class="fraction">
      {words.t('fraction', {
        counted: words.of(objective.words.counted),
        reached: reachedBy(objective, words),
        share: value === null ? '–' : `${words.number(numerator)} / ${words.number(denominator)}`,
      })}
    </p>
  );
}
