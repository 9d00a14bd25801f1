import type { Rehearsal } from '../state/rehearsal.ts';
import { verdictOf } from '../state/verdict.ts';
import { REHEARSAL } from '../text/rehearsal.ts';
import type { Bilingual } from '../text/words.ts';
import { Head } from './table-head.tsx';
import { useWords } from './words.ts';

interface RehearsalProps {
  readonly rehearsed: Rehearsal;
  /** The unit of a value; null of a share. */
  readonly measuredIn: Bilingual | null;
}

/** What an objective would have been at the end of each month, and when it would have alerted. */
export function RehearsalTable({ rehearsed, measuredIn }: RehearsalProps) {
  const words = useWords(REHEARSAL);
  const { t, number } = words;
  const target = Number(rehearsed.target);
  const fired = rehearsed.alerts.filter(({ kind }) => kind === 'fired');
  return (
    <>
      <table>
        <caption>{t('rehearsal.caption', { target: words.target(target, measuredIn) })}</caption>
        <Head labels={[t('rehearsal.month'), t('rehearsal.figure'), t('count'), t('rehearsal.state')]} />
        <tbody>
          {rehearsed.months.map(({ month, numerator, denominator, status, reason }) => (
            <tr key={month}>
              <th scope="row">{month}</th>
              <td>{words.percent({ numerator, denominator }, target, measuredIn)}</td>
              <td>
                {measuredIn
                  ? '–'
                  : `${numerator === null ? '–' : number(numerator)}\u00a0/\u00a0${number(denominator)}`}
              </td>
              <td>{t(`verdict.${verdictOf({ status, reason, assured: true }, true)}`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p>
        {fired.length === 0 ? t('rehearsal.noAlert') : t('rehearsal.alerts', { n: number(fired.length) })}
      </p>
      <ul class="quality">
        {fired.map(({ on, rule }) => (
          <li key={`${on} ${rule}`}>
            {words.day(on)}: {words.code('rule', rule)}
          </li>
        ))}
      </ul>
    </>
  );
}
