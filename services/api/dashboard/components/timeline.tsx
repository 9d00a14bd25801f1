import type { Dossier } from '../client/api.ts';
import { endOf } from '../text/words.ts';
import { useApp } from './context.ts';

/** Times recorded so much later than they were are worth a remark: the figure of that day has changed since. */
const LATE_NEWS_MS = 3_600_000;

export function Findings({ findings }: { readonly findings: Dossier['findings'] }) {
  const { t, code } = useApp().words.value;
  if (findings.length === 0) return null;
  return (
    <>
      <h3>{t('findings')}</h3>
      <ul class="findings">
        {findings.map((one) => (
          <li key={`${one.code} ${one.event}`} title={one.detail}>
            {code('finding', one.code)}
          </li>
        ))}
      </ul>
    </>
  );
}

interface OriginProps {
  readonly event: {
    readonly time: string;
    readonly recordedAt: string;
    readonly feed: string;
    readonly sourceId: string;
  };
}

/** Where an event came from. */
export function Origin({ event: { time, recordedAt, feed, sourceId } }: OriginProps) {
  const { t, moment } = useApp().words.value;
  const isLateNews = Date.parse(recordedAt) - endOf(time) > LATE_NEWS_MS;
  return (
    <small>
      {feed} · {sourceId}
      {isLateNews && ` · ${t('recorded', { time: moment(recordedAt) })}`}
    </small>
  );
}
