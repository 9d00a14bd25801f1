import { useMemo } from 'preact/hooks';
import { TEXTS, type Texts, textsIn } from '../text/i18n.ts';
import { useApp } from './context.ts';

/** The words of the page with those of a part that is loaded later. @param more the same table at each call */
export function useWords<More extends Texts>(more: More) {
  const words = useApp().words.value;
  return useMemo(() => ({ ...words, ...textsIn(words.language, { ...TEXTS, ...more }) }), [words, more]);
}
