import type { FunctionComponent } from 'preact';
import { useEffect } from 'preact/hooks';
import { useApp } from '../components/context.ts';
import { KeyDialog, TakeDialog } from '../components/dialogs.tsx';
import { NeedsRight } from '../components/no-right.tsx';
import { Opened } from '../components/opened.tsx';
import type { PageName } from '../state/question.ts';
import { Header } from './header.tsx';
import { KeyNote } from './key-note.tsx';
import { Navigation } from './navigation.tsx';
import { AlertsBox, Overview } from './overview.tsx';
import { SidePanel } from './side-panel.tsx';
import { Welcome } from './welcome.tsx';

/** The bundles of the pages that are loaded when they are opened. */
const BUNDLES: { readonly [Name in Exclude<PageName, 'overview'>]: () => Promise<FunctionComponent> } = {
  'article-2': async () => (await import('./article-2.tsx')).Article2Page,
  cascade: async () => (await import('./cascade.tsx')).CascadePage,
  definition: async () => (await import('./definition.tsx')).DefinitionPage,
  definitions: async () => (await import('./definitions.tsx')).DefinitionsPage,
  inspections: async () => (await import('./inspections.tsx')).InspectionsPage,
  opportunities: async () => (await import('./opportunities.tsx')).OpportunitiesPage,
  reviews: async () => (await import('./reviews.tsx')).ReviewsPage,
  staff: async () => (await import('./staff.tsx')).StaffPage,
  'risk-scale': async () => (await import('./risk-scale.tsx')).RiskScalePage,
  risks: async () => (await import('./risks.tsx')).RisksPage,
  objective: async () => (await import('./objective.tsx')).ObjectivePage,
};

/** The whole page: header, figures or how to begin, side panel, dialogs. */
export function Page() {
  const app = useApp();
  const { t, language } = app.words.value;
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  useEffect(() => {
    addEventListener('beforeprint', openExplanations);
    addEventListener('afterprint', closeExplanations);
  }, []);
  return (
    <>
      <a class="skip" href="#figures">
        {t('skip')}
      </a>
      <Header />
      <Navigation />
      <p id="announce" class="unseen" aria-live="polite">
        {app.announcement.value}
      </p>
      <main id="figures" tabIndex={-1}>
        <Content />
      </main>
      <KeyNote />
      <SidePanel />
      <KeyDialog />
      <TakeDialog />
    </>
  );
}

/** No page is for a key that may not read; one that may only handle alerts has these. */
function Content() {
  const { connection, figures, details, words } = useApp();
  const { t } = words.value;
  if (!connection.isRefused.value) return <Asked />;
  return (
    <NeedsRight
      name="read-right"
      title={t('read.noRight')}
      text={t('read.noRightText')}
      of={figures.resource}
      otherwise={details.alerts.value.value && <AlertsBox />}
    >
      <Asked />
    </NeedsRight>
  );
}

/** The page of the address. */
function Asked() {
  const app = useApp();
  const { page } = app.question.value;
  if (page !== 'overview') return <Opened load={BUNDLES[page]} />;
  return app.isFresh.value ? <Welcome /> : <Overview />;
}

/** On paper there is no clicking: the explanations of the figures are printed open. */
function openExplanations() {
  for (const one of document.querySelectorAll('.detail details')) one.setAttribute('open', '');
}

function closeExplanations() {
  for (const one of document.querySelectorAll('.detail details')) one.removeAttribute('open');
}
