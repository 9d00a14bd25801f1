import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Client } from '../client/api.ts';
import { cursorOf, FIRST } from '../state/paging.ts';
import { Loaded } from './loaded.tsx';
import { Pager } from './pager.tsx';
import { useAnswer } from './shown.ts';

interface PagedListProps<Page> {
  /** Names the list in the document. */
  readonly id: string;
  /** The most items of a page. */
  readonly size: number;
  /** Asks for one page. @throws Problem */
  readonly load: (
    client: Client,
    query: { readonly limit: number; readonly cursor?: string },
  ) => Promise<Page>;
  readonly isReported?: (problem: unknown) => boolean;
  readonly children: (page: Page) => ComponentChildren;
}

/** One list, page by page. Another list needs another `key`: it begins with its first page. */
export function PagedList<Page extends { readonly next?: string | undefined }>({
  id,
  size,
  load,
  isReported,
  children,
}: PagedListProps<Page>) {
  const [paging, setPaging] = useState(FIRST);
  const cursor = cursorOf(paging);
  const page = useAnswer(
    (client) => load(client, { limit: size, ...(cursor !== undefined && { cursor }) }),
    cursor ?? '',
  );
  return (
    <Loaded id={id} of={page} isReported={isReported}>
      {(shown) => (
        <>
          {children(shown)}
          <Pager paging={paging} next={shown.next} turn={setPaging} />
        </>
      )}
    </Loaded>
  );
}
