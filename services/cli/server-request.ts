import type { z } from 'zod';
import { dataDirHolder } from '../../shared/platform/data-dir.ts';
import type { CommandContext } from './command.ts';

/** The address of the server to talk to: as given, else the one that holds DATA_DIR. @throws Error where none runs */
export function serverUrl(given: string | undefined, { config }: CommandContext): string {
  const base = given ?? dataDirHolder(config.DATA_DIR)?.url;
  if (base === undefined) throw new Error(`no server holds ${config.DATA_DIR}; --url names another`);
  return base;
}

type Body = Record<string, unknown>;

/** Asks a running server, with the key in NHIP_KEY. @throws Error with the problem's detail when it refuses */
export const askServer = async (
  method: 'GET' | 'POST',
  url: string,
  context: Pick<CommandContext, 'env'>,
): Promise<Body> => (await request(method, url, context)).body;

/** The same with a body, and with the ETag of the answer. */
export async function request(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  url: string,
  { env }: Pick<CommandContext, 'env'>,
  { json, ifMatch }: { readonly json?: object; readonly ifMatch?: string } = {},
): Promise<{ readonly body: Body; readonly etag: string }> {
  const answer = await fetch(url, {
    method,
    headers: {
      ...(env.NHIP_KEY && { authorization: `Bearer ${env.NHIP_KEY}` }),
      ...(json && { 'content-type': 'application/json' }),
      ...(ifMatch !== undefined && { 'if-match': ifMatch }),
    },
    ...(json && { body: JSON.stringify(json) }),
  });
  const body = (await answer.json()) as Body;
  if (answer.status === 401) throw new Error(`${url} wants a key: set NHIP_KEY`);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${detailOf(body)}`);
  return { body, etag: answer.headers.get('etag') ?? '' };
}

/** Every item of a list that comes in pages. @param page the schema of one @throws Error as `askServer` */
export async function allItems<Item>(
  list: URL,
  page: z.ZodType<{ items: Item[]; next?: string | undefined }>,
  context: Pick<CommandContext, 'env'>,
): Promise<readonly Item[]> {
  const all: Item[] = [];
  const url = new URL(list);
  for (;;) {
    const { items, next } = page.parse(await askServer('GET', url.href, context));
    all.push(...items);
    if (next === undefined) return all;
    url.searchParams.set('cursor', next);
  }
}

/** With the wrong fields, where the server names them. */
const detailOf = ({ detail, errors }: Body): string =>
  errors === undefined ? String(detail) : `${String(detail)} ${JSON.stringify(errors)}`;
