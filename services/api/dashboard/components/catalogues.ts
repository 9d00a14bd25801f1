import { useEffect, useState } from 'preact/hooks';
import { loadCatalogue } from '../state/catalogues.ts';
import type { Catalogue, Option } from '../state/forms.ts';
import { useApp } from './context.ts';

/** What is declared, once it is loaded. Without it codes are typed. */
export function useCatalogue(name: Catalogue): readonly Option[] {
  const { client } = useApp();
  const [options, setOptions] = useState<readonly Option[]>([]);
  useEffect(() => {
    // It changes so seldom that a form asks for it once.
    loadCatalogue(client, name).then(setOptions, () => {});
  }, [client, name]);
  return options;
}
