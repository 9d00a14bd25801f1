import { isHidden } from '../../../../shared/measures/small-groups.ts';
import type { Objective } from '../client/api.ts';
import { leaves, titleOf } from '../state/parts.ts';
import { evidenceLink } from '../state/route.ts';
import type { Words } from '../text/words.ts';
import { useApp } from './context.ts';

interface ExplanationProps {
  readonly objective: Objective;
}

/** The figure in the worst case: the reason for the risk. */
export function SettledNow({ objective }: ExplanationProps) {
  const words = useApp().words.value;
  const { settleNow, target, pending } = objective;
  if (!settleNow || pending === null) return null;
  const value = words.percent(settleNow, target);
  return <p>{words.t('settleNow', { pending: titleOf(objective, pending, words), value })}</p>;
}

/** How the figure is computed, behind a title that opens it. */
export function Explanation({ objective }: ExplanationProps) {
  const { t } = useApp().words.value;
  return (
    <details>
      <summary>{t('explain')}</summary>
      <Definition objective={objective} />
      {objective.status !== 'at-risk' && <SettledNow objective={objective} />}
    </details>
  );
}

/** What the figure means: formula, definition, decision, owner, what is left out, feeds. */
export function Definition({ objective }: ExplanationProps) {
  const words = useApp().words.value;
  const { t } = words;
  const { formula, freshness, source, owner, version } = objective;
  return (
    <dl>
      <dt>{t('formula')}</dt>
      <dd>
        {words.of(formula.text)}
        <small>
          {' '}
          {formula.name}, {t('version', { n: formula.version })}
        </small>
      </dd>
      {formula.settings.extensionRule && (
        <>
          <dt>{t('extensionRule')}</dt>
          <dd>
            {words.code('extensionRule', formula.settings.extensionRule)}
            <small> EXTENSION_RULE</small>
          </dd>
        </>
      )}
      <dt>{t('definition')}</dt>
      <dd>
        {words.of(objective.text)}
        <small> {t('version', { n: version })}</small>
      </dd>
      <dt>{t('source')}</dt>
      <dd>{source}</dd>
      <dt>{t('owner')}</dt>
      <dd>{words.of(owner)}</dd>
      <OtherBasis objective={objective} />
      <dt>{t('excluded')}</dt>
      <dd>
        <LeftOut objective={objective} />
      </dd>
      <dt>{t('feeds')}</dt>
      <dd>
        {freshness.length === 0 ? (
          t('doubt.no-feed')
        ) : (
          <ul>
            {freshness.map((feed) => (
              <li key={feed.feed}>{feedText(feed, words)}</li>
            ))}
          </ul>
        )}
      </dd>
    </dl>
  );
}

/** The parts outside the fraction, each with its evidence. */
function LeftOut({ objective }: ExplanationProps) {
  const { t, of, number } = useApp().words.value;
  const parts = leaves(objective, 'outside');
  if (parts.length === 0) return t(isHidden(objective) ? 'smallGroup.parts' : 'excluded.none');
  return (
    <ul>
      {parts.map(({ name, title, count }) => (
        <li key={name}>
          <a href={evidenceLink(objective.id, { part: name })}>
            {of(title)}: {number(count)}
          </a>
        </li>
      ))}
    </ul>
  );
}

/** A figure whose bases never differ has only one. */
function OtherBasis({ objective: { basis, bases, target } }: ExplanationProps) {
  const { t, percent } = useApp().words.value;
  const { adjusted, original } = bases;
  if (adjusted.numerator === original.numerator && adjusted.denominator === original.denominator) return null;
  const other = basis === 'adjusted' ? 'original' : 'adjusted';
  return (
    <>
      <dt>{t('otherBasis', { basis: t(`basis.${other}`).toLowerCase() })}</dt>
      <dd>{percent(bases[other], target)}</dd>
    </>
  );
}

function feedText(
  { feed, lastRecordedAt, silent, coverageFrom }: Objective['freshness'][number],
  { t, moment, day }: Words,
): string {
  const parts = [
    lastRecordedAt === null ? t('feed.never') : t('feed.last', { time: moment(lastRecordedAt) }),
    silent && t('feed.silent'),
    coverageFrom !== null && t('feed.coverage', { day: day(coverageFrom) }),
  ];
  return `${feed}: ${parts.filter(Boolean).join(', ')}`;
}
