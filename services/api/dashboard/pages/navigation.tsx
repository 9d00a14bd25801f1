import { useApp } from '../components/context.ts';
import type { PageName } from '../state/question.ts';

/** In the order in which an office reads them. One objective is opened from its card. */
const LISTED = [
  'overview',
  'cascade',
  'article-2',
  'inspections',
  'reviews',
  'risks',
  'opportunities',
] as const satisfies readonly PageName[];

/** The links to the pages. They keep the question: unit, period, moment. */
export function Navigation() {
  const app = useApp();
  const { t } = app.words.value;
  const { page } = app.question.value;
  return (
    <nav class="pages" aria-label={t('pages')}>
      <ul>
        {LISTED.map((name) => (
          <li key={name}>
            <a href={app.linkTo({ page: name })} aria-current={name === page ? 'page' : undefined}>
              {t(`page.${name}`)}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
