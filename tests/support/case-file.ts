import assert from 'node:assert/strict';
import type { RunningServer } from './standalone.ts';

/** What tests of whole files of cases share. Nothing of the product is used to read a file. */
export type Cells = Readonly<Record<string, string>>;

/** RFC 4180 in one pass over the characters; the first row names the cells of the others. */
export function rowsOf(text: string): Cells[] {
  const rows: string[][] = [[]];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (quoted && char === '"' && text[at + 1] === '"') {
      cell += '"';
      at += 1;
    } else if (char === '"') quoted = !quoted;
    else if (quoted || !/[,\r\n]/.test(char ?? '')) cell += char;
    else if (char === '\r') continue;
    else {
      rows.at(-1)?.push(cell);
      cell = '';
      if (char === '\n') rows.push([]);
    }
  }
  const [header = [], ...rest] = rows;
  return rest
    .filter((row) => row.length === header.length)
    .map((row) => Object.fromEntries(header.map((name, index) => [name, row[index] ?? ''])));
}

export interface Figure {
  readonly numerator: number;
  readonly denominator: number;
  readonly excluded: Readonly<Record<string, number>>;
  readonly open: { readonly total: number; readonly overdue: number };
  readonly position: string;
}
export interface Part extends Figure {
  readonly key: string | null;
}

export const OBJECTIVE = '/v1/objectives/dossier-on-time';

export async function get<Answer>(server: RunningServer, path: string): Promise<Answer> {
  const answer = await fetch(`${server.url}${path}`);
  assert.equal(answer.status, 200, path);
  return (await answer.json()) as Answer;
}

/** The ids of all dossiers in a state, sorted, read page by page. */
export async function dossierIds(server: RunningServer, state: string, limit = 20): Promise<string[]> {
  const ids: string[] = [];
  let cursor = '';
  do {
    const path = `/v1/dossiers?state=${state}&limit=${limit}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
    const page = await get<{ items: { id: string }[]; next?: string }>(server, path);
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.next ?? '';
  } while (cursor);
  return ids.sort();
}
