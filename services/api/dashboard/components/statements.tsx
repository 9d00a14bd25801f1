import type { Statement } from '../client/api.ts';
import { Changes } from './changes.tsx';
import { useDefinitionWords } from './definition-words.ts';

interface StatementsProps {
  readonly items: readonly Statement[];
  /** Whether the objective is measured in values, and not in shares. */
  readonly isValue: boolean;
}

/** Who has defined, changed or closed an objective, in which fields, and why. */
export function Statements({ items, isValue }: StatementsProps) {
  const { t, code, moment } = useDefinitionWords();
  return (
    <ol class="timeline">
      {items.map(({ kind, at, by, reason, version, instrument, fromFile, changes, position }) => (
        <li key={`${position} ${version}`} data-use="applied">
          <time datetime={at}>{moment(at)}</time>
          <b>{code('statement', kind)}</b>
          {version !== null && <span class="use">{t('version', { n: version })}</span>}
          <p>{reason}</p>
          {kind === 'changed' && <Changes changes={changes} isValue={isValue} />}
          <small>{[fromFile ? t('history.file') : by, instrument].filter(Boolean).join(' · ')}</small>
        </li>
      ))}
    </ol>
  );
}
