import { useApp } from '../components/context.ts';
import { PAGES, type PageName } from '../state/question.ts';

/** What is opened from a card or a list. */
const OPENED_ELSEWHERE: ReadonlySet<PageName> = new Set(['objective', 'definition', 'risk-scale']);
const LISTED = PAGES.filter((name) => !OPENED_ELSEWHERE.has(name));

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
