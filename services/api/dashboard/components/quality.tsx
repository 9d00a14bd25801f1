import type { DeadLetters } from '../client/api.ts';
import { qualityOf } from '../state/quality.ts';
import { evidenceLink } from '../state/route.ts';
import { useApp } from './context.ts';
import { Empty } from './loaded.tsx';

export function QualityList({ letters }: { readonly letters: DeadLetters | undefined }) {
  const app = useApp();
  const words = app.words.value;
  const { t, number } = words;
  const quality = qualityOf(app.figures.all.value, letters);
  if (!quality) return <Empty>{t('quality.good')}</Empty>;
  return (
    <ul class="quality">
      {quality.rejected > 0 && (
        <li>
          <b>{number(quality.rejected)}</b> {t('quality.letters')}
          {letters ? <Letters letters={letters} /> : <small>{t('quality.admin')}</small>}
        </li>
      )}
      {quality.faulty.map(({ objective, part }) => (
        <li key={`${objective} ${part.name}`}>
          <a href={evidenceLink(objective, { part: part.name })}>
            <b>{number(part.count)}</b> {words.of(part.title)}
          </a>
        </li>
      ))}
    </ul>
  );
}

function Letters({ letters: { items, total } }: { readonly letters: DeadLetters }) {
  const { t, number, moment } = useApp().words.value;
  return (
    <>
      <ul>
        {items.map(({ id, receivedAt, type, source, faults }) => (
          <li key={id}>
            {moment(receivedAt)} · {type ?? t('unstated')} · {source ?? t('unstated')}
            {faults.slice(0, 2).map(({ pointer, was, expected }) => (
              <small key={pointer}>
                {pointer} {was}: {expected}
              </small>
            ))}
          </li>
        ))}
      </ul>
      {items.length < total && (
        <small>{t('quality.some', { n: number(items.length), total: number(total) })}</small>
      )}
    </>
  );
}
