import { dataDirHolder } from '../../shared/platform/data-dir.ts';
import type { CommandContext } from './command.ts';

/** The address of the server to talk to: as given, else the one that holds DATA_DIR; undefined when none runs. */
export const serverUrl = (given: string | undefined, { config }: CommandContext): string | undefined =>
  given ?? dataDirHolder(config.DATA_DIR)?.url;

/** Asks a running server, with the key in NHIP_KEY. @throws Error with the problem's detail when it refuses */
export async function askServer(
  method: 'GET' | 'POST',
  url: string,
  { env }: CommandContext,
): Promise<Record<string, unknown>> {
  const headers = env.NHIP_KEY ? { authorization: `Bearer ${env.NHIP_KEY}` } : {};
  const answer = await fetch(url, { method, headers });
  const body = (await answer.json()) as Record<string, unknown>;
  if (answer.status === 401) throw new Error(`${url} wants a key: set NHIP_KEY`);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${String(body.detail)}`);
  return body;
}
