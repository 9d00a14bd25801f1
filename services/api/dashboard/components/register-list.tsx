import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Client } from '../client/api.ts';
import { cursorOf, FIRST } from '../state/paging.ts';
import { Box } from './box.tsx';
import { Choice } from './choice.tsx';
import { useApp } from './context.ts';
import { Empty, Known, Loaded } from './loaded.tsx';
import { Pager } from './pager.tsx';
import { useAnswer } from './shown.ts';

const PAGE_SIZE = 25;

interface ListQuery<State> {
  readonly state: State;
  readonly limit: number;
  readonly minPosition: string;
  readonly asOf?: string;
  readonly unit?: string;
  readonly cursor?: string;
}

interface ListPage {
  readonly items: readonly unknown[];
  readonly next?: string | undefined;
}

interface RegisterListProps<State extends string, Page extends ListPage> {
  /** Names the box, the list and the choice of its state in the document. */
  readonly name: string;
  readonly title: string;
  /** What the list may be narrowed to; the list begins with `first`. */
  readonly states: readonly State[];
  readonly first: State;
  readonly stateLabel: string;
  readonly wordOf: (state: State) => string;
  /** What else the caller's `load` asks by. */
  readonly narrowedBy?: string;
  /** What stands beside the choice of the state. */
  readonly aside?: ComponentChildren;
  /** Asks for one page. @throws Problem */
  readonly load: (client: Client, query: ListQuery<State>) => Promise<Page>;
  readonly empty: string;
  /** What a user should know of an empty list. */
  readonly emptyNote?: (state: State) => string | undefined;
  /** Shows a page that has items. */
  readonly children: (page: Page) => ComponentChildren;
}

/** A list of a register, of the chosen unit and moment: narrowed by state, page by page. */
export function RegisterList<State extends string, Page extends ListPage>({
  name,
  title,
  states,
  first,
  stateLabel,
  wordOf,
  narrowedBy = '',
  aside,
  load,
  empty,
  emptyNote,
  children,
}: RegisterListProps<State, Page>) {
  const app = useApp();
  const [state, setState] = useState(first);
  const { unit, asOf } = app.question.value;
  const list = JSON.stringify([state, narrowedBy, unit, asOf]);
  const [turned, setTurned] = useState({ list, paging: FIRST });
  // A cursor is one of its list: another list begins with its first page.
  const paging = turned.list === list ? turned.paging : FIRST;
  const cursor = cursorOf(paging);
  const page = useAnswer(
    (client) =>
      load(client, {
        ...app.figures.moment(),
        ...{ state, limit: PAGE_SIZE },
        ...(unit !== '' && { unit }),
        ...(cursor !== undefined && { cursor }),
      }),
    JSON.stringify([list, cursor]),
  );
  const note = emptyNote?.(state);
  const choices = (
    <div class="choices">
      <Choice
        id={`${name}-state`}
        label={stateLabel}
        options={states.map((value) => ({ value, label: wordOf(value) }))}
        value={state}
        choose={setState}
      />
      {aside}
    </div>
  );
  return (
    <Box name={name} title={title} aside={choices}>
      <Known>
        <Loaded id={name} of={page} isReported={(one) => app.figures.isShared(one)}>
          {(shown) => (
            <>
              {shown.items.length > 0 ? children(shown) : <Empty>{empty}</Empty>}
              {shown.items.length === 0 && note && <p class="note">{note}</p>}
              <Pager
                paging={paging}
                next={shown.next}
                turn={(turn) => setTurned({ list, paging: turn(paging) })}
              />
            </>
          )}
        </Loaded>
      </Known>
    </Box>
  );
}
