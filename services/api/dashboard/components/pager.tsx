import { back, forward, numberOf, type Paging } from '../state/paging.ts';
import { useApp } from './context.ts';

interface PagerProps {
  readonly paging: Paging;
  readonly next: string | undefined;
  readonly turn: (turned: (paging: Paging) => Paging) => void;
}

export function Pager({ paging, next, turn }: PagerProps) {
  const { t, number } = useApp().words.value;
  const page = numberOf(paging);
  if (page === 1 && next === undefined) return null;
  const label = t('page', { n: number(page) });
  return (
    <nav class="pager" aria-label={label}>
      <button type="button" disabled={page === 1} onClick={() => turn(back)}>
        {t('previous')}
      </button>
      <span>{label}</span>
      <button
        type="button"
        disabled={next === undefined}
        onClick={() => next !== undefined && turn((shown) => forward(shown, next))}
      >
        {t('next')}
      </button>
    </nav>
  );
}
