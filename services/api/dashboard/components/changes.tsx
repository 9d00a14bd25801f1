import { type Change, placeLabel, valueText } from '../state/definition-form.ts';
import { useDefinitionWords } from './definition-words.ts';

/** The fields in which a definition was changed. */
export function Changes({ changes }: { readonly changes: readonly Change[] }) {
  const words = useDefinitionWords();
  return (
    <dl class="changes">
      {changes.map(({ pointer, before, after }) => (
        <div key={pointer}>
          <dt>{placeLabel(pointer, words)}</dt>
          <dd>
            {valueText(pointer, after, words)}
            <small>
              {' '}
              {words.t('change.was')}: {valueText(pointer, before, words)}
            </small>
          </dd>
        </div>
      ))}
    </dl>
  );
}
