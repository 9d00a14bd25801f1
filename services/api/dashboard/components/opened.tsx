import type { FunctionComponent } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useApp } from './context.ts';

type Loading = { readonly page?: FunctionComponent; readonly isLost?: boolean };

interface OpenedProps {
  /** The same function at each call: it names the bundle. */
  readonly load: () => Promise<FunctionComponent>;
}

/** A page whose bundle is loaded when it is opened. */
export function Opened({ load }: OpenedProps) {
  const { t } = useApp().words.value;
  const [{ page: Page, isLost }, setState] = useState<Loading>({});
  useEffect(() => {
    let isWanted = true;
    const settle = (state: Loading) => isWanted && setState(state);
    load().then(
      (page) => settle({ page }),
      () => settle({ isLost: true }),
    );
    return () => {
      isWanted = false;
    };
  }, [load]);
  if (Page) return <Page />;
  if (!isLost) return <p class="empty">{t('loading')}</p>;
  return (
    <div class="problem" role="alert">
      <p>
        <b>{t('page.lost')}</b>
      </p>
      <button type="button" onClick={() => location.reload()}>
        {t('page.reload')}
      </button>
    </div>
  );
}
