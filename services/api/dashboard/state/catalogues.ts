import { bodyOf, type Client } from '../client/api.ts';
import type { Option } from './forms.ts';
import type { Catalogues } from './register-forms.ts';

const PAGE = 500;
/** More than a province has. */
const MOST_PAGES = 10;

interface Page {
  readonly items: readonly { readonly id: string; readonly name: string }[];
  readonly next?: string | undefined;
}

/** All pages of a list, up to so many. */
async function wholeList(
  load: (query: { readonly limit: number; readonly cursor?: string }) => Promise<Page>,
): Promise<readonly Option[]> {
  const found: Option[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { items, next } = await load({ limit: PAGE, ...(cursor !== undefined && { cursor }) });
    found.push(...items.map(({ id, name }) => ({ value: id, label: name })));
    if (next === undefined) break;
    cursor = next;
  }
  return found;
}

/** What a form offers where it asks for a field or a procedure. @throws Problem */
export async function loadCatalogues(client: Client): Promise<Catalogues> {
  const [fields, procedures] = await Promise.all([
    wholeList((query) => bodyOf(client.GET('/v1/fields', { params: { query } }))),
    wholeList((query) => bodyOf(client.GET('/v1/procedures', { params: { query } }))),
  ]);
  return { fields, procedures };
}
