import { useEffect, useState } from 'preact/hooks';
import { loadCatalogues } from '../state/catalogues.ts';
import type { Catalogues } from '../state/register-forms.ts';
import { useApp } from './context.ts';

/** The declared fields and procedures, once they are loaded. Without them codes are typed. */
export function useCatalogues(): Catalogues {
  const { client } = useApp();
  const [catalogues, setCatalogues] = useState<Catalogues>({ fields: [], procedures: [] });
  useEffect(() => {
    // They change so seldom that a form asks for them once.
    loadCatalogues(client).then(setCatalogues, () => {});
  }, [client]);
  return catalogues;
}
