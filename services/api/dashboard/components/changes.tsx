import { type Change, placeLabel, valueText } from '../state/definition-form.ts';
import { useDefinitionWords } from './definition-words.ts';

interface ChangesProps {
  readonly changes: readonly Change[];
  /** Whether the objective is measured in values, and not in shares. */
  readonly isValue: boolean;
}

/** The fields in which a definition was changed. */
export function Changes({ changes, isValue }: ChangesProps) {
  const words = useDefinitionWords();
  return (
    <dl class="changes">
      {changes.map(({ pointer, before, after }) => (
        <div key={pointer}>
          <dt>{placeLabel(pointer, words)}</dt>
          <dd>
            {valueText(pointer, after, isValue, words)}
            <small>
              {' '}
              {words.t('change.was')}: {valueText(pointer, before, isValue, words)}
            </small>
          </dd>
        </div>
      ))}
    </dl>
  );
}
