import type { FunctionComponent } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useApp } from '../components/context.ts';
import { Loaded } from '../components/loaded.tsx';
import { Opened } from '../components/opened.tsx';
import type { PanelContent } from '../state/panel.ts';
import type { OpenedRoute, Route } from '../state/route.ts';
import type { Words } from '../text/words.ts';
import { DocumentPage } from './document.tsx';
import { DossierPage } from './dossier.tsx';
import { EvidencePage } from './evidence.tsx';

const PANELS: { readonly [Kind in OpenedRoute['kind']]: () => Promise<FunctionComponent> } = {
  inspection: async () => (await import('./inspection.tsx')).InspectionPanel,
  opportunity: async () => (await import('./opportunity.tsx')).OpportunityPanel,
  person: async () => (await import('./person.tsx')).PersonPanel,
  risk: async () => (await import('./risk.tsx')).RiskPanel,
};

/** The pages that open beside the figures, over which they lie. */
export function SidePanel() {
  const { panel, words } = useApp();
  const { t } = words.value;
  const route = panel.route.value;
  const isOpen = route.kind !== 'none';
  const opened = panel.opened.value;
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!dialog.current) return;
    if (!isOpen) {
      dialog.current.close();
      return;
    }
    if (!dialog.current.open) dialog.current.showModal();
    heading.current?.focus();
    dialog.current.scrollTop = 0;
  }, [isOpen, opened]);
  const title = titleOf(route, words.value);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it by keyboard
    <dialog
      id="panel"
      class="panel"
      aria-labelledby="panel-title"
      ref={dialog}
      onCancel={(event) => {
        event.preventDefault();
        panel.close();
      }}
      onClick={({ target }) => {
        // A click beside the panel lands on the dialog itself.
        if (target === dialog.current) panel.close();
      }}
    >
      <header>
        <button type="button" hidden={!panel.hasBack.value} onClick={() => history.back()}>
          {t('back')}
        </button>
        <h2 id="panel-title" tabIndex={-1} ref={heading}>
          {title}
        </h2>
        <button type="button" onClick={() => panel.close()}>
          {t('close')}
        </button>
      </header>
      <Loaded id="panel-body" of={panel.content}>
        {(content) => <Content content={content} />}
      </Loaded>
    </dialog>
  );
}

function titleOf(route: Route, { t }: Words): string {
  switch (route.kind) {
    case 'none':
      return '';
    case 'unknown':
      return t('route.unknown');
    case 'evidence':
      return t('evidence');
    case 'dossier':
    case 'document':
    case 'inspection':
    case 'risk':
    case 'opportunity':
    case 'person':
      return `${t(route.kind)} ${route.id}`;
  }
}

function Content({ content }: { readonly content: PanelContent }) {
  const { t } = useApp().words.value;
  switch (content.kind) {
    case 'none':
      return null;
    case 'unknown':
      return <p class="empty">{t('route.unknown.text', { address: content.address })}</p>;
    case 'dossier':
      return <DossierPage dossier={content.dossier} />;
    case 'document':
      return <DocumentPage document={content.document} />;
    case 'inspection':
    case 'risk':
    case 'opportunity':
    case 'person':
      return <Opened key={content.id} load={PANELS[content.kind]} />;
    case 'evidence':
      return <EvidencePage evidence={content.evidence} />;
  }
}
