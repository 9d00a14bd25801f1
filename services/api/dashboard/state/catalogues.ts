import { bodyOf, type Client } from '../client/api.ts';
import type { Catalogue, Option } from './forms.ts';

const PAGE = 500;
/** More than a province has. */
const MOST_PAGES = 10;

/** What a form offers where it asks for a field or a procedure. @throws Problem */
export async function loadCatalogue(client: Client, name: Catalogue): Promise<readonly Option[]> {
  const found: Option[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const params = { query: { limit: PAGE, ...(cursor !== undefined && { cursor }) } };
    const { items, next } = await (name === 'fields'
      ? bodyOf(client.GET('/v1/fields', { params }))
      : bodyOf(client.GET('/v1/procedures', { params })));
    found.push(...items.map((one) => ({ value: one.id, label: one.name })));
    if (next === undefined) break;
    cursor = next;
  }
  return found;
}
