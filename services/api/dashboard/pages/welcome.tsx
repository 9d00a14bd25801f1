import { useState } from 'preact/hooks';
import { useApp } from '../components/context.ts';

/** A fresh install: how to send the first event. */
export function Welcome() {
  const app = useApp();
  const { t } = app.words.value;
  const [isCopied, setCopied] = useState(false);
  const command = app.firstEvent();
  return (
    <section id="welcome" aria-labelledby="welcome-title">
      <h2 id="welcome-title">{t('welcome.title')}</h2>
      <p>{t('welcome.text')}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a part that may scroll must be reached by keyboard */}
      <pre tabIndex={0}>{command}</pre>
      <p>
        <button
          class="primary"
          type="button"
          onClick={() => void navigator.clipboard.writeText(command).then(() => setCopied(true))}
        >
          {t(isCopied ? 'welcome.copied' : 'welcome.copy')}
        </button>
      </p>
      <p>
        {t('welcome.more')}
        <a href="/docs">{t('welcome.docs')}</a>
      </p>
    </section>
  );
}
