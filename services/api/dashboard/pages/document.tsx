import type { DocumentDetail } from '../client/api.ts';
import { useApp } from '../components/context.ts';
import { Pager } from '../components/pager.tsx';
import { Findings, Origin } from '../components/timeline.tsx';
import { awaitedUntil } from '../state/awaited.ts';

/** The recipients of one document, and its channels. */
export function DocumentPage({ document: { pairs, events, next } }: { readonly document: DocumentDetail }) {
  const app = useApp();
  const words = app.words.value;
  const { t } = words;
  const unitName = app.unitName.value;
  const now = app.figures.serverNow.value;
  return (
    <>
      <h3>{t('recipients')}</h3>
      <ul class="pairs">
        {pairs.map((pair) => {
          const { recipient, account, channel, findings } = pair;
          const awaited = awaitedUntil(pair, now);
          return (
            <li key={recipient}>
              <b>{unitName(recipient)}</b> <span class="use">{words.code('account', account)}</span>
              {channel !== null && ` ${words.code('channel', channel)}`}
              {awaited !== null && <small>{` · ${t('grace')} ${words.moment(awaited)}`}</small>}
              <Findings findings={findings} />
            </li>
          );
        })}
      </ul>
      <h3>{t('timeline')}</h3>
      <ol class="timeline">
        {events.map((one) => (
          <li key={one.event}>
            <time datetime={one.time}>{words.moment(one.time)}</time>
            <b>{words.code('type', one.type)}</b>
            {typeof one.data.step === 'string' && (
              <span class="use">{words.code('step', one.data.step)}</span>
            )}
            {typeof one.data.recipientUnitId === 'string' && <p>{unitName(one.data.recipientUnitId)}</p>}
            <Origin event={one} />
          </li>
        ))}
      </ol>
      <Pager paging={app.panel.paging.value} next={next} turn={(turned) => app.panel.turn(turned)} />
    </>
  );
}
