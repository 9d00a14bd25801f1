import { useEffect } from 'preact/hooks';
import { useApp } from '../components/context.ts';
import { KeyDialog, TakeDialog } from '../components/dialogs.tsx';
import { Header } from './header.tsx';
import { Overview } from './overview.tsx';
import { SidePanel } from './side-panel.tsx';
import { Welcome } from './welcome.tsx';

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
      <p id="announce" class="unseen" aria-live="polite">
        {app.announcement.value}
      </p>
      <main id="figures" tabIndex={-1}>
        {app.isFresh.value ? <Welcome /> : <Overview />}
      </main>
      <SidePanel />
      <KeyDialog />
      <TakeDialog />
    </>
  );
}

/** On paper there is no clicking: the explanations of the figures are printed open. */
function openExplanations() {
  for (const one of document.querySelectorAll('.card details')) one.setAttribute('open', '');
}

function closeExplanations() {
  for (const one of document.querySelectorAll('.card details')) one.removeAttribute('open');
}
