import type { Objective, Part } from '../client/api.ts';
import { leaves } from '../state/parts.ts';
import { evidenceLink } from '../state/route.ts';
import { failuresOf } from '../state/verdict.ts';
import { useApp } from './context.ts';
import { Explanation } from './explanation.tsx';
import { useFlash } from './motion.ts';

interface DetailProps {
  readonly objective: Objective;
}

/** What stands behind the card of an objective: its cases, its worst parts, how it is computed. */
export function ObjectiveDetail({ objective }: DetailProps) {
  const words = useApp().words.value;
  return (
    <div class="detail">
      <Counts objective={objective} />
      <Worst objective={objective} />
      {objective.trust.quarantined > 0 && (
        <p class="note">{words.t('quarantined', { n: objective.trust.quarantined })}</p>
      )}
      {objective.trust.acceptedLosses.map(({ at, reason, events }) => (
        <p class="note" key={at}>
          {words.t('lost.accepted', { n: events, day: words.day(at), reason })}
        </p>
      ))}
      {objective.carriedOver && <p class="note">{words.t('carriedOver')}</p>}
      <Explanation objective={objective} />
    </div>
  );
}

/** The failures and the open cases, each with its evidence. */
function Counts({ objective }: DetailProps) {
  const words = useApp().words.value;
  const { id, parts, failing, pending, measuredIn } = objective;
  // A value has no failures: its parts are the periods.
  const counted = leaves(objective, measuredIn ? 'for' : 'against');
  const shown = [...counted, ...leaves(objective, 'open')];
  const isFailing = (name: string) =>
    name === failing || parts.find((part) => part.name === failing)?.of?.includes(name) === true;
  const toneOf = ({ name, missing }: Part) => {
    if (isFailing(name) && !measuredIn) return 'bad';
    return name === pending || missing ? 'warn' : undefined;
  };
  return (
    <ul class="counts">
      {shown.map((part) => (
        <li key={part.name}>
          <a
            href={evidenceLink(id, { part: part.name })}
            data-tone={toneOf(part)}
            data-zero={String(part.count === 0)}
          >
            <Count count={part.count} /> <span>{words.of(part.title)}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}

function Count({ count }: { readonly count: number }) {
  const element = useFlash<HTMLElement>(count);
  return <b ref={element}>{useApp().words.value.number(count)}</b>;
}

function Worst({ objective }: DetailProps) {
  const app = useApp();
  const { t, percent, number } = app.words.value;
  const { worst, target, value, measuredIn } = objective;
  // A value has no volume.
  if (value === null || measuredIn) return null;
  if (!worst.unit && !worst.field) {
    return (
      <p class="note">
        {t('worst')}: {t('worst.small')}
      </p>
    );
  }
  const row = (label: string, dimension: string, part: Objective['worst']['unit']) =>
    part &&
    part.key !== null &&
    failuresOf(part) > 0 && (
      <>
        <dt>{label}</dt>
        <dd>
          {app.rowName.value(dimension, part)} <b>{percent(part, target)}</b>
          <small>
            {' '}
            ({number(part.numerator)}/{number(part.denominator)})
          </small>
        </dd>
      </>
    );
  return (
    <dl class="worst">
      {row(t('worst.unit'), 'unit', worst.unit)}
      {row(t('worst.field'), 'field', worst.field)}
    </dl>
  );
}
